//! Whose question is answered next: everyone in turn, and one of each at a time.
//!
//! First come, first served would let one who asks a thousand times keep a thousand others
//! waiting.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::store::Lane;

/// Those who wait, and those whose turn it is. Whoever waits is a connection that asks one
/// thing at a time: there are no more than there are connections.
#[derive(Debug)]
pub struct Turns(Mutex<State>);

#[derive(Debug)]
struct State {
    free: usize,
    answered: HashSet<Lane>,
    waiting: HashMap<Lane, VecDeque<oneshot::Sender<Turn>>>,
    // Each who waits, once.
    order: VecDeque<Lane>,
}

/// Somebody's turn; the next one begins when this is dropped.
#[derive(Debug)]
pub struct Turn {
    lane: Lane,
    // None once it was taken back, as nobody waited for it any more.
    turns: Option<Arc<Turns>>,
}

impl Turns {
    /// So many at a time.
    pub fn new(together: usize) -> Arc<Self> {
        Arc::new(Turns(Mutex::new(State {
            free: together,
            answered: HashSet::new(),
            waiting: HashMap::new(),
            order: VecDeque::new(),
        })))
    }

    /// Waits for a turn.
    pub async fn next(self: &Arc<Self>, lane: Lane) -> Turn {
        let waits = {
            let mut state = self.0.lock();
            if state.may_begin(lane) {
                state.begin(lane);
                None
            } else {
                let (sender, receiver) = oneshot::channel();
                match state.waiting.entry(lane) {
                    Entry::Occupied(mut queue) => queue.get_mut().push_back(sender),
                    Entry::Vacant(queue) => {
                        queue.insert(VecDeque::from([sender]));
                        state.order.push_back(lane);
                    }
                }
                Some(receiver)
            }
        };
        if let Some(receiver) = waits
            && let Ok(turn) = receiver.await
        {
            return turn;
        }
        Turn {
            lane,
            turns: Some(Arc::clone(self)),
        }
    }

    fn end(self: &Arc<Self>, lane: Lane) {
        self.0.lock().end(lane);
        loop {
            let Some((lane, sender)) = self.0.lock().begin_next() else {
                return;
            };
            let turn = Turn {
                lane,
                turns: Some(Arc::clone(self)),
            };
            if let Err(mut turn) = sender.send(turn) {
                // Who waited has gone: the next one, then.
                turn.turns = None;
                self.0.lock().end(lane);
            }
        }
    }
}

impl State {
    fn may_begin(&self, lane: Lane) -> bool {
        self.free > 0 && (lane == Lane::Server || !self.answered.contains(&lane))
    }

    fn begin(&mut self, lane: Lane) {
        self.free -= 1;
        self.answered.insert(lane);
    }

    fn end(&mut self, lane: Lane) {
        self.free += 1;
        self.answered.remove(&lane);
    }

    /// The next one in turn who may begin; it has begun then.
    fn begin_next(&mut self) -> Option<(Lane, oneshot::Sender<Turn>)> {
        let index = self.order.iter().position(|lane| self.may_begin(*lane))?;
        let lane = self.order.remove(index)?;
        let queue = self.waiting.get_mut(&lane)?;
        let sender = queue.pop_front();
        if queue.is_empty() {
            self.waiting.remove(&lane);
        } else {
            self.order.push_back(lane);
        }
        let sender = sender?;
        self.begin(lane);
        Some((lane, sender))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(turns) = self.turns.take() {
            turns.end(self.lane);
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::id::UserId;

    use super::*;

    fn person(id: i64) -> Lane {
        Lane::Person(UserId(id))
    }

    #[tokio::test]
    async fn who_asks_often_waits_for_those_who_ask_once() {
        let turns = Turns::new(1);
        let first = turns.next(person(1)).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut asking = Vec::new();
        for id in [1, 1, 1, 2, 3] {
            let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
            asking.push(tokio::spawn(async move {
                let _turn = turns.next(person(id)).await;
                order.lock().push(id);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for asked in asking {
            asked.await.unwrap();
        }
        assert_eq!(*order.lock(), [1, 2, 3, 1, 1]);
    }

    #[tokio::test]
    async fn one_person_s_questions_are_answered_one_by_one() {
        let turns = Turns::new(4);
        let first = turns.next(person(1)).await;
        let second = turns.next(person(1));
        tokio::pin!(second);
        assert!(futures::poll!(&mut second).is_pending());
        let _other = turns.next(person(2)).await;
        drop(first);
        let _second = second.await;
    }

    #[tokio::test]
    async fn who_goes_away_gives_the_turn_to_the_next() {
        let turns = Turns::new(1);
        let first = turns.next(person(1)).await;
        {
            let gone = turns.next(person(2));
            tokio::pin!(gone);
            assert!(futures::poll!(&mut gone).is_pending());
        }
        let waits = turns.next(person(3));
        tokio::pin!(waits);
        assert!(futures::poll!(&mut waits).is_pending());
        drop(first);
        drop(waits.await);
        assert_eq!(turns.0.lock().free, 1);
        assert!(turns.0.lock().waiting.is_empty());
    }
}
