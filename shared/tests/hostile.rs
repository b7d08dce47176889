//! A server that sends anything: the replica does not panic, does not grow without bound and
//! does not send requests for ever.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use proptest::prelude::*;
use shared::error::ErrorCode;
use shared::frame::{
    Ack, Changes, Directory, History, Refusal, Reset, ServerFrame, Stream, Welcome,
};
use shared::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Author, Message, Profile, ReadMark, Room, UserKind};
use shared::sync::{Replica, ReplicaConfig, SubscriptionLevel};

const WINDOW: usize = 6;

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![
        12 => 0..12_i64,
        1 => Just(-1),
        1 => Just(i64::MAX),
        1 => Just(i64::MAX - 1),
        1 => Just(i64::MIN),
    ]
}

fn rev() -> impl Strategy<Value = Rev> {
    number().prop_map(Rev)
}

fn room_id() -> impl Strategy<Value = RoomId> {
    (1..4_i64).prop_map(RoomId)
}

fn client_id() -> impl Strategy<Value = ClientId> {
    (0..6_u128).prop_map(|n| ClientId::from_bytes(n.to_be_bytes()))
}

fn profile() -> impl Strategy<Value = Profile> {
    (1..4_i64, rev()).prop_map(|(id, rev)| Profile {
        id: UserId(id),
        name: format!("name {}", rev.0),
        rev,
        kind: UserKind::Guest,
    })
}

fn message() -> impl Strategy<Value = Message> {
    (
        number(),
        rev(),
        profile(),
        prop::option::of(client_id()),
        any::<bool>(),
    )
        .prop_map(|(seq, rev, author, client_id, deleted)| Message {
            seq: Seq(seq),
            rev,
            author: Author {
                id: Some(author.id),
                name: author.name,
                rev: author.rev,
            },
            client_id,
            body: "words".into(),
            posted_at: Micros(1),
            edited_at: None,
            deleted_at: deleted.then_some(Micros(2)),
        })
}

fn messages() -> impl Strategy<Value = Vec<Message>> {
    prop_oneof![
        prop::collection::vec(message(), 0..8),
        // A run without a gap, as in a page.
        (prop::collection::vec(message(), 0..8), number()).prop_map(|(mut run, first)| {
            for (message, n) in run.iter_mut().zip(0..) {
                message.seq = Seq(first.saturating_add(n));
            }
            run
        }),
    ]
}

fn room() -> impl Strategy<Value = Room> {
    (room_id(), rev(), rev(), number(), any::<bool>()).prop_map(
        |(id, rev, directory_rev, seq, removed)| Room {
            id,
            name: format!("room {}", rev.0),
            topic: String::new(),
            rev,
            directory_rev,
            seq: Seq(seq),
            created_at: Micros(1),
            created_by: None,
            removed_at: removed.then_some(Micros(2)),
        },
    )
}

fn code() -> impl Strategy<Value = ErrorCode> {
    prop::sample::select(vec![
        ErrorCode::RateLimited,
        ErrorCode::StorageFailed,
        ErrorCode::TextEmpty,
        ErrorCode::ClientIdReused,
        ErrorCode::RoomGone,
        ErrorCode::Unknown,
    ])
}

fn frame() -> impl Strategy<Value = ServerFrame> {
    let head = || prop::option::of(rev());
    prop_oneof![
        2 => (rev(), rev(), head(), prop::collection::vec(room(), 0..4), prop::collection::vec(profile(), 0..4))
            .prop_map(|(from, through, head, rooms, people)| ServerFrame::Directory(Directory { from, through, head, rooms, people })),
        2 => (rev(), rev(), head(), room_id(), number(), rev())
            .prop_map(|(from, through, head, room, seq, rev)| ServerFrame::Stream(Stream {
                from, through, head, marks: vec![ReadMark { room, seq: Seq(seq), rev }],
            })),
        8 => (room_id(), rev(), rev(), head(), prop::option::of(room()), messages())
            .prop_map(|(room, from, through, head, info, messages)| ServerFrame::Changes(Changes { room, from, through, head, info, messages })),
        3 => (rev(), room(), messages()).prop_map(|(rev, info, messages)| ServerFrame::Reset(Reset { rev, info, messages })),
        4 => (0..12_u32, room_id(), rev(), number(), messages())
            .prop_map(|(request, room, rev, seq, messages)| ServerFrame::History(History { request, room, rev, seq: Seq(seq), messages })),
        3 => (client_id(), prop::option::of(room_id()), prop::option::of(number()), prop::option::of(rev()))
            .prop_map(|(client_id, room, seq, rev)| ServerFrame::Ack(Ack { client_id, room, seq: seq.map(Seq), rev })),
        3 => (code(), prop::option::of(client_id()), prop::option::of(0..12_u32), prop::option::of(room_id()), prop::option::of(any::<u64>()))
            .prop_map(|(code, client_id, request, room, retry_after_ms)| ServerFrame::Error(Refusal {
                client_id, request, room, retry_after_ms, ..Refusal::new(code)
            })),
        1 => (room_id(), prop::collection::vec(profile(), 0..3)).prop_map(|(room, people)| ServerFrame::Typing { room, people }),
        1 => (room_id(), any::<usize>()).prop_map(|(room, count)| ServerFrame::Presence { room, count, people: None }),
        1 => Just(ServerFrame::Resync {}),
        1 => Just(ServerFrame::Pong {}),
        1 => any::<u64>().prop_map(|typing_ms| welcome(Limits { typing_ms, in_flight: 0, ..Limits::default() })),
    ]
}

fn me() -> Profile {
    Profile {
        id: UserId(1),
        name: "me".into(),
        rev: Rev(1),
        kind: UserKind::Guest,
    }
}

fn welcome(limits: Limits) -> ServerFrame {
    ServerFrame::Welcome(Box::new(Welcome {
        version: 1,
        epoch: Epoch(uuid::Uuid::from_u128(9)),
        user: me(),
        lobby: RoomId(1),
        now: Micros(1),
        limits,
    }))
}

/// A replica after `welcome`, with three subscriptions and pending commands.
fn replica() -> Replica {
    let settings = ReplicaConfig {
        window: WINDOW,
        background_window: 3,
        background_page: 1,
        history_page: None,
    };
    let mut replica = Replica::with_settings(me(), settings);
    for room in 1..4 {
        let _ = replica.subscribe(RoomId(room), SubscriptionLevel::Open);
    }
    let _ = replica.connected();
    let _ = replica.receive(welcome(Limits::default()), Micros(0));
    for n in 0..4_u128 {
        let id = ClientId::from_bytes(n.to_be_bytes());
        let _ = replica.post(id, RoomId(1), "mine".into(), Micros(0));
    }
    replica
}

fn check(replica: &Replica) {
    for room in replica.subscribed_rooms().collect::<Vec<_>>() {
        let timeline = replica.timeline(room).unwrap();
        let seqs: Vec<i64> = timeline.messages().map(|message| message.seq.0).collect();
        assert!(seqs.len() <= WINDOW);
        assert!(seqs.windows(2).all(|pair| pair[0] + 1 == pair[1]));
        if let Some(first) = seqs.first() {
            assert_eq!(*first, timeline.span().first.0);
            assert!(timeline.get(Seq(*first)).is_some());
        }
        let _ = replica.unread(room);
        let _ = replica.read_seq(room);
    }
    let _ = replica.rooms().count();
    let _ = replica.pending_snapshot();
    assert!(replica.all_pending().count() <= 4);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_frames_breaks_the_replica(
        frames in prop::collection::vec((frame(), 0..5_u8), 1..60),
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
                3 => replica.mark_read(room, Seq(i64::MAX)),
                _ => replica.load_newer(room),
            };
            prop_assert!(wished.send.len() <= 1);
            let output = replica.receive(frame, now);
            // At most everything once: directory, own stream, rooms, marks, commands.
            prop_assert!(output.send.len() <= 10, "{:?}", output.send);
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
        prop_assert!(questions <= 12, "{} questions about {:?}", questions, frame);
    }
}

fn changes(seqs: std::ops::RangeInclusive<i64>, from: i64, head: Option<i64>) -> ServerFrame {
    let message = |seq| Message {
        seq: Seq(seq),
        rev: Rev(seq),
        author: Author {
            id: None,
            name: "John".into(),
            rev: Rev::ZERO,
        },
        client_id: None,
        body: "words".into(),
        posted_at: Micros(1),
        edited_at: None,
        deleted_at: None,
    };
    ServerFrame::Changes(Changes {
        room: RoomId(1),
        from: Rev(from),
        through: Rev(*seqs.end()),
        head: head.map(Rev),
        info: None,
        messages: seqs.map(message).collect(),
    })
}

fn shown(replica: &Replica) -> Vec<i64> {
    let timeline = replica.timeline(RoomId(1)).unwrap();
    timeline.messages().map(|message| message.seq.0).collect()
}

#[test]
fn a_message_that_never_arrives_does_not_block_the_later_ones() {
    let mut replica = replica();
    let _ = replica.receive(changes(1..=1, 0, Some(1)), Micros(0));
    let _ = replica.receive(changes(3..=4, 1, None), Micros(0));
    assert_eq!(shown(&replica), [3, 4]);
    assert!(replica.timeline(RoomId(1)).unwrap().is_live());
}

#[test]
fn frames_received_before_the_gap_was_filled_are_not_requested_again() {
    let mut replica = replica();
    let _ = replica.receive(changes(1..=1, 0, Some(1)), Micros(0));
    let requests = replica.receive(changes(3..=3, 2, None), Micros(0)).send;
    assert_eq!(requests.len(), 1, "the gap is requested");
    // Two more arrive while the page is in flight.
    let _ = replica.receive(changes(4..=5, 3, None), Micros(0));
    let requests = replica.receive(changes(2..=2, 1, Some(2)), Micros(0)).send;
    assert_eq!(requests, [], "everything is here");
    assert_eq!(shown(&replica), [1, 2, 3, 4, 5]);
}
