//! A view that reads only what the events name. If an event is missing, the view differs
//! from the replica.

use std::collections::BTreeMap;

use shared::id::{RoomId, Seq};
use shared::model::Message;
use shared::sync::{Replica, SeqRange, SyncEvent, TimelineChange};

use super::world::settings;

#[derive(Debug, Default)]
pub struct View {
    rooms: BTreeMap<RoomId, Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    span: Option<SeqRange>,
    messages: BTreeMap<Seq, Message>,
}

impl View {
    pub fn take(&mut self, replica: &Replica, events: &[SyncEvent]) {
        self.rooms.retain(|room, _| replica.is_subscribed(*room));
        for event in events {
            if let SyncEvent::Timeline(change) = event {
                self.rooms
                    .entry(change.room)
                    .or_default()
                    .take(replica, change);
            }
        }
    }

    pub fn check(&self, replica: &Replica) {
        for room in replica.subscribed_rooms() {
            let timeline = replica.timeline(room).unwrap();
            let held: Vec<&Message> = timeline.messages().collect();
            let mut seqs = held.iter().map(|message| message.seq);
            if let Some(mut last) = seqs.next() {
                assert_eq!(last, timeline.span().first);
                for seq in seqs {
                    assert_eq!(seq, last.next(), "a gap in the window");
                    last = seq;
                }
            }
            assert!(held.len() <= settings().window, "the window is unbounded");
            let shown: Vec<&Message> = match self.rooms.get(&room) {
                Some(rows) => rows.messages.values().collect(),
                None => Vec::new(),
            };
            assert_eq!(shown, held, "an event is missing");
        }
    }
}

impl Rows {
    fn take(&mut self, replica: &Replica, change: &TimelineChange) {
        if let Some(span) = self.span {
            assert_eq!(span, change.before, "the event names another window");
        }
        self.span = Some(change.after);
        if change.replaced {
            self.messages.clear();
        }
        self.messages.retain(|seq, _| change.after.contains(*seq));
        let timeline = replica.timeline(change.room).unwrap();
        let mut seq = change.after.first;
        while seq < change.after.end() {
            let is_old = !change.replaced && change.before.contains(seq);
            if !is_old || change.changed.contains(&seq) {
                let message = timeline.get(seq).unwrap().clone();
                self.messages.insert(seq, message);
            }
            seq = seq.next();
        }
    }
}
