//! What a view reads.

use crate::id::{Epoch, Micros, RoomId, Seq, UserId};
use crate::limits::Limits;
use crate::model::{Author, Profile, Room};

use super::pending::{PendingCommand, PendingSnapshot};
use super::room::Timeline;
use super::soft::Presence;
use super::{Link, Notice, Output, Replica};

impl Replica {
    /// The person. The name is the newest that is known.
    pub fn user(&self) -> &Profile {
        &self.user
    }

    /// The server's limits; the usual ones until it has told.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The room that always exists.
    pub fn lobby(&self) -> RoomId {
        self.lobby
    }

    /// Whether the server has answered on the present connection.
    pub fn is_welcome(&self) -> bool {
        matches!(self.link, Link::Up(_))
    }

    /// The store's epoch on the present connection.
    pub fn present_epoch(&self) -> Option<Epoch> {
        self.epoch()
    }

    /// The rooms that exist, by id.
    pub fn rooms(&self) -> impl Iterator<Item = &Room> {
        self.directory
            .rooms()
            .map(|told| self.newest(told))
            .filter(|room| room.removed_at.is_none())
    }

    /// A room's own state, removed ones included; its `seq` may be old, see
    /// [`Self::head`].
    pub fn room(&self, room: RoomId) -> Option<&Room> {
        match self.directory.room(room) {
            Some(told) => Some(self.newest(told)),
            None => self.rooms.get(&room)?.info.as_ref(),
        }
    }

    /// The newer one of what the directory and the room itself have told.
    fn newest<'a>(&'a self, told: &'a Room) -> &'a Room {
        let followed = self.rooms.get(&told.id);
        let own = followed.and_then(|room| room.info.as_ref());
        own.filter(|own| own.rev > told.rev).unwrap_or(told)
    }

    /// The name under which to show the author of a message.
    pub fn display_name<'a>(&'a self, author: &'a Author) -> &'a str {
        self.directory.display_name(author)
    }

    /// A person's name, if it was heard of.
    pub fn name(&self, user: UserId) -> Option<&str> {
        self.directory.name(user)
    }

    /// Whether a message's author is this person.
    pub fn is_mine(&self, author: &Author) -> bool {
        author.id == Some(self.me())
    }

    /// Whether a room is followed.
    pub fn is_followed(&self, room: RoomId) -> bool {
        self.rooms.contains_key(&room)
    }

    /// The followed rooms.
    pub fn followed(&self) -> impl Iterator<Item = RoomId> {
        self.rooms.keys().copied()
    }

    /// What is held of a followed room.
    pub fn timeline(&self, room: RoomId) -> Option<Timeline<'_>> {
        self.rooms.get(&room).map(Timeline::new)
    }

    /// A room's last message, as far as is known.
    pub fn head(&self, room: RoomId) -> Seq {
        let followed = self.rooms.get(&room).filter(|room| room.is_known());
        followed.map_or_else(
            || self.directory.room(room).map_or(Seq::ZERO, |r| r.seq),
            |followed| followed.head,
        )
    }

    /// How far this person has read a room; `None` while nothing is known of it.
    pub fn read_seq(&self, room: RoomId) -> Option<Seq> {
        self.marks.read_seq(room)
    }

    /// How many messages lie above the read mark. A room without a mark was never
    /// read.
    pub fn unread(&self, room: RoomId) -> u64 {
        let read = self.read_seq(room).unwrap_or(Seq::ZERO);
        let unread = self.head(room).0.saturating_sub(read.0);
        u64::try_from(unread).unwrap_or(0)
    }

    /// The pending commands of a room, or those that name none, in their order.
    pub fn pending(&self, room: Option<RoomId>) -> impl Iterator<Item = &PendingCommand> {
        self.pending
            .iter()
            .filter(move |pending| pending.command.room() == room)
    }

    /// All pending commands, in their order.
    pub fn all_pending(&self) -> impl Iterator<Item = &PendingCommand> {
        self.pending.iter()
    }

    /// The pending commands, to be kept over a reload.
    pub fn pending_snapshot(&self) -> PendingSnapshot {
        PendingSnapshot {
            user: self.me(),
            commands: self.pending.iter().cloned().collect(),
        }
    }

    /// Takes over the pending commands of an earlier life, in front of those given
    /// since. Another person's are not taken. What is older than the server remembers
    /// ([`crate::limits::RECEIPT_DAYS`]) does not go out by itself.
    pub fn restore_pending(&mut self, snapshot: PendingSnapshot, now: Micros) -> Output {
        let mut out = Output::default();
        if snapshot.user == self.me() {
            for pending in &snapshot.commands {
                out.notice(Notice::Pending(pending.command.room()));
            }
            self.pending.restore(snapshot.commands);
            self.expire(now, &mut out);
            self.flush(&mut out);
        }
        out
    }

    /// Who else is typing in a room.
    pub fn typing(&self, room: RoomId) -> impl Iterator<Item = &Profile> {
        self.rooms
            .get(&room)
            .into_iter()
            .flat_map(|room| room.soft.typing())
            .filter(|person| person.id != self.me())
    }

    /// Who is in a room; `None` if that was not told.
    pub fn presence(&self, room: RoomId) -> Option<&Presence> {
        self.rooms.get(&room)?.soft.presence.as_ref()
    }
}
