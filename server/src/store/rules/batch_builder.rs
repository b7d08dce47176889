//! Collects what the commands of one transaction change.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use shared::id::{Rev, RoomId, UserId};
use shared::model::{
    Member, Membership, Message, Profile, ReadMark, Restriction, Room, RoomKind, Sidebar,
};
use shared::stream::{Item, ItemKey};

use crate::store::{Batch, ChangedItem, ConnectionId, Eviction, StreamBatch, StreamId, TokenHash};

/// A batch that is not complete yet.
#[derive(Debug, Default)]
pub struct BatchBuilder {
    batch: Batch,
    // The index in `batch.streams` of each stream.
    indexes: HashMap<StreamId, usize>,
    // The stream that the last item was added to: most often the next item goes there too.
    last: Option<(StreamId, usize)>,
    // Whether an item may be twice in the stream with this index; a shorter list means no.
    with_repetitions: Vec<bool>,
    // Whether each person whose membership changed, in a room that is not public, is a member after
    // the last change.
    memberships: BTreeMap<(RoomId, UserId), bool>,
}

/// Whether the batch may have another state of an item already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repetition {
    Impossible,
    Possible,
}

impl BatchBuilder {
    /// What has changed: of each item, the last state.
    pub fn build(mut self) -> Batch {
        for (stream, may_repeat) in self.batch.streams.iter_mut().zip(self.with_repetitions) {
            if may_repeat {
                keep_last_states(&mut stream.items);
            }
        }
        let ended = self
            .memberships
            .into_iter()
            .filter(|(_, is_member)| !is_member);
        self.batch.evictions = ended
            .map(|((room, user), _)| Eviction { room, user })
            .collect();
        self.batch
    }

    /// Notes that a text was erased which belongs to no stream.
    pub fn note_erased_text(&mut self) {
        self.batch.has_erased_text = true;
    }

    /// Adds a new message.
    pub fn add_post(&mut self, room: RoomId, message: Message, connection: Option<ConnectionId>) {
        let rev = message.rev;
        let changed = ChangedItem {
            item: Item::Message(message),
            connection,
            is_new_message: true,
        };
        self.add_changed(StreamId::Room(room), rev, changed, Repetition::Impossible);
    }

    /// Adds the new state of a message that existed before.
    pub fn add_change(&mut self, room: RoomId, message: Message) {
        let rev = message.rev;
        self.add(StreamId::Room(room), rev, Item::Message(message));
    }

    /// Adds a room's new state: to its own stream, and to the directory if it is there.
    pub fn add_room(&mut self, room: Room) {
        if room.directory_rev > Rev::ZERO {
            let item = Item::Room(room.clone());
            self.add(StreamId::Directory, room.directory_rev, item);
        }
        self.add(StreamId::Room(room.id), room.rev, Item::Room(room));
    }

    /// Adds that somebody became a member of a room, or is none any more: to the room's stream and
    /// to the person's own. Who leaves a public room can still read it.
    pub fn add_membership(&mut self, member: Member, membership: Membership) {
        let (room, user) = (membership.room, member.person.id);
        let is_member = membership.left_at.is_none();
        if membership.kind != RoomKind::Public {
            self.memberships.insert((room, user), is_member);
        }
        self.add(StreamId::Room(room), member.rev, Item::Member(member));
        let rev = membership.rev;
        self.add(StreamId::Person(user), rev, Item::Membership(membership));
    }

    /// Adds how a person has arranged the rooms.
    pub fn add_sidebar(&mut self, user: UserId, sidebar: Sidebar) {
        let rev = sidebar.rev;
        self.add(StreamId::Person(user), rev, Item::Sidebar(sidebar));
    }

    /// Adds what a person may not do for a time.
    pub fn add_restriction(&mut self, user: UserId, restriction: Restriction) {
        let item = Item::Restriction(restriction);
        self.add(StreamId::Person(user), restriction.rev, item);
    }

    /// Adds a person whose profile changed. `outdates_author`: as [`Batch::outdates_authors`].
    pub fn add_person(&mut self, person: Profile, outdates_author: bool) {
        self.batch.outdates_authors |= outdates_author;
        self.add(StreamId::Directory, person.rev, Item::Person(person));
    }

    /// Adds a person's read mark. Each mark must be added once.
    pub fn add_read_mark(&mut self, user: UserId, mark: ReadMark) {
        let changed = ChangedItem {
            item: Item::ReadMark(mark),
            connection: None,
            is_new_message: false,
        };
        let stream = StreamId::Person(user);
        self.add_changed(stream, mark.rev, changed, Repetition::Impossible);
    }

    /// Adds a session that has ended.
    pub fn add_ended_session(&mut self, token: TokenHash) {
        self.batch.ended_sessions.push(token);
    }

    fn add(&mut self, stream: StreamId, rev: Rev, item: Item) {
        let changed = ChangedItem {
            item,
            connection: None,
            is_new_message: false,
        };
        self.add_changed(stream, rev, changed, Repetition::Possible);
    }

    fn add_changed(
        &mut self,
        stream: StreamId,
        rev: Rev,
        changed: ChangedItem,
        repetition: Repetition,
    ) {
        let index = self.index(stream, rev);
        if let Some(batch) = self.batch.streams.get_mut(index) {
            batch.through = rev;
            batch.items.push(changed);
        }
        if repetition == Repetition::Possible {
            if self.with_repetitions.len() <= index {
                self.with_repetitions.resize(index + 1, false);
            }
            if let Some(may_repeat) = self.with_repetitions.get_mut(index) {
                *may_repeat = true;
            }
        }
    }

    /// The index of a stream. If it has no items yet, `rev` is the revision of its first.
    fn index(&mut self, stream: StreamId, rev: Rev) -> usize {
        if let Some((last, index)) = self.last
            && last == stream
        {
            return index;
        }
        let index = match self.indexes.entry(stream) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let streams = &mut self.batch.streams;
                streams.push(StreamBatch {
                    stream,
                    from: rev.previous(),
                    through: rev,
                    items: Vec::with_capacity(usual_items(stream)),
                });
                *entry.insert(streams.len() - 1)
            }
        };
        self.last = Some((stream, index));
        index
    }
}

/// How many items of a stream one commit usually changes, as far as that is known before.
fn usual_items(stream: StreamId) -> usize {
    match stream {
        // The read mark of who has posted.
        StreamId::Person(_) => 1,
        StreamId::Directory | StreamId::Room(_) => 4,
    }
}

/// Of several states of an item, keeps the last: a text that was cancelled in the same commit
/// is published to nobody. What was posted in this commit stays new, and keeps its connection.
fn keep_last_states(items: &mut Vec<ChangedItem>) {
    let mut kept: Vec<ChangedItem> = Vec::with_capacity(items.len());
    let mut indexes: HashMap<Option<ItemKey>, usize> = HashMap::with_capacity(items.len());
    for changed in items.drain(..).rev() {
        match indexes.entry(changed.item.key()) {
            Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(changed);
            }
            Entry::Occupied(entry) => {
                let last = &mut kept[*entry.get()];
                last.is_new_message |= changed.is_new_message;
                last.connection = last.connection.or(changed.connection);
            }
        }
    }
    kept.reverse();
    *items = kept;
}
