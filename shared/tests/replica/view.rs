//! A view that reads only what the events name. If an event is missing, the view differs
//! from the replica.

use std::collections::{BTreeMap, BTreeSet};

use shared::id::{RoomId, Seq, UserId};
use shared::model::{Message, Room, Sidebar};
use shared::sync::{Replica, SeqRange, SyncEvent, TimelineChange};

use super::world::{USERS, settings};

#[derive(Debug, Default)]
pub struct View {
    rooms: BTreeMap<RoomId, Rows>,
    list: BTreeMap<RoomId, ListedRoom>,
    names: BTreeMap<UserId, String>,
    sidebar: Sidebar,
    /// Rooms that a notice has named.
    pub noticed: Vec<RoomId>,
}

/// What a list of rooms shows of one room.
#[derive(Debug, PartialEq, Eq)]
struct ListedRoom {
    room: Option<Room>,
    head: Seq,
    unread: usize,
}

fn listed(replica: &Replica, room: RoomId) -> Option<ListedRoom> {
    let is_mine = replica.my_rooms().any(|mine| mine == room);
    if !is_mine && replica.listed_room(room).is_none() {
        return None;
    }
    Some(ListedRoom {
        // Its last message is shown from `head`.
        room: replica.room(room).map(|found| Room {
            seq: Seq::ZERO,
            ..found.clone()
        }),
        head: replica.head(room),
        unread: replica.unread(room),
    })
}

#[derive(Debug, Default)]
struct Rows {
    span: Option<SeqRange>,
    messages: BTreeMap<Seq, Row>,
}

/// A message with its author's name as it is shown.
#[derive(Debug, PartialEq, Eq)]
struct Row(Message, String);

fn row(replica: &Replica, message: &Message) -> Row {
    Row(
        message.clone(),
        replica.display_name(&message.author).to_owned(),
    )
}

impl View {
    pub fn take(&mut self, replica: &Replica, events: &[SyncEvent]) {
        self.rooms.retain(|room, _| replica.is_open(*room));
        for event in events {
            match event {
                SyncEvent::Timeline(change) => {
                    self.rooms
                        .entry(change.room)
                        .or_default()
                        .take(replica, change);
                    self.list_again(replica, &[change.room]);
                }
                SyncEvent::Rooms(rooms)
                | SyncEvent::ReadMarks(rooms)
                | SyncEvent::Heads(rooms)
                | SyncEvent::Memberships(rooms) => self.list_again(replica, rooms),
                SyncEvent::Sidebar => self.sidebar = replica.sidebar(),
                SyncEvent::Names(people) => self.name_again(replica, people),
                SyncEvent::Notice(notice) => {
                    assert!(!replica.is_mine(&notice.author));
                    self.noticed.push(notice.room);
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

    fn name_again(&mut self, replica: &Replica, people: &[UserId]) {
        for person in people {
            self.names.remove(person);
        }
        let rows = self
            .rooms
            .values_mut()
            .flat_map(|room| room.messages.values_mut());
        for Row(message, shown) in rows {
            if message.author.id.is_some_and(|id| people.contains(&id)) {
                replica.display_name(&message.author).clone_into(shown);
            }
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
        for room in replica.open_rooms() {
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
            let held: Vec<Row> = held.into_iter().map(|m| row(replica, m)).collect();
            let shown = self.rooms.get(&room).map(|rows| &rows.messages);
            let shown = shown.into_iter().flat_map(BTreeMap::values);
            assert!(shown.eq(&held), "an event is missing: {held:?}");
        }
        let public = replica.rooms().map(|room| room.id);
        let rooms: BTreeSet<RoomId> = public.chain(replica.my_rooms()).collect();
        assert!(rooms.iter().eq(self.list.keys()), "a room is missing");
        for (room, shown) in &self.list {
            assert_eq!(Some(shown), listed(replica, *room).as_ref());
        }
        assert_eq!(self.sidebar, replica.sidebar());
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
                let message = timeline.get(seq).unwrap();
                self.messages.insert(seq, row(replica, message));
            }
            seq = seq.next();
        }
    }
}
