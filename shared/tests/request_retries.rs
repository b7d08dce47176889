//! A client with a thousand subscriptions and a server with a rate limit: all requests are
//! answered, in about the time that the rate allows, and few are refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "support/busy_room.rs"]
mod busy_room;

use std::collections::VecDeque;

use busy_room::{person, welcome};
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Refusal, Reset, ServerFrame};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq};
use shared::model::{Posting, Room, RoomKind};
use shared::stream::{Item, StreamKey};
use shared::sync::{Replica, SyncEvent};

const ROOMS: i64 = 1_000;
const SECOND: i64 = 1_000_000;
const RATE: i64 = 100;
const BURST: i64 = 100;
/// From a frame to its answer.
const ROUND_TRIP: i64 = 2_000;

#[derive(Default)]
struct Server {
    next_timer: i64,
    refused: usize,
}

impl Server {
    fn receive(&mut self, frame: &ClientFrame, now: i64) -> Option<ServerFrame> {
        let ClientFrame::Subscribe {
            question,
            stream: stream @ StreamKey::Room(room),
            ..
        } = frame
        else {
            return matches!(frame, ClientFrame::Hello { .. })
                .then(|| welcome(Epoch::new([1; 16])));
        };
        let interval = SECOND / RATE;
        let due = self.next_timer.max(now);
        let wait = due - now - interval * (BURST - 1);
        if wait > 0 {
            self.refused += 1;
            let wait = u64::try_from(wait).unwrap().div_ceil(1_000);
            return Some(ServerFrame::Error(Refusal {
                question: Some(*question),
                retry_after_ms: Some(wait),
                ..Refusal::new(ErrorCode::RateLimited)
            }));
        }
        self.next_timer = due + interval;
        Some(ServerFrame::Reset(Reset {
            question: Some(*question),
            stream: *stream,
            rev: Rev(1),
            items: vec![Item::Room(Room {
                id: *room,
                kind: RoomKind::Public,
                name: format!("room {room}"),
                topic: String::new(),
                rev: Rev(1),
                directory_rev: Rev(1),
                seq: Seq::ZERO,
                created_at: Micros(1),
                created_by: None,
                posting: Posting::Everybody,
                people: Vec::new(),
                archived_at: None,
                removed_at: None,
            })],
        }))
    }
}

#[test]
fn refused_subscriptions_are_repeated_with_few_refusals() {
    let mut replica = Replica::new(person());
    for room in 1..=ROOMS {
        let _ = replica.open(RoomId(room));
    }
    let mut server = Server::default();
    let mut wire: VecDeque<(i64, ServerFrame)> = VecDeque::new();
    let (mut now, mut known) = (SECOND, 0);
    let mut requests = replica.connected().send;
    while known < usize::try_from(ROOMS).unwrap() {
        for frame in requests.drain(..) {
            let answer = server.receive(&frame, now);
            wire.extend(answer.map(|answer| (now + ROUND_TRIP, answer)));
        }
        let due = replica.next_timer().map(|due| due.0.max(now));
        let output = match (wire.front(), due) {
            (Some((at, _)), due) if due.is_none_or(|due| *at <= due) => {
                let (at, answer) = wire.pop_front().unwrap();
                now = at;
                known += usize::from(matches!(answer, ServerFrame::Reset(_)));
                replica.receive(answer, Micros(now))
            }
            (_, Some(due)) => {
                now = due;
                replica.poll(Micros(now))
            }
            (_, None) => panic!("rooms are missing, and no timer or frame is left"),
        };
        assert!(
            !output
                .events
                .iter()
                .any(|event| matches!(event, SyncEvent::Unavailable { .. })),
            "a refusal for now is none for good"
        );
        requests = output.send;
        assert!(server.refused < 100_000, "it sends for ever");
    }
    let fastest = (ROOMS - BURST) * SECOND / RATE;
    let took = now - SECOND;
    assert!(took < fastest * 5 / 4, "{took}");
    // At first all were requested at once, which is allowed; few were refused again.
    let first = usize::try_from(ROOMS - BURST).unwrap();
    assert!(server.refused < 2 * first, "{}", server.refused);
    assert_eq!(replica.next_timer(), None);
}
