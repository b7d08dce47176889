//! What a view reads from the replica.

use crate::command::Command;
use crate::id::{Micros, RoomId, Seq, UserId};
use crate::limits::Limits;
use crate::model::{Author, MarkChange, Membership, Profile, Room, Sidebar, UnreadHead};
use crate::permission::Standing;

use super::commands::note_pending;
use super::ephemeral::RoomPresence;
use super::output::SeqRange;
use super::pending::{PendingCommand, PendingSnapshot};
use super::room::TimelineRef;
use super::watching::count_outside;
use super::{ConnectionState, NOBODY, Replica, SyncOutput};

impl Replica {
    /// The person, with the newest known name; none without a session.
    pub fn user(&self) -> Option<&Profile> {
        self.user.as_ref()
    }

    /// The room that is read without a session, if it is.
    pub fn reads(&self) -> Option<RoomId> {
        self.reads
    }

    /// The server's limits; the default ones before `welcome`.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The only room that exists for the person, if that is a guest of one room; as the server said
    /// it last.
    pub fn only_room(&self) -> Option<RoomId> {
        self.rooms.only_room().map(|only| only.room)
    }

    /// The room to begin in.
    pub fn lobby(&self) -> RoomId {
        self.lobby
    }

    /// Whether the server has sent `welcome` on this connection.
    pub fn is_welcome(&self) -> bool {
        matches!(self.connection, ConnectionState::Ready(_))
    }

    /// The public rooms that exist, by id.
    pub fn rooms(&self) -> impl Iterator<Item = &Room> {
        let listed = self.directory.rooms().map(|room| self.newest(room));
        listed.filter(|room| room.removed_at.is_none())
    }

    /// A room of the directory that exists.
    pub fn listed_room(&self, room: RoomId) -> Option<&Room> {
        let listed = self.newest(self.directory.room(room)?);
        Some(listed).filter(|room| room.removed_at.is_none())
    }

    /// A room's own state, removed ones included: of a public room, of one that is open, and of all
    /// of which the person is a member. Its `seq` may be old, see [`Self::head`].
    pub fn room(&self, room: RoomId) -> Option<&Room> {
        if let Some(listed) = self.directory.room(room) {
            return Some(self.newest(listed));
        }
        let known = self.known_rooms.get(room);
        known.or_else(|| self.rooms.get(room)?.info.as_ref())
    }

    /// The person's own rooms that are known to exist: the lobby, then those of which the person is
    /// a member, by id. [`super::SyncEvent::Rooms`] names those whose state has arrived.
    pub fn my_rooms(&self) -> impl Iterator<Item = RoomId> {
        let others = self.own.memberships().map(|membership| membership.room);
        let others = others.filter(|room| *room != self.lobby);
        let mine = [self.lobby].into_iter().chain(others);
        mine.filter(|room| self.my_room(*room).is_some())
    }

    /// One of [`Self::my_rooms`].
    pub fn my_room(&self, room: RoomId) -> Option<&Room> {
        if room != self.lobby && self.own.membership(room).is_none() {
            return None;
        }
        let known = self.room(room);
        known.filter(|known| known.removed_at.is_none())
    }

    /// When something was said in a room last, as far as is known; of an empty one, when it was made.
    pub fn last_activity(&self, room: RoomId) -> Micros {
        let made = self.room(room).map(|known| known.created_at);
        let watched = self.watching.head(room).and_then(|head| head.at);
        let open = self.rooms.get(room);
        let held = open.and_then(|open| open.window.get(open.window.last()));
        let held = held.map(|message| message.posted_at);
        made.max(watched).max(held).unwrap_or_default()
    }

    /// What the person is in a room, for [`crate::permission`].
    pub fn standing(&self, room: RoomId) -> Standing {
        let membership = self.own.membership(room);
        membership.map_or(Standing::Outsider, |held| Standing::of_member(held.role))
    }

    /// How the person has arranged the rooms, with the changes that the server has not confirmed
    /// yet.
    pub fn sidebar(&self) -> Sidebar {
        let mut sidebar = self.own.sidebar.clone();
        for pending in self.pending.iter() {
            if let Command::ChangeSidebar { change } = &pending.command {
                // The server will refuse what cannot be done.
                let _ = sidebar.apply(change);
            }
        }
        sidebar
    }

    /// Until when the person reads and does not write; none if there is no time-out, or it is over.
    pub fn timed_out(&self, now: Micros) -> Option<Micros> {
        self.own.restriction.timed_out(now)
    }

    /// The newer state of the two: the directory's or that of the room's own stream.
    fn newest<'a>(&'a self, listed: &'a Room) -> &'a Room {
        let open = self.rooms.get(listed.id);
        let own = open.and_then(|room| room.info.as_ref());
        own.filter(|own| own.rev > listed.rev).unwrap_or(listed)
    }

    /// The name to show for the author of a message.
    pub fn display_name<'a>(&'a self, author: &'a Author) -> &'a str {
        self.names.display_name(author)
    }

    /// A person's profile, as far as it is known: of who has only written, that of a guest with
    /// the name.
    pub fn profile(&self, user: UserId) -> Option<Profile> {
        self.names.profile(user)
    }

    /// The colour that a person has chosen, and the username, as far as they are known.
    pub fn colour_and_username(&self, user: UserId) -> (Option<u8>, Option<&str>) {
        self.names.colour_and_username(user)
    }

    /// Whether more is to be known of a person than the name: the profile was changed once, or
    /// `is_ambiguous` says that others have the same name.
    pub fn lacks_profile(&self, user: UserId, is_ambiguous: bool) -> bool {
        self.names.lacks_profile(user, is_ambiguous)
    }

    /// A person's name, if known.
    pub fn name(&self, user: UserId) -> Option<&str> {
        self.names.get(user).map(|(name, _)| name)
    }

    /// Whether a message's author is this person.
    pub fn is_mine(&self, author: &Author) -> bool {
        author.id.is_some() && author.id == self.me()
    }

    /// This person's memberships, by room.
    pub fn memberships(&self) -> impl Iterator<Item = &Membership> {
        self.own.memberships()
    }

    /// This person's membership in a room, if there is one. Everybody is in the lobby without one.
    pub fn membership(&self, room: RoomId) -> Option<&Membership> {
        self.own.membership(room)
    }

    /// Whether a room is open.
    pub fn is_open(&self, room: RoomId) -> bool {
        self.rooms.get(room).is_some()
    }

    /// The rooms that are open.
    pub fn open_rooms(&self) -> impl Iterator<Item = RoomId> {
        self.rooms.open.keys().copied()
    }

    /// The messages held of an open room.
    pub fn timeline(&self, room: RoomId) -> Option<TimelineRef<'_>> {
        self.rooms.get(room).map(TimelineRef::new)
    }

    /// The last known message of a room.
    pub fn head(&self, room: RoomId) -> Seq {
        let open = self.rooms.get(room).filter(|open| open.is_known());
        let watched = self.watching.head(room).map(|head| head.seq);
        let newest = open.map(|open| open.head).max(watched);
        newest.unwrap_or_else(|| (self.directory.room(room)).map_or(Seq::ZERO, |room| room.seq))
    }

    /// The person's read mark in a room; `None` if unknown.
    pub fn read_seq(&self, room: RoomId) -> Option<Seq> {
        let set = self.pending_marks(room);
        set.fold(self.own.marks.read_seq(room), |present, mark| {
            Some(mark.applied_to(present.unwrap_or_default()))
        })
    }

    /// What pending commands make of the read mark of a room, in their order.
    pub(super) fn pending_marks(&self, room: RoomId) -> impl Iterator<Item = &MarkChange> {
        let pending = self.pending.iter();
        pending.filter_map(move |pending| match &pending.command {
            Command::SetMarks { marks } => marks.iter().rev().find(|mark| mark.room == room),
            _ => None,
        })
    }

    /// In how many rooms the server knows a read mark of the person; `None` before the person's
    /// own stream has arrived.
    pub fn read_marks(&self) -> Option<usize> {
        let cursor = &self.own.stream.cursor;
        let is_known = self.epoch().is_some_and(|epoch| cursor.is_confirmed(epoch));
        (is_known && !cursor.is_partial()).then(|| self.own.marks.confirmed())
    }

    /// Whether memberships and read marks are known, perhaps as an earlier visit has stored them.
    pub fn knows_own(&self) -> bool {
        self.own.stream.cursor.resume_point().is_some()
    }

    /// How many messages are unread. Exact up to 99 if the room is watched; 100 means 100 or
    /// more. A room without a read mark was never read. Of a room that is neither watched nor
    /// open, deleted messages count too.
    pub fn unread(&self, room: RoomId) -> usize {
        if self.user.is_none() {
            // Nobody has read anything, and nothing is unread for nobody.
            return 0;
        }
        let read = self.read_seq(room).unwrap_or(Seq::ZERO);
        let most = UnreadHead::MAX_COUNTED;
        // The messages of an open room are the newest states. The head counts the others.
        let mut in_window = 0;
        let mut span = SeqRange {
            first: Seq(1),
            len: 0,
        };
        if let Some(open) = self.rooms.get(room) {
            in_window = open.window.count_after(read, most);
            span = open.window.span();
        }
        let all = [(self.rooms.first_message(room), self.head(room))];
        let head = self.watching.head(room);
        let counted = head.map_or(&all[..], |head| &head.counted);
        let outside = count_outside(counted, read, span);
        in_window.saturating_add(outside).min(most)
    }

    /// The pending commands of a room (`None`: those without a room), in their order.
    pub fn pending(&self, room: Option<RoomId>) -> impl Iterator<Item = &PendingCommand> {
        self.pending
            .iter()
            .filter(move |pending| pending.command.room() == room)
    }

    /// All pending commands, in their order.
    pub fn all_pending(&self) -> impl Iterator<Item = &PendingCommand> {
        self.pending.iter()
    }

    /// The pending commands, to be stored over a reload.
    pub fn pending_snapshot(&self) -> PendingSnapshot {
        PendingSnapshot {
            user: self.me().unwrap_or(NOBODY),
            commands: self.pending.iter().cloned().collect(),
        }
    }

    /// Restores stored commands, in front of those given since. A snapshot of another
    /// person is ignored. Commands older than the server's receipts
    /// ([`crate::limits::RECEIPT_DAYS`]) are not sent by themselves.
    pub fn restore_pending(&mut self, snapshot: PendingSnapshot, now: Micros) -> SyncOutput {
        let mut out = SyncOutput::default();
        if Some(snapshot.user) == self.me() {
            for pending in &snapshot.commands {
                note_pending(&pending.command, &mut out);
            }
            self.pending.restore(snapshot.commands);
            self.expire(now, &mut out);
            self.flush(&mut out);
        }
        out
    }

    /// Other people who are typing in a room.
    pub fn typing(&self, room: RoomId) -> impl Iterator<Item = &Profile> {
        self.rooms
            .get(room)
            .into_iter()
            .flat_map(|room| room.ephemeral.typing())
            .filter(|person| Some(person.id) != self.me())
    }

    /// Who is in a room; `None` if unknown.
    pub fn presence(&self, room: RoomId) -> Option<&RoomPresence> {
        self.rooms.get(room)?.ephemeral.presence.as_ref()
    }
}
