//! What the model server has said to a device about the past that the device knows: which
//! commands may be sent, and about which the person is asked.

use std::collections::BTreeMap;

use shared::frame::{ClientFrame, ServerFrame};
use shared::id::{Epoch, Micros, Rev, RoomId};
use shared::limits::RECEIPT_DAYS;
use shared::stream::StreamKey;
use shared::sync::{PendingState, Replica};

use super::world::Given;

const RECEIPT_MICROS: i64 = RECEIPT_DAYS * 24 * 60 * 60 * 1_000_000;

#[derive(Debug, Default)]
pub struct Pasts {
    /// The question about each stream that the device asked last, until it is answered or
    /// refused. A late answer to another one says nothing of the past: it is treated as a live
    /// frame.
    asked: BTreeMap<StreamKey, u32>,
    /// The epoch of the last answer about each stream.
    answered: BTreeMap<StreamKey, Epoch>,
    /// How many sends were given before an answer in another epoch voided what was known of a
    /// room; `None`: of the directory or the own stream.
    voided: BTreeMap<Option<RoomId>, usize>,
}

impl Pasts {
    /// A frame reaches the device, which was given so many sends before.
    pub fn note(&mut self, frame: &ServerFrame, epoch: Epoch, given: usize) {
        let (stream, question, anew) = match frame {
            ServerFrame::Changes(changes) => {
                (changes.stream, changes.question, changes.from == Rev::ZERO)
            }
            ServerFrame::Reset(reset) => (reset.stream, reset.question, true),
            ServerFrame::Error(refusal) => {
                return (self.asked).retain(|_, asked| Some(*asked) != refusal.question);
            }
            _ => return,
        };
        if question.is_none() || self.asked.get(&stream).copied() != question {
            return;
        }
        self.asked.remove(&stream);
        let before = self.answered.insert(stream, epoch);
        if anew && before.is_some_and(|before| before != epoch) {
            self.voided.insert(stream.room(), given);
        }
    }

    /// The device has lost all but its pending commands.
    pub fn forget(&mut self) {
        self.asked.clear();
        self.answered.clear();
    }

    /// The device begins with what it has stored.
    pub fn remember(&mut self, stored: &str) {
        let stored: serde_json::Value = serde_json::from_str(stored).unwrap();
        for stream in stored["streams"].as_array().unwrap() {
            let key = serde_json::from_value(stream["stream"].clone()).unwrap();
            let epoch = serde_json::from_value(stream["epoch"].clone()).unwrap();
            self.answered.insert(key, epoch);
        }
    }

    /// The device sends these frames.
    pub fn note_sent(&mut self, sent: &[ClientFrame]) {
        for frame in sent {
            match frame {
                ClientFrame::Subscribe {
                    stream, question, ..
                } => {
                    self.asked.insert(*stream, *question);
                }
                // The answer about a closed room is of no use.
                ClientFrame::Unsubscribe { stream } => {
                    self.asked.remove(stream);
                }
                _ => {}
            }
        }
    }

    /// No command that names a room is sent before the rooms are known to be the same.
    pub fn check_sent(&self, sent: &[ClientFrame], epoch: Epoch) {
        let rooms = sent.iter().filter_map(|frame| match frame {
            ClientFrame::Command {
                client_id: Some(_),
                command,
            } => command.room(),
            _ => None,
        });
        for room in rooms {
            for stream in [StreamKey::Directory, StreamKey::Own] {
                let known_in = self.answered.get(&stream);
                assert!(
                    known_in.is_none_or(|known_in| *known_in == epoch),
                    "a command for {room} is sent before {stream:?} is answered"
                );
            }
        }
    }

    /// The person is asked only about what is too old, or was given in a past that is void.
    pub fn check_expired(&self, replica: &Replica, given: &mut [Given], now: Micros) {
        let pending = replica.all_pending();
        for expired in pending.filter(|p| p.state == PendingState::Expired) {
            let at = given.iter().position(|g| g.id == expired.client_id);
            let at = at.unwrap();
            let scopes = [None, expired.command.room()];
            let voided = |scope| self.voided.get(scope).copied().unwrap_or_default();
            let is_void = scopes.iter().any(|scope| at < voided(scope));
            let is_old = now.0 - expired.given_at.0 > RECEIPT_MICROS;
            assert!(is_void || is_old, "{expired:?} is not sent by itself");
            given[at].asked_about = true;
        }
    }
}
