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
use super::{ConnectionState, Replica, SyncEvent, SyncOutput};

/// With more rooms, or memberships and read marks, than this the stream is not stored.
const MOST_LISTED: usize = 1_000;
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
    /// In the directory also the names of the people that are shown.
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
            user: self.me(),
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
        let authors = shown.iter().flat_map(|room| &room.items).filter_map(author);
        for id in ascending(authors) {
            items.extend(self.names.profile(id).map(Item::Person));
        }
        StreamSnapshot::of(StreamKey::Directory, &self.directory.stream, items)
    }

    fn own_snapshot(&self) -> Option<StreamSnapshot> {
        let memberships = self.own.memberships().copied().map(Item::Membership);
        let marks = self.own.marks.all_confirmed().map(Item::ReadMark);
        let items: Vec<Item> = memberships.chain(marks).take(MOST_LISTED + 1).collect();
        if items.len() > MOST_LISTED {
            return None;
        }
        StreamSnapshot::of(StreamKey::Own, &self.own.stream, items)
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
        if snapshot.user != self.me() || !is_new {
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
                let mut delta = OwnStreamDelta::default();
                self.own.apply(changes, &mut delta);
                emit_read_marks(delta.marks, out);
                out.emit(SyncEvent::Memberships(delta.memberships));
            }
            StreamKey::Room(id) => {
                self.note_item_names(&changes.items, out);
                let room = RoomReplica::restored(id, cursor, stream.seq, changes.items);
                self.rooms.keep_closed(room, &self.settings);
            }
        }
    }
}

fn author(item: &Item) -> Option<UserId> {
    match item {
        Item::Message(Message { author, .. }) => author.id,
        Item::Room(_)
        | Item::Member(_)
        | Item::Person(_)
        | Item::Membership(_)
        | Item::ReadMark(_)
        | Item::Sidebar(_)
        | Item::Unknown => None,
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
        | Item::Unknown => None,
    }
}
