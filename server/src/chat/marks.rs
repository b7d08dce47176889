//! Read marks on their way to the store: of one person and room one at a time.
//!
//! A mark only rises, so that of several that wait the highest is enough. Whoever sends
//! them without end gives the store no more to do than whoever sends a few.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::pin::Pin;
use std::sync::Arc;

use parking_lot::Mutex;
use shared::id::{RoomId, Seq, UserId};
use tokio::runtime::Handle;

use super::Caller;
use crate::store::{Command, Reply, Store, Write};

type Key = (UserId, RoomId);
type Submitting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// The marks that have been handed to the store and not answered yet: no more than there are
/// commands in flight.
pub struct Marks {
    store: Arc<dyn Store>,
    // Each with what came meanwhile. Held for a look-up.
    underway: Mutex<HashMap<Key, Option<Waiting>>>,
}

struct Waiting {
    caller: Caller,
    seq: Seq,
    reply: Reply,
}

impl Marks {
    /// None yet.
    pub fn new(store: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Marks {
            store,
            underway: Mutex::default(),
        })
    }

    /// Raises a person's mark in a room.
    pub async fn raise(
        self: &Arc<Self>,
        user: UserId,
        caller: Caller,
        room: RoomId,
        seq: Seq,
        reply: Reply,
    ) {
        let key = (user, room);
        match self.underway.lock().entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(None);
            }
            Entry::Occupied(mut entry) => {
                let before = entry.get_mut().take();
                let seq = before.as_ref().map_or(seq, |before| before.seq.max(seq));
                if let Some(before) = before {
                    // The one that takes its place is answered.
                    before.reply.dismiss();
                }
                entry.insert(Some(Waiting { caller, seq, reply }));
                return;
            }
        }
        self.submit(key, Waiting { caller, seq, reply }).await;
    }

    /// Boxed, as each may bring the next.
    fn submit(self: &Arc<Self>, key: Key, mark: Waiting) -> Submitting<'_> {
        let (marks, runtime) = (Arc::clone(self), Handle::current());
        let Waiting { caller, seq, reply } = mark;
        let write = Write {
            actor: caller.actor,
            client_id: None,
            command: Command::MarkRead { room: key.1, seq },
            origin: Some(caller.origin),
            from: Some(caller.payer.from),
            reply: Reply::new(move |result| {
                reply.send(result);
                if let Some(next) = marks.next(key) {
                    runtime.spawn(async move { marks.submit(key, next).await });
                }
            }),
        };
        self.store.submit(write)
    }

    /// What came while a mark was underway; if nothing did, none is any more.
    fn next(&self, key: Key) -> Option<Waiting> {
        match self.underway.lock().entry(key) {
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
