//! A view that believes the notices and reads only what they name: if they leave
//! anything out, it differs from the replica.

use std::collections::BTreeMap;

use shared::id::{RoomId, Seq};
use shared::model::Message;
use shared::sync::{Notice, Replica, Span, TimelineChange};

use super::world::settings;

#[derive(Debug, Default)]
pub struct View {
    rooms: BTreeMap<RoomId, Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    span: Option<Span>,
    messages: BTreeMap<Seq, Message>,
}

impl View {
    pub fn take(&mut self, replica: &Replica, notices: &[Notice]) {
        self.rooms.retain(|room, _| replica.is_followed(*room));
        for notice in notices {
            if let Notice::Timeline(change) = notice {
                self.rooms
                    .entry(change.room)
                    .or_default()
                    .take(replica, change);
            }
        }
    }

    pub fn check(&self, replica: &Replica) {
        for room in replica.followed() {
            let timeline = replica.timeline(room).unwrap();
            let held: Vec<&Message> = timeline.messages().collect();
            let mut places = held.iter().map(|message| message.seq);
            if let Some(mut last) = places.next() {
                assert_eq!(last, timeline.span().first);
                for seq in places {
                    assert_eq!(seq, last.next(), "a hole in the window");
                    last = seq;
                }
            }
            assert!(held.len() <= settings().window, "the window is unbounded");
            let shown: Vec<&Message> = match self.rooms.get(&room) {
                Some(rows) => rows.messages.values().collect(),
                None => Vec::new(),
            };
            assert_eq!(shown, held, "the notices left something out");
        }
    }
}

impl Rows {
    fn take(&mut self, replica: &Replica, change: &TimelineChange) {
        if let Some(span) = self.span {
            assert_eq!(span, change.before, "the notice speaks of another window");
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
