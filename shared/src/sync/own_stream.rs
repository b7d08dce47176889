//! The person's own stream: memberships, read marks, and how the rooms are arranged.

use crate::id::RoomId;
use crate::model::{Membership, Restriction, RoomKind, Sidebar};
use crate::stream::Item;

use super::read_marks::ReadMarks;
use super::stream::{AcceptedChanges, StreamReplica};
use super::vec_map::VecMap;

/// An upper bound. Further memberships are not kept.
const MOST_MEMBERSHIPS: usize = 20_000;

#[derive(Debug, Default)]
pub(super) struct OwnStreamReplica {
    pub(super) stream: StreamReplica,
    pub(super) marks: ReadMarks,
    /// How the rooms are arranged, as the server has it.
    pub(super) sidebar: Sidebar,
    /// What the person may not do for a time.
    pub(super) restriction: Restriction,
    memberships: VecMap<RoomId, Membership>,
    /// Those that were known before the stream began anew, and have not come again yet.
    doubtful: VecMap<RoomId, ()>,
}

/// What frames of the stream changed.
#[derive(Debug, Default)]
pub(super) struct OwnStreamDelta {
    /// The rooms whose read mark moved.
    pub(super) marks: Vec<RoomId>,
    /// The rooms whose membership began, changed or ended.
    pub(super) memberships: Vec<RoomId>,
    /// Those that do not exist for the person any more, because a membership ended, even if another
    /// began since.
    pub(super) left: Vec<RoomId>,
    /// The public rooms in which a membership ended. They can still be read.
    pub(super) left_public: Vec<RoomId>,
    /// Those in which a membership began.
    pub(super) joined: Vec<RoomId>,
    /// Whether the rooms are arranged in another way.
    pub(super) sidebar: bool,
    /// Whether the person may do more, or less.
    pub(super) restriction: bool,
}

impl OwnStreamReplica {
    pub(super) fn memberships(&self) -> impl Iterator<Item = &Membership> {
        self.memberships.values()
    }

    pub(super) fn membership(&self, room: RoomId) -> Option<&Membership> {
        self.memberships.get(&room)
    }

    pub(super) fn apply(&mut self, changes: AcceptedChanges, delta: &mut OwnStreamDelta) {
        if changes.replaces {
            delta.marks.extend(self.marks.clear_confirmed());
            delta.sidebar |= std::mem::take(&mut self.sidebar) != Sidebar::default();
            delta.restriction |= std::mem::take(&mut self.restriction) != Restriction::default();
            for room in self.memberships.keys() {
                self.doubtful.insert(*room, ());
            }
        }
        for item in changes.items {
            match item {
                Item::Membership(membership) => self.apply_membership(membership, delta),
                Item::ReadMark(mark) => {
                    if self.marks.confirm(mark) {
                        delta.marks.push(mark.room);
                    }
                }
                Item::Sidebar(sidebar) if sidebar.rev > self.sidebar.rev => {
                    self.sidebar = sidebar;
                    delta.sidebar = true;
                }
                Item::Restriction(restriction) if restriction.rev > self.restriction.rev => {
                    self.restriction = restriction;
                    delta.restriction = true;
                }
                Item::Sidebar(_)
                | Item::Restriction(_)
                | Item::Message(_)
                | Item::Room(_)
                | Item::Member(_)
                | Item::Person(_)
                | Item::Unknown => {}
            }
        }
        if !self.stream.cursor.is_partial() {
            // What has not come again by now does not exist.
            for room in std::mem::take(&mut self.doubtful).into_keys() {
                delta.memberships.push(room);
                if let Some(known) = self.memberships.remove(&room) {
                    delta.end(known);
                }
            }
            self.marks.discard_lost_generations();
        }
    }

    fn apply_membership(&mut self, membership: Membership, delta: &mut OwnStreamDelta) {
        let room = membership.room;
        let is_doubtful = self.doubtful.remove(&room).is_some();
        let known = self.memberships.get(&room).copied();
        if !is_doubtful && known.is_some_and(|known| known.rev >= membership.rev) {
            return;
        }
        let since = known.map(|known| known.joined_at);
        let is_over = membership.left_at.is_some();
        // Who was removed and added again has lost the subscription in between.
        if is_over || since.is_some_and(|since| since != membership.joined_at) {
            delta.end(known.unwrap_or(membership));
        }
        if !is_over && since != Some(membership.joined_at) {
            delta.joined.push(room);
        }
        delta.memberships.push(room);
        if is_over {
            self.memberships.remove(&room);
        } else if known.is_some() || self.memberships.len() < MOST_MEMBERSHIPS {
            self.memberships.insert(room, membership);
        }
    }
}

impl OwnStreamDelta {
    fn end(&mut self, membership: Membership) {
        if membership.kind == RoomKind::Public {
            self.left_public.push(membership.room);
        } else {
            self.left.push(membership.room);
        }
    }
}
