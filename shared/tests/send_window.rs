//! A client with many commands and a server with a rate limit: few commands are refused,
//! and sending takes no longer than the rate allows.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use std::collections::{BTreeMap, HashMap, VecDeque};

use shared::PROTOCOL_VERSION;
use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{Ack, ClientFrame, Refusal, ServerFrame, Welcome};
use shared::id::{ClientId, Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::Profile;
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
    fn next_timer(&self) -> Option<Micros>;
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

    fn next_timer(&self) -> Option<Micros> {
        Replica::next_timer(self)
    }

    fn waits(&self) -> bool {
        self.all_pending().next().is_some()
    }
}

/// A client without a send window, for comparison: it sends a full burst, and repeats all
/// refused commands when the wait is over.
struct BurstClient {
    waiting: VecDeque<ClientFrame>,
    in_flight: HashMap<ClientId, ClientFrame>,
    until: Option<Micros>,
}

impl BurstClient {
    fn go(&mut self) -> Vec<ClientFrame> {
        let mut frames = Vec::new();
        let most = usize::try_from(BURST).unwrap();
        while self.until.is_none()
            && self.in_flight.len() < most
            && let Some(frame) = self.waiting.pop_front()
        {
            self.in_flight.insert(id(&frame), frame.clone());
            frames.push(frame);
        }
        frames
    }
}

impl Client for BurstClient {
    fn connected(&mut self) -> Vec<ClientFrame> {
        vec![ClientFrame::Hello {
            version: PROTOCOL_VERSION,
            token: None,
            reads: None,
        }]
    }

    fn receive(&mut self, frame: ServerFrame, now: Micros) -> Vec<ClientFrame> {
        match frame {
            ServerFrame::Ack(ack) => {
                self.in_flight.remove(&ack.client_id);
            }
            ServerFrame::Error(refusal) => {
                let wait = i64::try_from(refusal.retry_after_ms.unwrap()).unwrap();
                self.until = self.until.max(Some(Micros(now.0 + wait * MILLISECOND)));
                let refused = self.in_flight.remove(&refusal.client_id.unwrap());
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

    fn next_timer(&self) -> Option<Micros> {
        self.until
    }

    fn waits(&self) -> bool {
        !self.waiting.is_empty() || !self.in_flight.is_empty()
    }
}

/// A server that accepts `BURST` commands at once and `RATE` per second, from all devices
/// together.
struct Server {
    next_timer: i64,
    taken: Vec<(i64, String)>,
    refused: usize,
}

impl Server {
    fn receive(&mut self, frame: ClientFrame, now: Micros) -> Option<ServerFrame> {
        match frame {
            ClientFrame::Hello { .. } => Some(ServerFrame::Welcome(Box::new(Welcome {
                version: PROTOCOL_VERSION,
                epoch: Epoch::new([1; 16]),
                user: Some(person()),
                lobby: RoomId::LOBBY,
                only_room: None,
                now,
                limits: Limits {
                    rate_per_second: u32::try_from(RATE).unwrap(),
                    rate_burst: u32::try_from(BURST).unwrap(),
                    ..Limits::default()
                },
            }))),
            ClientFrame::Command {
                client_id: Some(client_id),
                command: Command::Send { room, body },
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

    /// Counts like the server's own token bucket: 0 if one more may pass, else the wait.
    fn wait(&mut self, now: i64) -> i64 {
        let interval = SECOND / RATE;
        let due = self.next_timer.max(now);
        let ahead = due - now;
        let tolerance = interval * (BURST - 1);
        if ahead > tolerance {
            return ahead - tolerance;
        }
        self.next_timer = due + interval;
        0
    }
}

#[derive(Debug)]
struct Outcome {
    seconds: f64,
    refused: usize,
    taken: Vec<(i64, String)>,
}

/// The network between client and server, in microseconds.
#[derive(Clone, Copy)]
struct Network {
    /// The latency of a frame.
    one_way: i64,
    /// Timers fire at whole multiples of this, as they do in browsers.
    timer: i64,
}

const GOOD: Network = Network {
    one_way: MILLISECOND,
    timer: MILLISECOND,
};

enum Frame {
    Up(usize, ClientFrame),
    Down(usize, ServerFrame),
}

/// Runs until every client has sent all its commands.
fn run(mut clients: Vec<Box<dyn Client>>, network: Network) -> Outcome {
    let Network { one_way, timer } = network;
    let mut server = Server {
        next_timer: 0,
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
            assert!(sent < 1_000_000, "they send for ever");
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
            .filter_map(|(n, client)| Some((client.next_timer()?.0, n)))
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
            (None, _) => panic!("commands are pending, and no timer or frame is left"),
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
    Profile::guest(UserId(7), "Ada".into(), Rev::ZERO)
}

fn id(frame: &ClientFrame) -> ClientId {
    match frame {
        ClientFrame::Command {
            client_id: Some(client_id),
            command: Command::Send { .. },
        } => *client_id,
        other => panic!("{other:?} is no send"),
    }
}

fn client_id(n: i64) -> ClientId {
    ClientId::new(u64::try_from(n).unwrap(), &[0; 10])
}

fn room(n: i64) -> RoomId {
    RoomId(1 + n % ROOMS)
}

/// A replica with these sends pending, spread over the rooms.
fn replica(sends: std::ops::Range<i64>) -> Box<dyn Client> {
    let mut replica = Replica::new(person());
    for n in sends {
        let _ = replica.post(client_id(n), room(n), format!("{n:05}"), Micros(1));
    }
    Box::new(replica)
}

fn bursts() -> Box<dyn Client> {
    let waiting = (0..SENDS).map(|n| {
        ClientFrame::command(
            client_id(n),
            Command::Send {
                room: room(n),
                body: format!("{n:05}"),
            },
        )
    });
    Box::new(BurstClient {
        waiting: waiting.collect(),
        in_flight: HashMap::new(),
        until: None,
    })
}

/// The shortest time that the rate allows for all sends.
fn fastest() -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a thousand sends")]
    let seconds = (SENDS - BURST) as f64 / RATE as f64;
    seconds
}

/// Every send arrived once, and in each room in order.
fn assert_complete_and_ordered(outcome: &Outcome) {
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
fn the_send_window_is_as_fast_as_bursts_with_a_tenth_of_the_refusals() {
    let window = run(vec![replica(0..SENDS)], GOOD);
    let bursts = run(vec![bursts()], GOOD);
    assert_complete_and_ordered(&window);
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
fn slow_timers_and_latency_do_not_lower_the_rate() {
    let hidden_tab = Network {
        timer: SECOND,
        ..GOOD
    };
    let far_away = Network {
        one_way: 300 * MILLISECOND,
        ..GOOD
    };
    for network in [hidden_tab, far_away] {
        let window = run(vec![replica(0..SENDS)], network);
        assert_complete_and_ordered(&window);
        assert!(window.seconds < 1.05 * fastest(), "{}", window.seconds);
        assert!(window.refused < 200, "{}", window.refused);
    }
}

#[test]
fn five_devices_of_one_person_share_the_rate_with_few_refusals() {
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
