//! How rooms of the model server change, and how a person arranges them.

use shared::error::ErrorCode;
use shared::frame::Ack;
use shared::id::{ClientId, Micros, Rev, RoomId, UserId};
use shared::model::{
    EventKind, MemberRole, Message, Posting, Room, RoomEvent, RoomKind, SidebarChange,
};
use shared::stream::{Item, StreamKey};

use super::store::{Counter, Store, author};
use super::writes::{Batch, ack};

impl Store {
    pub fn create_room(
        &mut self,
        user: UserId,
        client_id: ClientId,
        name: String,
        kind: RoomKind,
        batch: &mut Batch,
    ) -> Result<Ack, ErrorCode> {
        let there_are = self.rooms.values().filter(|r| r.kind != RoomKind::Direct);
        if there_are.count() >= 6 {
            return Err(ErrorCode::TooManyRooms);
        }
        let room = self.next_room();
        self.make_room(room, name, kind, Vec::new());
        if kind == RoomKind::Public {
            self.list(room, batch);
        }
        self.join(room, user, MemberRole::Manager, batch);
        Ok(ack(client_id, Some(room), None, None))
    }

    pub fn update_room(
        &mut self,
        user: UserId,
        (client_id, room, rev): (ClientId, RoomId, Rev),
        name: Option<String>,
        posting: Option<Posting>,
        batch: &mut Batch,
    ) -> Result<Ack, ErrorCode> {
        let state = self.rooms.get_mut(&room).unwrap();
        if state.rev != rev {
            return Err(ErrorCode::Stale);
        }
        let event = match posting {
            Some(Posting::Managers) => RoomEvent::new(EventKind::PostingLimited),
            Some(Posting::Everybody) => RoomEvent::new(EventKind::PostingOpened),
            None => RoomEvent::of_text(EventKind::Renamed, name.clone().unwrap_or_default()),
        };
        state.posting = posting.unwrap_or(state.posting);
        state.name = name.unwrap_or_else(|| state.name.clone());
        let rev = self.room_changed(room, batch);
        self.line(user, room, event, batch);
        Ok(ack(client_id, Some(room), None, Some(rev)))
    }

    /// A room has another state: it gets its revisions, and its subscribers learn of it.
    fn room_changed(&mut self, room: RoomId, batch: &mut Batch) -> Rev {
        let rev = self.bump(Counter::Room(room));
        let is_public = self.rooms[&room].kind == RoomKind::Public;
        let directory_rev = is_public.then(|| self.bump(Counter::Directory));
        let state = self.rooms.get_mut(&room).unwrap();
        state.rev = rev;
        state.directory_rev = directory_rev.unwrap_or_default();
        let item = Item::Room(self.present(&self.rooms[&room]));
        batch.push(Counter::Room(room), StreamKey::Room(room), rev, item);
        if is_public {
            self.list(room, batch);
        }
        rev
    }

    /// The directory shows a room.
    fn list(&self, room: RoomId, batch: &mut Batch) {
        let state: Room = self.present(&self.rooms[&room]);
        let rev = state.directory_rev;
        let item = Item::Room(state);
        batch.push(Counter::Directory, StreamKey::Directory, rev, item);
    }

    pub fn archive_room(&mut self, by: UserId, room: RoomId, archived: bool, batch: &mut Batch) {
        let archived_at = archived.then(|| self.tick());
        let kind = if archived {
            EventKind::Archived
        } else {
            EventKind::Restored
        };
        self.rooms.get_mut(&room).unwrap().archived_at = archived_at;
        self.room_changed(room, batch);
        self.line(by, room, RoomEvent::new(kind), batch);
    }

    pub fn remove_room(&mut self, room: RoomId, batch: &mut Batch) {
        let removed_at = self.tick();
        self.rooms.get_mut(&room).unwrap().removed_at = Some(removed_at);
        self.room_changed(room, batch);
    }

    /// A person arranges the own rooms.
    pub fn arrange(
        &mut self,
        user: UserId,
        change: &SidebarChange,
        batch: &mut Batch,
    ) -> Result<(), ErrorCode> {
        let mut sidebar = self.sidebars.get(&user).cloned().unwrap_or_default();
        let is_changed = sidebar.apply(change);
        if is_changed.map_err(|_| ErrorCode::NoSuchSection)? {
            sidebar.rev = self.bump(Counter::Person(user));
            let (rev, item) = (sidebar.rev, Item::Sidebar(sidebar.clone()));
            self.sidebars.insert(user, sidebar);
            batch.push(Counter::Person(user), StreamKey::Own, rev, item);
        }
        Ok(())
    }

    /// A message that nobody has to be permitted to post.
    pub fn post_anyway(&mut self, user: UserId, room: RoomId, batch: &mut Batch) {
        self.push_message(user, room, (None, "the last words".into(), None));
        batch.is_post = true;
        let seq = self.head(room);
        self.revise(room, seq, None, batch);
    }

    pub fn push_message(
        &mut self,
        user: UserId,
        room: RoomId,
        (client_id, body, event): (Option<ClientId>, String, Option<RoomEvent>),
    ) {
        let message = Message {
            seq: self.head(room).next(),
            rev: Rev::ZERO,
            content_rev: None,
            author: author(&self.people[&user]),
            client_id,
            body,
            event: event.map(Box::new),
            posted_at: Micros(1),
            edited_at: None,
            deleted_at: None,
        };
        self.messages.get_mut(&room).unwrap().push(message);
    }

    /// A line about what happened, where there are lines.
    pub fn line(&mut self, by: UserId, room: RoomId, event: RoomEvent, batch: &mut Batch) {
        if self.rooms[&room].kind == RoomKind::Direct {
            return;
        }
        self.push_message(by, room, (None, String::new(), Some(event)));
        let seq = self.head(room);
        self.revise(room, seq, None, batch);
    }
}
