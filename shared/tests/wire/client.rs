//! The frames of a client.

use shared::command::Command;
use shared::frame::{Anchor, ClientFrame};
use shared::id::{Rev, RoomId, Seq};

use super::{client_id, epoch, lines, types};

fn frames() -> Vec<ClientFrame> {
    let room = RoomId(2);
    let history = |anchor, limit| ClientFrame::History {
        request: 3,
        room,
        anchor,
        limit,
    };
    vec![
        ClientFrame::Hello {
            version: 1,
            token: None,
        },
        ClientFrame::Hello {
            version: 1,
            token: Some("5e…".into()),
        },
        ClientFrame::Directory {
            epoch: None,
            rev: Rev::ZERO,
        },
        ClientFrame::Stream {
            epoch: Some(epoch()),
            rev: Rev(4),
        },
        ClientFrame::Subscribe {
            room,
            epoch: None,
            rev: Rev::ZERO,
            most: None,
            page: None,
        },
        ClientFrame::Subscribe {
            room,
            epoch: Some(epoch()),
            rev: Rev(90),
            most: Some(2_000),
            page: Some(20),
        },
        ClientFrame::Unsubscribe { room },
        history(Anchor::Before(Seq(50)), None),
        history(Anchor::After(Seq(50)), Some(100)),
        history(Anchor::Around(Seq(50)), Some(100)),
        ClientFrame::command(
            client_id(),
            Command::Send {
                room,
                body: "안녕\n\"hello\"".into(),
            },
        ),
        ClientFrame::command(
            client_id(),
            Command::Edit {
                room,
                seq: Seq(7),
                rev: Rev(12),
                body: "better".into(),
            },
        ),
        ClientFrame::command(client_id(), Command::Delete { room, seq: Seq(7) }),
        ClientFrame::command(
            client_id(),
            Command::Cancel {
                room,
                target: client_id(),
            },
        ),
        ClientFrame::command(
            client_id(),
            Command::CreateRoom {
                name: "garden".into(),
                topic: String::new(),
            },
        ),
        ClientFrame::command(
            client_id(),
            Command::UpdateRoom {
                room,
                rev: Rev(12),
                name: None,
                topic: Some("plants".into()),
            },
        ),
        ClientFrame::command(client_id(), Command::Rename { name: "Ada".into() }),
        ClientFrame::Typing { room },
        ClientFrame::mark_read(room, Seq(8)),
        ClientFrame::Ping {},
    ]
}

#[test]
fn every_client_frame() {
    insta::assert_snapshot!(lines(&frames()));
}

#[test]
fn none_is_missing() {
    // A new frame does not compile here. Add it to the list above too.
    let known = |frame: &ClientFrame| match frame {
        ClientFrame::Hello { .. }
        | ClientFrame::Directory { .. }
        | ClientFrame::Stream { .. }
        | ClientFrame::Subscribe { .. }
        | ClientFrame::Unsubscribe { .. }
        | ClientFrame::History { .. }
        | ClientFrame::Command { .. }
        | ClientFrame::Typing { .. }
        | ClientFrame::Ping {} => true,
    };
    assert!(frames().iter().all(known));
    assert_eq!(types(&frames()).len(), 16);
}
