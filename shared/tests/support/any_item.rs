//! Items and their parts as a hostile server makes them.

use proptest::prelude::*;
use shared::error::ErrorCode;
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{
    Author, EventKind, Member, MemberRole, Membership, Message, Posting, Profile, ReadMark,
    Restriction, Room, RoomEvent, RoomKind, Sidebar, UnreadHead,
};
use shared::stream::{Item, StreamKey};

pub fn number() -> impl Strategy<Value = i64> {
    prop_oneof![
        12 => 0..12_i64,
        1 => Just(-1),
        1 => Just(i64::MAX),
        1 => Just(i64::MAX - 1),
        1 => Just(i64::MIN),
    ]
}

pub fn rev() -> impl Strategy<Value = Rev> {
    number().prop_map(Rev)
}

pub fn room_id() -> impl Strategy<Value = RoomId> {
    (1..4_i64).prop_map(RoomId)
}

pub fn client_id() -> impl Strategy<Value = ClientId> {
    (0..6_u128).prop_map(|n| ClientId::from_bytes(n.to_be_bytes()))
}

pub fn profile() -> impl Strategy<Value = Profile> {
    (1..4_i64, rev())
        .prop_map(|(id, rev)| Profile::guest(UserId(id), format!("name {}", rev.0), rev))
}

pub fn message() -> impl Strategy<Value = Message> {
    (
        number(),
        rev(),
        profile(),
        prop::option::of(client_id()),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(seq, rev, author, client_id, deleted, line)| Message {
            seq: Seq(seq),
            rev,
            content_rev: None,
            author: Author {
                id: Some(author.id),
                name: author.name,
                rev: author.rev,
            },
            client_id,
            body: "words".into(),
            event: line.then(|| {
                let people = vec![UserId(seq)];
                Box::new(RoomEvent::of_people(EventKind::Added, people))
            }),
            posted_at: Micros(1),
            edited_at: None,
            deleted_at: deleted.then_some(Micros(2)),
        })
}

pub fn messages() -> impl Strategy<Value = Vec<Message>> {
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

pub fn room() -> impl Strategy<Value = Room> {
    (room_id(), kind(), rev(), rev(), number(), any::<bool>()).prop_map(
        |(id, kind, rev, directory_rev, seq, removed)| Room {
            id,
            kind,
            name: format!("room {}", rev.0),
            topic: String::new(),
            rev,
            directory_rev,
            seq: Seq(seq),
            created_at: Micros(1),
            created_by: None,
            posting: Posting::Everybody,
            people: vec![UserId(1), UserId(2)],
            archived_at: None,
            removed_at: removed.then_some(Micros(2)),
        },
    )
}

pub fn code() -> impl Strategy<Value = ErrorCode> {
    prop::sample::select(vec![
        ErrorCode::NoSuchRoom,
        ErrorCode::TooManySubscriptions,
        ErrorCode::RateLimited,
        ErrorCode::StorageFailed,
        ErrorCode::TextEmpty,
        ErrorCode::ClientIdReused,
        ErrorCode::RoomGone,
        ErrorCode::Unknown,
    ])
}

pub fn stream() -> impl Strategy<Value = StreamKey> {
    prop_oneof![
        2 => Just(StreamKey::Directory),
        2 => Just(StreamKey::Own),
        8 => room_id().prop_map(StreamKey::Room),
    ]
}

/// Any item, whether it belongs into the stream or not.
pub fn item() -> impl Strategy<Value = Item> {
    let left_at = |left: bool| left.then_some(Micros(2));
    prop_oneof![
        8 => message().prop_map(Item::Message),
        2 => room().prop_map(Item::Room),
        1 => profile().prop_map(Item::Person),
        1 => (profile(), rev(), any::<bool>()).prop_map(move |(person, rev, left)| {
            Item::Member(Member {
                person,
                rev,
                role: MemberRole::Member,
                joined_at: Micros(1),
                left_at: left_at(left),
            })
        }),
        2 => (room_id(), kind(), rev(), 0..3_i64, any::<bool>()).prop_map(move |(room, kind, rev, since, left)| {
            Item::Membership(Membership {
                room,
                kind,
                rev,
                role: MemberRole::Member,
                joined_at: Micros(since),
                left_at: left_at(left),
            })
        }),
        2 => (room_id(), number(), 0..3_u32, rev()).prop_map(|(room, seq, generation, rev)| {
            Item::ReadMark(ReadMark { room, seq: Seq(seq), generation, rev })
        }),
        1 => (rev(), prop::collection::vec(room_id(), 0..4)).prop_map(|(rev, muted)| {
            Item::Sidebar(Sidebar { rev, muted, ..Sidebar::default() })
        }),
        1 => (rev(), any::<bool>()).prop_map(|(rev, is_timed_out)| {
            let timed_out_until = is_timed_out.then_some(Micros(5));
            Item::Restriction(Restriction { rev, timed_out_until })
        }),
        1 => Just(Item::Unknown),
    ]
}

pub fn kind() -> impl Strategy<Value = RoomKind> {
    prop::sample::select(vec![RoomKind::Public, RoomKind::Private, RoomKind::Direct])
}

pub fn items() -> impl Strategy<Value = Vec<Item>> {
    prop_oneof![
        prop::collection::vec(item(), 0..8),
        messages().prop_map(|run| run.into_iter().map(Item::Message).collect()),
    ]
}

pub fn unread_head() -> impl Strategy<Value = UnreadHead> {
    let range = (number(), number()).prop_map(|(first, last)| (Seq(first), Seq(last)));
    let counted = prop::collection::vec(range, 0..120);
    let parts = (
        room_id(),
        number(),
        prop::option::of(number()),
        rev(),
        counted,
    );
    parts.prop_map(|(room, seq, at, room_rev, counted)| UnreadHead {
        room,
        seq: Seq(seq),
        at: at.map(Micros),
        room_rev,
        counted,
    })
}
