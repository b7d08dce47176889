//! A replica without a person: somebody who has no session reads a public room.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

#[path = "support/busy_room.rs"]
#[allow(dead_code, reason = "each test uses a part")]
mod busy_room;

use busy_room::{NOW, ROOM, changes, empty_room, person, question};
use shared::PROTOCOL_VERSION;
use shared::error::ErrorCode;
use shared::frame::{Changes, ClientFrame, Refusal, ServerFrame, Welcome};
use shared::id::{ClientId, Epoch, Rev, Seq};
use shared::limits::Limits;
use shared::model::{OnlyRoom, Profile};
use shared::stream::StreamKey;
use shared::sync::{Replica, SyncEvent};

fn welcome(user: Option<Profile>) -> ServerFrame {
    let from = Seq::ZERO;
    ServerFrame::Welcome(Box::new(Welcome {
        version: PROTOCOL_VERSION,
        epoch: Epoch::new([1; 16]),
        user,
        lobby: ROOM,
        only_room: Some(OnlyRoom { room: ROOM, from }),
        now: NOW,
        limits: Limits::default(),
    }))
}

/// A reader who was welcomed and has the empty room open, and what was sent until then.
fn reading() -> (Replica, Vec<ClientFrame>) {
    let mut replica = Replica::reader(ROOM);
    let _ = replica.watch(true);
    let _ = replica.open(ROOM);
    let mut sent = replica.connected().send;
    for frame in [welcome(None), empty_room(question(&sent))] {
        sent.extend(replica.receive(frame, NOW).send);
    }
    for stream in [StreamKey::Directory, StreamKey::Own] {
        let asked = sent.iter().find_map(|frame| match frame {
            ClientFrame::Subscribe {
                question,
                stream: asked,
                ..
            } if *asked == stream => Some(*question),
            _ => None,
        });
        let nothing = ServerFrame::Changes(Changes {
            question: asked,
            stream,
            from: Rev::ZERO,
            through: Rev::ZERO,
            head: Some(Rev::ZERO),
            items: Vec::new(),
        });
        sent.extend(replica.receive(nothing, NOW).send);
    }
    (replica, sent)
}

/// What a server answers readers.
fn is_for_readers(frame: &ClientFrame) -> bool {
    match frame {
        ClientFrame::Hello { reads, token, .. } => *reads == Some(ROOM) && token.is_none(),
        ClientFrame::Subscribe { .. }
        | ClientFrame::Unsubscribe { .. }
        | ClientFrame::History { .. }
        | ClientFrame::People { .. }
        | ClientFrame::Ping {} => true,
        ClientFrame::Rooms { .. }
        | ClientFrame::Watch { .. }
        | ClientFrame::Unwatch { .. }
        | ClientFrame::Typing { .. }
        | ClientFrame::Command { .. } => false,
    }
}

#[test]
fn a_reader_follows_the_room_and_sends_nothing_that_is_not_for_readers() {
    let (mut replica, mut sent) = reading();
    assert!(replica.is_welcome());
    assert_eq!((replica.user(), replica.reads()), (None, Some(ROOM)));
    assert_eq!(replica.only_room(), Some(ROOM));
    sent.extend(replica.receive(changes(1..=3), NOW).send);
    assert_eq!(replica.head(ROOM), Seq(3));
    let id = ClientId::from_bytes([7; 16]);
    sent.extend(replica.mark_read(id, ROOM, Seq(3), NOW).send);
    sent.extend(replica.send_typing(ROOM, NOW).send);
    sent.extend(replica.watch(false).send);
    sent.extend(replica.load_older(ROOM).send);
    sent.extend(replica.poll(NOW).send);
    let refused: Vec<_> = sent.iter().filter(|frame| !is_for_readers(frame)).collect();
    assert!(refused.is_empty(), "{refused:?}");
    assert_eq!((replica.read_seq(ROOM), replica.unread(ROOM)), (None, 0));
}

#[test]
fn somebody_who_has_signed_in_meanwhile_is_another_person_and_an_end_is_an_end() {
    let mut replica = Replica::reader(ROOM);
    let _ = replica.connected();
    let events = replica.receive(welcome(Some(person())), NOW).events;
    assert!(
        events.contains(&SyncEvent::OtherPerson(person())),
        "{events:?}"
    );

    let mut replica = Replica::reader(ROOM);
    let _ = replica.connected();
    let refusal = ServerFrame::Error(Refusal::new(ErrorCode::Unauthorized));
    let events = replica.receive(refusal, NOW).events;
    assert!(events.contains(&SyncEvent::SignedOut), "{events:?}");

    // A person whose session has ended, where anybody may read.
    let mut replica = Replica::new(person());
    let _ = replica.connected();
    let events = replica.receive(welcome(None), NOW).events;
    assert!(events.contains(&SyncEvent::SignedOut), "{events:?}");
}

#[test]
fn a_reader_for_whom_there_is_no_room_is_told_and_says_hello_on_the_next_connection() {
    let mut replica = Replica::reader(ROOM);
    let _ = replica.open(ROOM);
    let full = || Refusal::new(ErrorCode::TooManyConnections);
    for _ in 0..2 {
        let sent = replica.connected().send;
        assert!(is_for_readers(&sent[0]), "{sent:?}");
        let events = replica.receive(ServerFrame::Error(full()), NOW).events;
        let told = SyncEvent::Trouble(Box::new(full()));
        assert!(events.contains(&told), "{events:?}");
        assert!(!replica.is_welcome());
        let _ = replica.disconnected();
    }
    let _ = replica.connected();
    let _ = replica.receive(welcome(None), NOW);
    assert!(replica.is_welcome());
}

#[test]
fn nothing_that_was_stored_is_a_reader_s() {
    let mut replica = Replica::reader(ROOM);
    let id = ClientId::new(0, &[0; 10]);
    let mut other = Replica::new(person());
    let _ = other.post(id, ROOM, "mine".into(), NOW);
    for stored in [other.pending_snapshot(), replica.pending_snapshot()] {
        let _ = replica.restore_pending(stored, NOW);
    }
    assert_eq!(replica.all_pending().count(), 0);
}
