//! A client that follows a thousand rooms meets a server that takes so many questions in a
//! second: all are answered, in about the time that this takes, and few are refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "support/busy_room.rs"]
mod busy_room;

use std::collections::VecDeque;

use busy_room::{person, welcome};
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, Refusal, Reset, ServerFrame};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq};
use shared::model::Room;
use shared::sync::{Attention, Notice, Replica};

const ROOMS: i64 = 1_000;
const SECOND: i64 = 1_000_000;
const RATE: i64 = 100;
const BURST: i64 = 100;
/// From a frame to its answer.
const ROUND_TRIP: i64 = 2_000;

#[derive(Default)]
struct Server {
    next_due: i64,
    refused: usize,
    answered: Vec<RoomId>,
}

impl Server {
    fn receive(&mut self, frame: &ClientFrame, now: i64) -> Option<ServerFrame> {
        let ClientFrame::Subscribe { room, .. } = frame else {
            return matches!(frame, ClientFrame::Hello { .. })
                .then(|| welcome(Epoch::new([1; 16])));
        };
        let interval = SECOND / RATE;
        let due = self.next_due.max(now);
        let wait = due - now - interval * (BURST - 1);
        if wait > 0 {
            self.refused += 1;
            let wait = u64::try_from(wait).unwrap().div_ceil(1_000);
            return Some(ServerFrame::Error(Refusal {
                room: Some(*room),
                retry_after_ms: Some(wait),
                ..Refusal::new(ErrorCode::RateLimited)
            }));
        }
        self.next_due = due + interval;
        self.answered.push(*room);
        Some(ServerFrame::Reset(Reset {
            rev: Rev(1),
            info: Room {
                id: *room,
                name: format!("room {room}"),
                topic: String::new(),
                rev: Rev(1),
                directory_rev: Rev(1),
                seq: Seq::ZERO,
                created_at: Micros(1),
                created_by: None,
                removed_at: None,
            },
            messages: Vec::new(),
        }))
    }
}

#[test]
fn refused_questions_are_asked_again_without_a_storm_and_what_is_read_comes_first() {
    let mut replica = Replica::new(person());
    let last = RoomId(ROOMS);
    for room in 1..ROOMS {
        let _ = replica.follow(RoomId(room), Attention::Background);
    }
    let _ = replica.follow(last, Attention::Open);
    let mut server = Server::default();
    let mut wire: VecDeque<(i64, ServerFrame)> = VecDeque::new();
    let (mut now, mut known) = (SECOND, 0);
    let mut asked = replica.connected().send;
    let mut open_at = None;
    while known < usize::try_from(ROOMS).unwrap() {
        for frame in asked.drain(..) {
            let answer = server.receive(&frame, now);
            wire.extend(answer.map(|answer| (now + ROUND_TRIP, answer)));
        }
        let due = replica.next_due().map(|due| due.0.max(now));
        let output = match (wire.front(), due) {
            (Some((at, _)), due) if due.is_none_or(|due| *at <= due) => {
                let (at, answer) = wire.pop_front().unwrap();
                now = at;
                let is_open = matches!(&answer, ServerFrame::Reset(reset) if reset.info.id == last);
                open_at = open_at.or(is_open.then_some(now));
                known += usize::from(matches!(answer, ServerFrame::Reset(_)));
                replica.receive(answer, Micros(now))
            }
            (_, Some(due)) => {
                now = due;
                replica.poll(Micros(now))
            }
            (_, None) => panic!("rooms are missing, and nothing will happen"),
        };
        assert!(
            !output
                .notices
                .iter()
                .any(|notice| matches!(notice, Notice::Unavailable { .. })),
            "a refusal for now is none for good"
        );
        asked = output.send;
        assert!(server.refused < 100_000, "they go on for ever");
    }
    let fastest = (ROOMS - BURST) * SECOND / RATE;
    let took = now - SECOND;
    assert!(took < fastest * 5 / 4, "{took}");
    // All of them were asked for at once, as they may be; few were refused again.
    let first = usize::try_from(ROOMS - BURST).unwrap();
    assert!(server.refused < 2 * first, "{}", server.refused);
    assert!(open_at.unwrap() < 2 * SECOND, "{open_at:?}");
    assert_eq!(replica.next_due(), None);
}
