//! The order in which queries run: clients take turns, and each has one query at a time.
//!
//! With first come, first served, a client with a thousand queries would make a thousand
//! others wait.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::store::QueryClient;

/// A queue that lets a limited number of queries run at once. Each waiting query belongs to a
/// connection that asks one thing at a time, so there are no more of them than connections.
#[derive(Debug)]
pub struct FairQueue(Mutex<QueueState>);

#[derive(Debug)]
struct QueueState {
    free: usize,
    running: HashSet<QueryClient>,
    waiting: HashMap<QueryClient, VecDeque<oneshot::Sender<QueryPermit>>>,
    // Each client with waiting queries, once.
    order: VecDeque<QueryClient>,
}

/// The permission to run a query. Dropping it lets the next query run.
#[derive(Debug)]
pub struct QueryPermit {
    client: QueryClient,
    // None once it was revoked, because nobody waited for it any more.
    queue: Option<Arc<FairQueue>>,
}

impl FairQueue {
    /// A queue that lets `permits` queries run at once.
    pub fn new(permits: usize) -> Arc<Self> {
        Arc::new(FairQueue(Mutex::new(QueueState {
            free: permits,
            running: HashSet::new(),
            waiting: HashMap::new(),
            order: VecDeque::new(),
        })))
    }

    /// Waits for the client's turn.
    pub async fn acquire(self: &Arc<Self>, client: QueryClient) -> QueryPermit {
        let must_wait = {
            let mut state = self.0.lock();
            if state.may_begin(client) {
                state.begin(client);
                None
            } else {
                let (sender, receiver) = oneshot::channel();
                match state.waiting.entry(client) {
                    Entry::Occupied(mut queue) => queue.get_mut().push_back(sender),
                    Entry::Vacant(queue) => {
                        queue.insert(VecDeque::from([sender]));
                        state.order.push_back(client);
                    }
                }
                Some(receiver)
            }
        };
        if let Some(receiver) = must_wait
            && let Ok(permit) = receiver.await
        {
            return permit;
        }
        QueryPermit {
            client,
            queue: Some(Arc::clone(self)),
        }
    }

    /// How many queries wait.
    pub fn waiting(&self) -> usize {
        self.0.lock().waiting.values().map(VecDeque::len).sum()
    }

    fn release(self: &Arc<Self>, client: QueryClient) {
        self.0.lock().end(client);
        loop {
            let Some((client, sender)) = self.0.lock().begin_next() else {
                return;
            };
            let permit = QueryPermit {
                client,
                queue: Some(Arc::clone(self)),
            };
            if let Err(mut permit) = sender.send(permit) {
                // The caller has gone; the next one may begin.
                permit.queue = None;
                self.0.lock().end(client);
            }
        }
    }
}

impl QueueState {
    fn may_begin(&self, client: QueryClient) -> bool {
        self.free > 0 && (client == QueryClient::Server || !self.running.contains(&client))
    }

    fn begin(&mut self, client: QueryClient) {
        self.free -= 1;
        self.running.insert(client);
    }

    fn end(&mut self, client: QueryClient) {
        self.free += 1;
        self.running.remove(&client);
    }

    /// Begins the next query whose client may run one.
    fn begin_next(&mut self) -> Option<(QueryClient, oneshot::Sender<QueryPermit>)> {
        let mut clients = self.order.iter();
        let index = clients.position(|client| self.may_begin(*client))?;
        let client = self.order.remove(index)?;
        let queue = self.waiting.get_mut(&client)?;
        let sender = queue.pop_front();
        if queue.is_empty() {
            self.waiting.remove(&client);
        } else {
            self.order.push_back(client);
        }
        let sender = sender?;
        self.begin(client);
        Some((client, sender))
    }
}

impl Drop for QueryPermit {
    fn drop(&mut self) {
        if let Some(queue) = self.queue.take() {
            queue.release(self.client);
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::id::UserId;

    use super::*;

    fn person(id: i64) -> QueryClient {
        QueryClient::Person(UserId(id))
    }

    #[tokio::test]
    async fn a_client_with_many_queries_waits_for_clients_with_one() {
        let queue = FairQueue::new(1);
        let first = queue.acquire(person(1)).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut queries = Vec::new();
        for id in [1, 1, 1, 2, 3] {
            let (queue, order) = (Arc::clone(&queue), Arc::clone(&order));
            queries.push(tokio::spawn(async move {
                let _permit = queue.acquire(person(id)).await;
                order.lock().push(id);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for query in queries {
            query.await.unwrap();
        }
        assert_eq!(*order.lock(), [1, 2, 3, 1, 1]);
    }

    #[tokio::test]
    async fn one_person_s_queries_run_one_after_the_other() {
        let queue = FairQueue::new(4);
        let first = queue.acquire(person(1)).await;
        let second = queue.acquire(person(1));
        tokio::pin!(second);
        assert!(futures::poll!(&mut second).is_pending());
        let _other = queue.acquire(person(2)).await;
        drop(first);
        let _second = second.await;
    }

    #[tokio::test]
    async fn a_waiting_query_that_is_dropped_passes_its_turn_on() {
        let queue = FairQueue::new(1);
        let first = queue.acquire(person(1)).await;
        {
            let dropped = queue.acquire(person(2));
            tokio::pin!(dropped);
            assert!(futures::poll!(&mut dropped).is_pending());
        }
        let waits = queue.acquire(person(3));
        tokio::pin!(waits);
        assert!(futures::poll!(&mut waits).is_pending());
        drop(first);
        drop(waits.await);
        assert_eq!(queue.0.lock().free, 1);
        assert!(queue.0.lock().waiting.is_empty());
    }
}
