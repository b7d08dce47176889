//! How a client with much to send meets a server that takes so many commands in a second: it
//! is refused seldom, and loses no time by that.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use std::collections::{BTreeMap, HashMap, VecDeque};

use shared::PROTOCOL_VERSION;
use shared::error::ErrorCode;
use shared::frame::{Ack, ClientFrame, Refusal, ServerFrame, Welcome};
use shared::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Profile, UserKind};
use shared::sync::Replica;

const MILLISECOND: i64 = 1_000;
const SECOND: i64 = 1_000_000;
const RATE: i64 = 10;
const BURST: i64 = 50;
const SENDS: i64 = 1_000;
const ROOMS: i64 = 200;

/// Something with commands to send.
trait Client {
    fn connected(&mut self) -> Vec<ClientFrame>;
    fn receive(&mut self, frame: ServerFrame, now: Micros) -> Vec<ClientFrame>;
    fn poll(&mut self, now: Micros) -> Vec<ClientFrame>;
    fn next_due(&self) -> Option<Micros>;
    fn waits(&self) -> bool;
}

impl Client for Replica {
    fn connected(&mut self) -> Vec<ClientFrame> {
        Replica::connected(self).send
    }

    fn receive(&mut self, frame: ServerFrame, now: Micros) -> Vec<ClientFrame> {
        Replica::receive(self, frame, now).send
    }

    fn poll(&mut self, now: Micros) -> Vec<ClientFrame> {
        Replica::poll(self, now).send
    }

    fn next_due(&self) -> Option<Micros> {
        Replica::next_due(self)
    }

    fn waits(&self) -> bool {
        self.all_pending().next().is_some()
    }
}

/// Sends as many as may come at once, and all that were refused when the wait is over: what a
/// client without a window does.
struct Bursts {
    waiting: VecDeque<ClientFrame>,
    on_their_way: HashMap<ClientId, ClientFrame>,
    until: Option<Micros>,
}

impl Bursts {
    fn go(&mut self) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        let most = usize::try_from(BURST).unwrap();
        while self.until.is_none()
            && self.on_their_way.len() < most
            && let Some(frame) = self.waiting.pop_front()
        {
            self.on_their_way.insert(id(&frame), frame.clone());
            frames.push(frame);
        }
        frames
    }
}

impl Client for Bursts {
    fn connected(&mut self) -> Vec<ClientFrame> {
        vec![ClientFrame::Hello {
            version: PROTOCOL_VERSION,
            token: None,
        }]
    }

    fn receive(&mut self, frame: ServerFrame, now: Micros) -> Vec<ClientFrame> {
        match frame {
            ServerFrame::Ack(ack) => {
                self.on_their_way.remove(&ack.client_id);
            }
            ServerFrame::Error(refusal) => {
                let wait = i64::try_from(refusal.retry_after_ms.unwrap()).unwrap();
                self.until = self.until.max(Some(Micros(now.0 + wait * MILLISECOND)));
                let refused = self.on_their_way.remove(&refusal.client_id.unwrap());
                self.waiting.push_front(refused.unwrap());
            }
            _ => {}
        }
        self.go()
    }

    fn poll(&mut self, now: Micros) -> Vec<ClientFrame> {
        self.until = self.until.filter(|until| *until > now);
        self.go()
    }

    fn next_due(&self) -> Option<Micros> {
        self.until
    }

    fn waits(&self) -> bool {
        !self.waiting.is_empty() || !self.on_their_way.is_empty()
    }
}

/// A server that takes `BURST` commands at once and `RATE` in a second, from all together.
struct Server {
    next_due: i64,
    taken: Vec<(i64, String)>,
    refused: usize,
}

impl Server {
    fn receive(&mut self, frame: ClientFrame, now: Micros) -> Option<ServerFrame> {
        match frame {
            ClientFrame::Hello { .. } => Some(ServerFrame::Welcome(Box::new(Welcome {
                version: PROTOCOL_VERSION,
                epoch: Epoch::new([1; 16]),
                user: person(),
                lobby: RoomId::LOBBY,
                now,
                limits: Limits {
                    rate_per_second: u32::try_from(RATE).unwrap(),
                    rate_burst: u32::try_from(BURST).unwrap(),
                    ..Limits::default()
                },
            }))),
            ClientFrame::Send {
                client_id,
                room,
                body,
            } => Some(match self.wait(now.0) {
                0 => {
                    self.taken.push((room.0, body));
                    ServerFrame::Ack(Ack {
                        client_id,
                        room: Some(room),
                        seq: Some(Seq(1)),
                        rev: Some(Rev(1)),
                    })
                }
                wait => {
                    self.refused += 1;
                    let millis = u64::try_from(wait).unwrap().div_ceil(1_000);
                    ServerFrame::Error(Refusal {
                        client_id: Some(client_id),
                        retry_after_ms: Some(millis),
                        ..Refusal::new(ErrorCode::RateLimited)
                    })
                }
            }),
            _ => None,
        }
    }

    /// As the server's own bucket counts: 0 if one more may pass, else the time to wait.
    fn wait(&mut self, now: i64) -> i64 {
        let interval = SECOND / RATE;
        let due = self.next_due.max(now);
        let ahead = due - now;
        let tolerance = interval * (BURST - 1);
        if ahead > tolerance {
            return ahead - tolerance;
        }
        self.next_due = due + interval;
        0
    }
}

#[derive(Debug)]
struct Outcome {
    seconds: f64,
    refused: usize,
    taken: Vec<(i64, String)>,
}

/// What lies between a client and the server, in microseconds.
#[derive(Clone, Copy)]
struct Line {
    /// A frame's way from one side to the other.
    one_way: i64,
    /// Timers go off at whole multiples of this, as they do in browsers.
    timer: i64,
}

const GOOD: Line = Line {
    one_way: MILLISECOND,
    timer: MILLISECOND,
};

enum Frame {
    Up(usize, ClientFrame),
    Down(usize, ServerFrame),
}

/// Lets all of them send what they have.
fn run(mut clients: Vec<Box<dyn Client>>, line: Line) -> Outcome {
    let Line { one_way, timer } = line;
    let mut server = Server {
        next_due: 0,
        taken: Vec::new(),
        refused: 0,
    };
    let mut wire: BTreeMap<(i64, usize), Frame> = BTreeMap::new();
    let mut sent = 0;
    let mut now = SECOND;
    let began = now;
    let mut carry = |wire: &mut BTreeMap<_, _>, now: i64, frames: Vec<Frame>| {
        for frame in frames {
            sent += 1;
            assert!(sent < 1_000_000, "they go on for ever");
            wire.insert((now + one_way, sent), frame);
        }
    };
    let up = |n: usize, frames: Vec<ClientFrame>| {
        let frames = frames.into_iter();
        frames.map(|frame| Frame::Up(n, frame)).collect::<Vec<_>>()
    };
    for (n, client) in clients.iter_mut().enumerate() {
        carry(&mut wire, now, up(n, client.connected()));
    }
    while clients.iter().any(|client| client.waits()) {
        let arrives = wire.keys().next().map(|(at, _)| *at);
        let rings = (clients.iter().enumerate())
            .filter_map(|(n, client)| Some((client.next_due()?.0, n)))
            .map(|(due, n)| ((due + timer - 1) / timer * timer, n))
            .min();
        match (arrives, rings) {
            (_, Some((due, n))) if arrives.is_none_or(|arrives| due < arrives) => {
                now = now.max(due);
                let frames = clients[n].poll(Micros(now));
                carry(&mut wire, now, up(n, frames));
            }
            (Some(_), _) => {
                let ((at, _), frame) = wire.pop_first().unwrap();
                now = at;
                let frames = match frame {
                    Frame::Up(n, frame) => {
                        let answer = server.receive(frame, Micros(now)).into_iter();
                        answer.map(|answer| Frame::Down(n, answer)).collect()
                    }
                    Frame::Down(n, frame) => up(n, clients[n].receive(frame, Micros(now))),
                };
                carry(&mut wire, now, frames);
            }
            (None, _) => panic!("something waits, and nothing will happen"),
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "minutes in microseconds")]
    let seconds = (now - began) as f64 / SECOND as f64;
    Outcome {
        seconds,
        refused: server.refused,
        taken: server.taken,
    }
}

fn person() -> Profile {
    Profile {
        id: UserId(7),
        name: "Ada".into(),
        rev: Rev::ZERO,
        kind: UserKind::Guest,
    }
}

fn id(frame: &ClientFrame) -> ClientId {
    match frame {
        ClientFrame::Send { client_id, .. } => *client_id,
        other => panic!("{other:?} is no send"),
    }
}

fn client_id(n: i64) -> ClientId {
    ClientId::new(u64::try_from(n).unwrap(), &[0; 10])
}

fn room(n: i64) -> RoomId {
    RoomId(1 + n % ROOMS)
}

/// A replica in which these sends wait, spread over the rooms.
fn replica(sends: std::ops::Range<i64>) -> Box<dyn Client> {
    let mut replica = Replica::new(person());
    for n in sends {
        let _ = replica.post(client_id(n), room(n), format!("{n:05}"), Micros(1));
    }
    Box::new(replica)
}

fn bursts() -> Box<dyn Client> {
    let waiting = (0..SENDS).map(|n| ClientFrame::Send {
        client_id: client_id(n),
        room: room(n),
        body: format!("{n:05}"),
    });
    Box::new(Bursts {
        waiting: waiting.collect(),
        on_their_way: HashMap::new(),
        until: None,
    })
}

/// What the rate allows for all sends.
fn fastest() -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a thousand sends")]
    let seconds = (SENDS - BURST) as f64 / RATE as f64;
    seconds
}

/// Everything came once, and in each room in the order in which it was given.
fn is_whole(outcome: &Outcome) {
    let mut rooms: HashMap<i64, Vec<&str>> = HashMap::new();
    for (room, body) in &outcome.taken {
        rooms.entry(*room).or_default().push(body);
    }
    assert_eq!(outcome.taken.len(), usize::try_from(SENDS).unwrap());
    for bodies in rooms.values() {
        assert!(bodies.is_sorted_by(|one, next| one < next), "{bodies:?}");
    }
}

#[test]
fn a_window_is_refused_less_than_a_tenth_as_often_as_bursts_and_as_fast() {
    let window = run(vec![replica(0..SENDS)], GOOD);
    let bursts = run(vec![bursts()], GOOD);
    is_whole(&window);
    assert!(bursts.refused > 30_000, "{}", bursts.refused);
    assert!(window.refused * 10 < bursts.refused, "{}", window.refused);
    let burst = usize::try_from(BURST).unwrap();
    assert!(window.refused <= 2 * burst, "{}", window.refused);
    let slower = window.seconds / bursts.seconds;
    assert!(
        slower < 1.02,
        "{} against {}",
        window.seconds,
        bursts.seconds
    );
    assert!(window.seconds < 1.02 * fastest(), "{}", window.seconds);
}

#[test]
fn slow_timers_and_long_ways_cost_no_time() {
    let hidden_tab = Line {
        timer: SECOND,
        ..GOOD
    };
    let far_away = Line {
        one_way: 300 * MILLISECOND,
        ..GOOD
    };
    for line in [hidden_tab, far_away] {
        let window = run(vec![replica(0..SENDS)], line);
        is_whole(&window);
        assert!(window.seconds < 1.05 * fastest(), "{}", window.seconds);
        assert!(window.refused < 200, "{}", window.refused);
    }
}

#[test]
fn five_devices_of_one_person_share_the_rate_without_a_storm() {
    let devices = 5;
    let each = SENDS / devices;
    let clients = (0..devices).map(|n| replica(n * each..(n + 1) * each));
    let together = run(clients.collect(), GOOD);
    assert_eq!(together.taken.len(), usize::try_from(SENDS).unwrap());
    assert!(together.seconds < 1.1 * fastest(), "{}", together.seconds);
    let bursts = run(vec![bursts()], GOOD);
    assert!(
        together.refused * 10 < bursts.refused,
        "{}",
        together.refused
    );
}
