//! What one commit changed, for those who subscribe to it.

use shared::id::{Rev, RoomId, UserId};
use shared::model::{Message, Room};
use shared::stream::{Item, StreamKey};

use super::account::TokenHash;
use super::command::ConnectionId;

/// A stream, among those of all people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    /// The directory.
    Directory,
    /// A room's stream.
    Room(RoomId),
    /// A person's own stream.
    Person(UserId),
}

impl StreamId {
    /// The key by which those who may see the stream know it.
    pub fn key(self) -> StreamKey {
        match self {
            StreamId::Directory => StreamKey::Directory,
            StreamId::Room(room) => StreamKey::Room(room),
            StreamId::Person(_) => StreamKey::Own,
        }
    }
}

/// Everything that one commit changed.
#[derive(Debug, Default)]
pub struct Batch {
    /// The streams that changed, each once.
    pub streams: Vec<StreamBatch>,
    /// Who may not read which room any more. They must get nothing of this commit's changes to
    /// that room, and nothing later.
    pub evictions: Vec<Eviction>,
    /// Whether a name changed, or the revision of one for the first time. Then what is kept of
    /// authors is outdated.
    pub outdates_authors: bool,
    /// Sessions that have ended. Their connections have to be closed.
    pub ended_sessions: Vec<TokenHash>,
    /// Whether a text was erased that is in none of the streams.
    pub has_erased_text: bool,
    /// Whether the outcome of a commit is unknown. Then every subscriber has to ask for its
    /// streams again.
    pub resync: bool,
}

/// What one commit changed in one stream.
#[derive(Debug)]
pub struct StreamBatch {
    /// The stream.
    pub stream: StreamId,
    /// The revision before the first change.
    pub from: Rev,
    /// The revision of the last change.
    pub through: Rev,
    /// The items' states after the commit, in the order of their revisions. Each item is there
    /// once.
    pub items: Vec<ChangedItem>,
}

/// An item that changed.
#[derive(Debug)]
pub struct ChangedItem {
    /// Its state after the commit.
    pub item: Item,
    /// The connection that posted it. None if that is not on this node, or if the item is not a
    /// new message.
    pub connection: Option<ConnectionId>,
    /// Whether it is a message that was posted in this commit. It may have been changed or
    /// deleted in the same one.
    pub is_new_message: bool,
}

/// The end of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Eviction {
    /// The room.
    pub room: RoomId,
    /// Who was a member.
    pub user: UserId,
}

impl Batch {
    /// Whether a message, a person or a mail was deleted. An edit does not count: its former text may stay
    /// in the write-ahead log until the next checkpoint.
    pub fn has_deletion(&self) -> bool {
        let mut items = self.streams.iter().flat_map(|stream| &stream.items);
        self.has_erased_text
            || items.any(|changed| match &changed.item {
                Item::Message(message) => message.is_deleted(),
                Item::Person(person) => person.deleted,
                Item::Room(_)
                | Item::Member(_)
                | Item::Membership(_)
                | Item::ReadMark(_)
                | Item::Sidebar(_)
                | Item::Restriction(_)
                | Item::Unknown => false,
            })
    }

    /// Whether a room was removed.
    pub fn has_removed_room(&self) -> bool {
        let mut rooms = self.streams.iter().filter_map(StreamBatch::room_state);
        rooms.any(|room| room.removed_at.is_some())
    }

    /// Whether there is nothing to publish.
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty()
            && self.evictions.is_empty()
            && self.ended_sessions.is_empty()
            && !self.resync
    }
}

impl StreamBatch {
    /// The messages, each with the rest of its entry.
    pub fn messages(&self) -> impl Iterator<Item = (&Message, &ChangedItem)> {
        let items = self.items.iter();
        items.filter_map(|changed| Some((changed.item.as_message()?, changed)))
    }

    /// In a room's stream, the room's own state, if it changed.
    pub fn room_state(&self) -> Option<&Room> {
        let StreamId::Room(_) = self.stream else {
            return None;
        };
        self.items.iter().find_map(|changed| match &changed.item {
            Item::Room(room) => Some(room),
            Item::Message(_)
            | Item::Member(_)
            | Item::Person(_)
            | Item::Membership(_)
            | Item::ReadMark(_)
            | Item::Sidebar(_)
            | Item::Restriction(_)
            | Item::Unknown => None,
        })
    }

    /// Whether nothing is in it but messages that were posted in this commit.
    pub fn has_only_new_messages(&self) -> bool {
        self.items.iter().all(|changed| changed.is_new_message)
    }
}
