//! A view that reads only what the events name. If an event is missing, the view differs
//! from the replica.

use std::collections::BTreeMap;

use shared::id::{RoomId, Seq, UserId};
use shared::model::{Message, Room};
use shared::sync::{Replica, SeqRange, SyncEvent, TimelineChange};

use super::world::{USERS, settings};

#[derive(Debug, Default)]
pub struct View {
    rooms: BTreeMap<RoomId, Rows>,
    list: BTreeMap<RoomId, ListedRoom>,
    names: BTreeMap<UserId, String>,
}

/// What a list of rooms shows of one room.
#[derive(Debug, PartialEq, Eq)]
struct ListedRoom {
    room: Room,
    head: Seq,
    unread: u64,
}

fn listed(replica: &Replica, room: RoomId) -> Option<ListedRoom> {
    let found = replica.listed_room(room)?;
    Some(ListedRoom {
        // Its last message is shown from `head`.
        room: Room {
            seq: Seq::ZERO,
            ..found.clone()
        },
        head: replica.head(room),
        unread: replica.unread(room),
    })
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
            match event {
                SyncEvent::Timeline(change) => {
                    self.rooms
                        .entry(change.room)
                        .or_default()
                        .take(replica, change);
                    self.list_again(replica, &[change.room]);
                }
                SyncEvent::Rooms(rooms) | SyncEvent::ReadMarks(rooms) => {
                    self.list_again(replica, rooms);
                }
                SyncEvent::Names(people) => {
                    for person in people {
                        self.names.remove(person);
                    }
                }
                _ => {}
            }
        }
        self.learn_names(replica);
    }

    fn list_again(&mut self, replica: &Replica, rooms: &[RoomId]) {
        for room in rooms {
            match listed(replica, *room) {
                Some(found) => self.list.insert(*room, found),
                None => self.list.remove(room),
            };
        }
    }

    /// A name that was unknown until now is no change.
    fn learn_names(&mut self, replica: &Replica) {
        for person in USERS {
            match replica.name(person) {
                Some(name) => {
                    self.names.entry(person).or_insert_with(|| name.to_owned());
                }
                None => {
                    self.names.remove(&person);
                }
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
        let rooms: Vec<RoomId> = replica.rooms().map(|room| room.id).collect();
        assert!(rooms.iter().eq(self.list.keys()), "a room is missing");
        for (room, shown) in &self.list {
            assert_eq!(Some(shown), listed(replica, *room).as_ref());
        }
        for (person, shown) in &self.names {
            assert_eq!(Some(shown.as_str()), replica.name(*person));
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
