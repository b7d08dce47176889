//! What a replica knows, to be stored: the next page shows it at once, and asks the server only
//! for what has changed since.

use serde::{Deserialize, Serialize};

use crate::id::{Epoch, Rev, RoomId, Seq, UserId};
use crate::model::{Message, ReadMark, UnreadHead};
use crate::stream::{Item, StreamKey};

use super::own_stream::OwnStreamDelta;
use super::receive::emit_read_marks;
use super::room::RoomReplica;
use super::stream::{AcceptedChanges, Cursor, StreamReplica};
use super::vec_map::ascending;
use super::{ConnectionState, NOBODY, Replica, SyncEvent, SyncOutput};

/// What an earlier page has stored lacks kinds of items, and revisions do not show that.
const FORMAT: u32 = 1;
/// With more rooms than this the directory is not stored.
const MOST_LISTED: usize = 1_000;
/// With more memberships and read marks than this the person's own stream is not stored.
const MOST_OWN: usize = 2_000;
/// The most messages that are stored of the room.
const MOST_MESSAGES: usize = 60;
/// The most bytes of their texts.
const MOST_TEXT: usize = 200_000;

/// A part of what a replica knows: the directory, the person's own stream, one room. The field
/// names are the stored format: pages of other versions read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplicaSnapshot {
    /// The person. A replica of another person ignores the snapshot.
    pub user: UserId,
    /// [`FORMAT`]; a snapshot of another one is ignored.
    #[serde(default)]
    format: u32,
    streams: Vec<StreamSnapshot>,
    #[serde(default)]
    heads: Vec<UnreadHead>,
    /// Read marks that the server has not confirmed.
    #[serde(default)]
    raised: Vec<ReadMark>,
}

/// What is known of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StreamSnapshot {
    stream: StreamKey,
    epoch: Epoch,
    rev: Rev,
    /// Of a room, its last message.
    #[serde(default)]
    seq: Seq,
    /// In the directory also the names of the people that are shown; in the own stream also the
    /// rooms that no directory brings.
    items: Vec<Item>,
}

impl StreamSnapshot {
    /// `None` if the stream cannot be resumed.
    fn of(key: StreamKey, stream: &StreamReplica, items: Vec<Item>) -> Option<Self> {
        let (epoch, rev) = stream.cursor.resume_point()?;
        Some(StreamSnapshot {
            stream: key,
            epoch,
            rev,
            seq: Seq::ZERO,
            items,
        })
    }
}

impl Replica {
    /// What is worth storing for the next visit, with the newest messages of one room.
    pub fn snapshot(&self, room: Option<RoomId>) -> ReplicaSnapshot {
        let room = room.and_then(|room| self.room_snapshot(room));
        let directory = self.directory_snapshot(room.as_ref());
        let own = self.own_snapshot();
        // Only with these is it certain later which rooms the marks are of.
        let most_raised = if directory.is_some() && own.is_some() {
            MOST_LISTED
        } else {
            0
        };
        let streams = [directory, own, room].into_iter().flatten().collect();
        ReplicaSnapshot {
            user: self.me().unwrap_or(NOBODY),
            format: FORMAT,
            streams,
            raised: self.own.marks.raised().take(most_raised).collect(),
            heads: self.watching.heads().take(MOST_LISTED).cloned().collect(),
        }
    }

    fn directory_snapshot(&self, shown: Option<&StreamSnapshot>) -> Option<StreamSnapshot> {
        let rooms = self.directory.rooms();
        let rooms = rooms.filter(|room| room.removed_at.is_none());
        let mut items: Vec<Item> = rooms.cloned().map(Item::Room).collect();
        if items.len() > MOST_LISTED {
            return None;
        }
        let messages = shown.iter().flat_map(|room| &room.items);
        let shown = messages
            .filter_map(Item::as_message)
            .flat_map(Message::people);
        let direct = self.known_rooms.rooms().flat_map(|room| &room.people);
        for id in ascending(shown.chain(direct.copied())) {
            items.extend(self.names.profile(id).map(Item::Person));
        }
        StreamSnapshot::of(StreamKey::Directory, &self.directory.stream, items)
    }

    fn own_snapshot(&self) -> Option<StreamSnapshot> {
        let memberships = self.own.memberships().copied().map(Item::Membership);
        let marks = self.own.marks.all_confirmed().map(Item::ReadMark);
        let mut items: Vec<Item> = memberships.chain(marks).take(MOST_OWN + 1).collect();
        if items.len() > MOST_OWN {
            return None;
        }
        if self.own.sidebar.rev > Rev::ZERO {
            items.push(Item::Sidebar(self.own.sidebar.clone()));
        }
        if self.own.restriction.rev > Rev::ZERO {
            items.push(Item::Restriction(self.own.restriction));
        }
        let mut snapshot = StreamSnapshot::of(StreamKey::Own, &self.own.stream, items)?;
        let rooms = self.known_rooms.rooms_of(snapshot.epoch);
        let rooms = rooms.filter(|room| self.own.membership(room.id).is_some());
        let rooms = rooms.take(MOST_LISTED).cloned().map(Item::Room);
        snapshot.items.extend(rooms);
        Some(snapshot)
    }

    fn room_snapshot(&self, id: RoomId) -> Option<StreamSnapshot> {
        let room = self.rooms.get(id).filter(|room| room.window.is_live())?;
        let info = room.info.clone().filter(|info| info.removed_at.is_none())?;
        let mut text = 0_usize;
        let newest = room.window.messages().iter().rev();
        let newest = newest.take(MOST_MESSAGES).take_while(|message| {
            text = text.saturating_add(message.body.len());
            text <= MOST_TEXT
        });
        let mut items: Vec<Item> = newest.cloned().map(Item::Message).collect();
        items.push(Item::Room(info));
        items.reverse();
        let snapshot = StreamSnapshot::of(StreamKey::Room(id), &room.stream, items)?;
        Some(StreamSnapshot {
            seq: room.head,
            ..snapshot
        })
    }

    /// Restores a snapshot, before anything else is known and before the first connection. That
    /// of another person is ignored, and so is what makes no sense.
    pub fn restore(&mut self, snapshot: ReplicaSnapshot) -> SyncOutput {
        let mut out = SyncOutput::default();
        let is_new = self.connection == ConnectionState::Disconnected
            && self.directory.stream.cursor.known() == Rev::ZERO;
        if Some(snapshot.user) != self.me() || snapshot.format != FORMAT || !is_new {
            return out;
        }
        for stream in snapshot.streams {
            if stream.rev > Rev::ZERO {
                self.restore_stream(stream, &mut out);
            }
        }
        self.own.marks.restore_raised(snapshot.raised);
        let heads = self.watching.restore(snapshot.heads);
        out.emit(SyncEvent::Heads(heads));
        out
    }

    fn restore_stream(&mut self, stream: StreamSnapshot, out: &mut SyncOutput) {
        let cursor = Cursor::at(stream.epoch, stream.rev);
        let changes = AcceptedChanges {
            replaces: false,
            items: stream.items,
        };
        match stream.stream {
            StreamKey::Directory => {
                self.directory.stream.cursor = cursor;
                let people: Vec<UserId> = changes.items.iter().filter_map(person).collect();
                self.apply_directory(changes, out);
                self.names.doubt(&people);
            }
            StreamKey::Own => {
                self.own.stream.cursor = cursor;
                for item in &changes.items {
                    if let Item::Room(room) = item {
                        self.want_names(&room.people);
                        self.known_rooms.note(room.clone(), stream.epoch);
                        out.emit(SyncEvent::Rooms(vec![room.id]));
                    }
                }
                let mut delta = OwnStreamDelta::default();
                self.own.apply(changes, &mut delta);
                emit_read_marks(delta.marks, out);
                out.emit(SyncEvent::Memberships(delta.memberships));
                out.emit(SyncEvent::Sidebar);
                out.emit(SyncEvent::Restriction);
            }
            StreamKey::Room(id) => {
                self.note_item_names(&changes.items, out);
                let room = RoomReplica::restored(id, cursor, stream.seq, changes.items);
                self.rooms.keep_closed(room, &self.settings);
            }
        }
    }
}

fn person(item: &Item) -> Option<UserId> {
    match item {
        Item::Person(person) => Some(person.id),
        Item::Message(_)
        | Item::Room(_)
        | Item::Member(_)
        | Item::Membership(_)
        | Item::ReadMark(_)
        | Item::Sidebar(_)
        | Item::Restriction(_)
        | Item::Unknown => None,
    }
}
