//! What waits for the welcome.

#[path = "support/busy_room.rs"]
mod busy_room;

use busy_room::{NOW, ROOM, changes, empty_room, person, welcome};
use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{Epoch, Seq};
use shared::sync::{Attention, Output, Replica};

/// Welcome, in a room of three messages at revision 4.
fn replica() -> Replica {
    let mut replica = Replica::new(person());
    let _ = replica.follow(ROOM, Attention::Open);
    let _ = replica.connected();
    for frame in [hello(), empty_room(), changes(1..=3, None)] {
        let _ = replica.receive(frame, NOW);
    }
    replica
}

fn hello() -> ServerFrame {
    welcome(Epoch::new([1; 16]))
}

#[test]
fn what_was_read_is_said_once_it_is_certain_whose_connection_it_is() {
    let marks = |output: &Output| {
        let is_mark = |frame: &&ClientFrame| matches!(frame, ClientFrame::MarkRead { .. });
        output.send.iter().filter(is_mark).count()
    };
    let mut replica = replica();
    let _ = replica.disconnected();
    assert_eq!(marks(&replica.mark_read(ROOM, Seq(2))), 0);
    assert_eq!(marks(&replica.connected()), 0);
    assert_eq!(marks(&replica.mark_read(ROOM, Seq(3))), 0);
    assert_eq!(marks(&replica.receive(hello(), NOW)), 1);

    let _ = replica.disconnected();
    assert_eq!(marks(&replica.connected()), 0);
    let ServerFrame::Welcome(mut other) = hello() else {
        unreachable!("as it was made")
    };
    other.user.id.0 += 1;
    let said = replica.receive(ServerFrame::Welcome(other), NOW);
    assert_eq!(marks(&said), 0, "someone else's");
}
