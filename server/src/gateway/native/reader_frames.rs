//! What who reads without a session may send, and what such a reader is answered.

use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Refusal};
use shared::id::Rev;

use crate::store::{StreamAnswer, StreamChanges};

/// The refusal of a frame that is not for readers; none of one that is. `docs/PERMISSIONS.md` lists
/// them.
pub(super) fn refusal_of(frame: &ClientFrame) -> Option<Refusal> {
    let not_permitted = Refusal::new(ErrorCode::NotPermitted);
    match frame {
        ClientFrame::Hello { .. }
        | ClientFrame::Subscribe { .. }
        | ClientFrame::Unsubscribe { .. }
        | ClientFrame::History { .. }
        | ClientFrame::People { .. }
        | ClientFrame::Ping {} => None,
        ClientFrame::Rooms { question, .. } | ClientFrame::Watch { question, .. } => {
            Some(Refusal {
                question: Some(*question),
                ..not_permitted
            })
        }
        ClientFrame::Unwatch { .. } => Some(not_permitted),
        ClientFrame::Typing { room } => Some(Refusal {
            room: Some(*room),
            ..not_permitted
        }),
        ClientFrame::Command { client_id, command } => Some(Refusal {
            client_id: *client_id,
            room: command.room(),
            ..not_permitted
        }),
    }
}

/// The own stream of nobody: there is nothing in it, and nothing is read.
pub(super) fn own_stream() -> StreamAnswer {
    StreamAnswer::Changes(StreamChanges {
        from: Rev::ZERO,
        through: Rev::ZERO,
        head: Rev::ZERO,
        items: Vec::new(),
    })
}
