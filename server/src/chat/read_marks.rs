//! Merges read marks on their way to the store: one command per person, room and generation at a
//! time.
//!
//! A read mark only rises within its generation, so the highest of those that wait is enough. The
//! marks of two generations do not wait for each other: only the store knows which one is the
//! present one. A client that sends marks without end causes no more work in the store than one
//! that sends a few.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::pin::Pin;
use std::sync::Arc;

use parking_lot::Mutex;
use shared::command::Command;
use shared::id::{RoomId, Seq, UserId};
use tokio::runtime::Handle;

use super::caller::Caller;
use crate::store::{Reply, Store, WriteCommand, WriteRequest};

/// Whose mark, in which room, of which generation.
type Key = (UserId, RoomId, u32);
type Submitting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// The read marks that were submitted and have no reply yet. There are no more of them than
/// commands in flight.
pub struct ReadMarkQueue {
    store: Arc<dyn Store>,
    // Each submitted mark, with the one that waits behind it. Locked for a look-up.
    submitted: Mutex<HashMap<Key, Option<PendingMark>>>,
}

struct PendingMark {
    caller: Caller,
    mark: RaisedMark,
    reply: Reply,
}

/// How far somebody has read. Of two marks the greater one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RaisedMark {
    /// The generation.
    pub generation: u32,
    /// The last message that was read.
    pub seq: Seq,
}

impl ReadMarkQueue {
    /// Without any mark.
    pub fn new(store: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(ReadMarkQueue {
            store,
            submitted: Mutex::default(),
        })
    }

    /// Raises a person's mark in a room.
    pub async fn raise(
        self: &Arc<Self>,
        user: UserId,
        caller: Caller,
        room: RoomId,
        mark: RaisedMark,
        reply: Reply,
    ) {
        let key = (user, room, mark.generation);
        match self.submitted.lock().entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(None);
            }
            Entry::Occupied(mut entry) => {
                let before = entry.get_mut().take();
                let mark = before.as_ref().map_or(mark, |before| before.mark.max(mark));
                if let Some(before) = before {
                    // The mark that replaces it gets the reply.
                    before.reply.dismiss();
                }
                entry.insert(Some(PendingMark {
                    caller,
                    mark,
                    reply,
                }));
                return;
            }
        }
        let mark = PendingMark {
            caller,
            mark,
            reply,
        };
        self.submit(key, mark).await;
    }

    /// Boxed, because the reply submits the next mark.
    fn submit(self: &Arc<Self>, key: Key, pending: PendingMark) -> Submitting<'_> {
        let (queue, runtime) = (Arc::clone(self), Handle::current());
        let PendingMark {
            caller,
            mark,
            reply,
        } = pending;
        let write = WriteRequest {
            actor: caller.actor,
            client_id: None,
            command: WriteCommand::Client(Command::MarkRead {
                room: key.1,
                seq: mark.seq,
                generation: mark.generation,
            }),
            connection: Some(caller.connection),
            address: Some(caller.limit_subject.address),
            reply: Reply::new(move |result| {
                reply.send(result);
                if let Some(next) = queue.next(key) {
                    runtime.spawn(async move { queue.submit(key, next).await });
                }
            }),
        };
        self.store.submit(write)
    }

    /// The mark that came while another one was submitted. If there is none, nothing is
    /// submitted any more.
    fn next(&self, key: Key) -> Option<PendingMark> {
        match self.submitted.lock().entry(key) {
            Entry::Vacant(_) => None,
            Entry::Occupied(mut entry) => {
                let next = entry.get_mut().take();
                if next.is_none() {
                    entry.remove();
                }
                next
            }
        }
    }
}
