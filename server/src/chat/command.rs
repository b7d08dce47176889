//! Makes store commands from a client's frames, with their texts validated and normalised.

use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Refusal};
use shared::id::{ClientId, RoomId};
use shared::limits::Limits;
use shared::text;

use super::text_refusal::refuse_text;
use crate::names;
use crate::store::{Command, RoomQuota};

/// A post.
///
/// # Errors
/// When its text is not valid.
pub fn post(room: RoomId, body: String, limits: &Limits) -> Result<Command, Refusal> {
    let body = text::body(body, limits).map_err(refuse_text)?;
    Ok(Command::Post { room, body })
}

/// Any other change, with its `client_id` if it has one.
///
/// # Errors
/// When a text is not valid, or the frame changes nothing.
pub fn change(
    frame: ClientFrame,
    limits: &Limits,
    room_quota: RoomQuota,
) -> Result<(Option<ClientId>, Command), Refusal> {
    let checked = match frame {
        ClientFrame::Edit {
            client_id,
            room,
            seq,
            rev,
            body,
        } => {
            let body = text::body(body, limits).map_err(refuse_text)?;
            (
                Some(client_id),
                Command::Edit {
                    room,
                    seq,
                    rev,
                    body,
                },
            )
        }
        ClientFrame::Delete {
            client_id,
            room,
            seq,
        } => (Some(client_id), Command::Delete { room, seq }),
        ClientFrame::Cancel {
            client_id,
            room,
            target,
        } => (Some(client_id), Command::Cancel { room, target }),
        ClientFrame::CreateRoom {
            client_id,
            name,
            topic,
        } => {
            let name = names::room(&name, limits).map_err(refuse_text)?;
            let topic = names::topic(&topic, limits).map_err(refuse_text)?;
            (
                Some(client_id),
                Command::CreateRoom {
                    name,
                    topic,
                    quota: room_quota,
                },
            )
        }
        ClientFrame::UpdateRoom {
            client_id,
            room,
            rev,
            name,
            topic,
        } => {
            let name = name.map(|name| names::room(&name, limits)).transpose();
            let topic = topic.map(|topic| names::topic(&topic, limits)).transpose();
            let (name, topic) = (name.map_err(refuse_text)?, topic.map_err(refuse_text)?);
            (
                Some(client_id),
                Command::UpdateRoom {
                    room,
                    rev,
                    name,
                    topic,
                },
            )
        }
        ClientFrame::Rename { client_id, name } => {
            let name = names::person(&name, limits).map_err(refuse_text)?;
            (Some(client_id), Command::Rename { name })
        }
        ClientFrame::MarkRead { room, seq } => (None, Command::MarkRead { room, seq }),
        _ => return Err(Refusal::new(ErrorCode::BadCommand)),
    };
    Ok(checked)
}
