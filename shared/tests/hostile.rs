//! A server that sends anything: the replica does not panic, does not grow without bound and
//! does not send requests for ever.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

#[allow(dead_code, reason = "the strategies use each other")]
#[path = "support/any_item.rs"]
mod any_item;

use any_item::{client_id, code, items, number, profile, rev, room, room_id, stream, unread_head};
use proptest::prelude::*;
use shared::frame::{
    Ack, Changes, ClientFrame, Heads, History, Notice, People, Refusal, Reset, Rooms, ServerFrame,
    Welcome,
};
use shared::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Author, Message, Profile, UnreadHead};
use shared::stream::{Item, StreamKey};
use shared::sync::{Replica, ReplicaConfig};

const WINDOW: usize = 6;

/// Numbers of questions: those of the first ones, and others.
fn question() -> impl Strategy<Value = u32> {
    0..16_u32
}

fn frame() -> impl Strategy<Value = ServerFrame> {
    let head = || prop::option::of(rev());
    let asked = || prop::option::of(question());
    prop_oneof![
        12 => (asked(), stream(), rev(), rev(), head(), items())
            .prop_map(|(question, stream, from, through, head, items)| ServerFrame::Changes(Changes { question, stream, from, through, head, items })),
        3 => (asked(), stream(), rev(), items())
            .prop_map(|(question, stream, rev, items)| ServerFrame::Reset(Reset { question, stream, rev, items })),
        4 => (question(), room_id(), rev(), number(), items())
            .prop_map(|(question, room, rev, seq, items)| ServerFrame::History(History { question, room, rev, seq: Seq(seq), items })),
        1 => (question(), prop::collection::vec(profile(), 0..4))
            .prop_map(|(question, people)| ServerFrame::People(People { question, people })),
        1 => (question(), prop::collection::vec(room(), 0..4))
            .prop_map(|(question, rooms)| ServerFrame::Rooms(Rooms { question, rooms })),
        2 => (asked(), any::<bool>(), prop::collection::vec(unread_head(), 0..4))
            .prop_map(|(question, more, heads)| ServerFrame::Heads(Heads { question, more, heads })),
        1 => (room_id(), number(), profile()).prop_map(|(room, seq, author)| ServerFrame::Notice(Notice {
            room, seq: Seq(seq), author: Author { id: Some(author.id), name: author.name, rev: author.rev }, words: "words".into(),
        })),
        3 => (client_id(), prop::option::of(room_id()), prop::option::of(number()), prop::option::of(rev()))
            .prop_map(|(client_id, room, seq, rev)| ServerFrame::Ack(Ack { client_id, room, seq: seq.map(Seq), rev })),
        3 => (code(), prop::option::of(client_id()), asked(), prop::option::of(room_id()), prop::option::of(any::<u64>()))
            .prop_map(|(code, client_id, question, room, retry_after_ms)| ServerFrame::Error(Refusal {
                client_id, question, room, retry_after_ms, ..Refusal::new(code)
            })),
        1 => (room_id(), prop::collection::vec(profile(), 0..3)).prop_map(|(room, people)| ServerFrame::Typing { room, people }),
        1 => (room_id(), any::<usize>()).prop_map(|(room, count)| ServerFrame::Presence { room, count, people: None }),
        1 => Just(ServerFrame::Resync {}),
        1 => Just(ServerFrame::Pong {}),
        1 => any::<u64>().prop_map(|typing_ms| welcome(Limits { typing_ms, in_flight: 0, ..Limits::default() })),
    ]
}

fn me() -> Profile {
    Profile::guest(UserId(1), "me".into(), Rev(1))
}

fn welcome(limits: Limits) -> ServerFrame {
    ServerFrame::Welcome(Box::new(Welcome {
        version: 2,
        epoch: Epoch(uuid::Uuid::from_u128(9)),
        user: Some(me()),
        lobby: RoomId(1),
        only_room: None,
        now: Micros(1),
        limits,
    }))
}

/// A replica after `welcome`, with three open rooms and pending commands, that watches.
fn replica() -> Replica {
    let settings = ReplicaConfig {
        window: WINDOW,
        closed_window: 3,
        closed_rooms: 1,
        history_page: None,
    };
    let mut replica = Replica::with_settings(me(), settings);
    for room in 1..4 {
        let _ = replica.open(RoomId(room));
    }
    let _ = replica.watch(true);
    let _ = replica.connected();
    let _ = replica.receive(welcome(Limits::default()), Micros(0));
    for n in 0..4_u128 {
        let id = ClientId::from_bytes(n.to_be_bytes());
        let _ = replica.post(id, RoomId(1), "mine".into(), Micros(0));
    }
    replica
}

fn check(replica: &Replica) {
    for room in replica.open_rooms().collect::<Vec<_>>() {
        let timeline = replica.timeline(room).unwrap();
        let seqs: Vec<i64> = timeline.messages().map(|message| message.seq.0).collect();
        assert!(seqs.len() <= WINDOW);
        assert!(seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]));
        if let Some(first) = seqs.first() {
            assert_eq!(*first, timeline.span().first.0);
            assert!(timeline.get(Seq(*first)).is_some());
        }
        assert!(replica.unread(room) <= UnreadHead::MAX_COUNTED);
        let _ = replica.read_seq(room);
    }
    let _ = replica.rooms().count();
    let _ = (replica.my_rooms().count(), replica.sidebar());
    let _ = serde_json::to_string(&replica.snapshot(Some(RoomId(1)))).unwrap();
    let _ = replica.pending_snapshot();
    assert!(replica.all_pending().count() <= 4);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_frames_breaks_the_replica(
        frames in prop::collection::vec((frame(), 0..8_u8), 1..60),
        start in number(),
    ) {
        let mut replica = replica();
        let mut now = Micros(start);
        for (frame, wish) in frames {
            let room = RoomId(1);
            let wished = match wish {
                0 => replica.load_older(room),
                1 => replica.open_around(room, Seq(5)),
                2 => replica.jump_to_latest(room),
                3 => replica.mark_read(ClientId::from_bytes([7; 16]), room, Seq(i64::MAX), now),
                4 => replica.close(room),
                5 => replica.open(room),
                _ => replica.load_newer(room),
            };
            prop_assert!(wished.send.len() <= 2);
            let output = replica.receive(frame, now);
            // At most everything once: directory, own stream, rooms, heads, unwatching, names,
            // states of rooms, history, marks, commands.
            prop_assert!(output.send.len() <= 16, "{:?}", output.send);
            check(&replica);
            if let Some(due) = replica.next_timer() {
                now = now.max(due);
                let _ = replica.poll(now);
                prop_assert!(replica.next_timer().is_none_or(|next| next > now || now.0 == i64::MAX));
            }
        }
    }

    /// However often the same frame arrives, the replica stops sending requests for it.
    #[test]
    fn a_repeated_frame_causes_a_bounded_number_of_requests(frame in frame()) {
        let mut replica = replica();
        let mut questions = 0;
        for _ in 0..50 {
            questions += replica.receive(frame.clone(), Micros(0)).send.len();
        }
        prop_assert!(questions <= 16, "{} questions about {:?}", questions, frame);
    }
}

fn changes(seqs: std::ops::RangeInclusive<i64>, from: i64, question: Option<u32>) -> ServerFrame {
    let message = |seq| Message {
        seq: Seq(seq),
        rev: Rev(seq),
        content_rev: None,
        author: Author {
            id: None,
            name: "John".into(),
            rev: Rev::ZERO,
        },
        client_id: None,
        body: "words".into(),
        event: None,
        posted_at: Micros(1),
        edited_at: None,
        deleted_at: None,
    };
    ServerFrame::Changes(Changes {
        question,
        stream: StreamKey::Room(RoomId(1)),
        from: Rev(from),
        through: Rev(*seqs.end()),
        head: question.map(|_| Rev(*seqs.end())),
        items: seqs.map(|seq| Item::Message(message(seq))).collect(),
    })
}

fn shown(replica: &Replica) -> Vec<i64> {
    let timeline = replica.timeline(RoomId(1)).unwrap();
    timeline.messages().map(|message| message.seq.0).collect()
}

/// The number of the question about the first room.
fn asked(sent: &[ClientFrame]) -> Option<u32> {
    let stream_asked = |frame: &ClientFrame| match frame {
        ClientFrame::Subscribe {
            question,
            stream: StreamKey::Room(RoomId(1)),
            ..
        } => Some(*question),
        _ => None,
    };
    sent.iter().find_map(stream_asked)
}

/// A replica that has got the answer to its first question about the first room.
fn answered() -> Replica {
    let mut replica = replica();
    let question = asked(&replica.connected().send);
    let _ = replica.receive(welcome(Limits::default()), Micros(0));
    let _ = replica.receive(changes(1..=1, 0, question), Micros(0));
    replica
}

#[test]
fn a_message_that_never_arrives_does_not_block_the_later_ones() {
    let mut replica = answered();
    let _ = replica.receive(changes(3..=4, 1, None), Micros(0));
    assert_eq!(shown(&replica), [3, 4]);
    assert!(replica.timeline(RoomId(1)).unwrap().is_live());
}

#[test]
fn frames_received_before_the_gap_was_filled_are_not_requested_again() {
    let mut replica = answered();
    let sent = replica.receive(changes(3..=3, 2, None), Micros(0)).send;
    let question = asked(&sent);
    assert!(question.is_some(), "the gap is asked for");
    // Two more arrive while the page is in flight.
    let _ = replica.receive(changes(4..=5, 3, None), Micros(0));
    let sent = replica.receive(changes(2..=2, 1, question), Micros(0)).send;
    assert_eq!(sent, [], "everything is here");
    assert_eq!(shown(&replica), [1, 2, 3, 4, 5]);
}
