//! How the model server carries out commands.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{Ack, Changes};
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{MarkChange, Message, ReadMark};
use shared::permission::Action;
use shared::stream::{Item, StreamKey};

use super::store::{Counter, Store, profile};

/// What a commit changed.
#[derive(Debug, Default)]
pub struct Batch {
    /// The frames for subscribers.
    pub live: Vec<(Counter, Changes)>,
    /// Who lost access to which room.
    pub evictions: Vec<(RoomId, UserId)>,
    /// Whether it holds a new message.
    pub is_post: bool,
}

impl Batch {
    /// One change of a stream, with the state of an item.
    pub fn push(&mut self, counter: Counter, stream: StreamKey, rev: Rev, item: Item) {
        let frame = Changes {
            question: None,
            stream,
            from: rev.previous(),
            through: rev,
            head: None,
            items: vec![item],
        };
        self.live.push((counter, frame));
    }
}

impl Store {
    #[allow(clippy::too_many_lines, reason = "one arm for each command")]
    pub fn carry_out(
        &mut self,
        user: UserId,
        client_id: ClientId,
        command: Command,
        batch: &mut Batch,
    ) -> Result<Ack, ErrorCode> {
        if let Some(room) = command.room() {
            self.access(room, user, action(user, &command))?;
        }
        match command {
            Command::Send { room, body } => self.post(user, client_id, room, body, batch),
            Command::Edit {
                room,
                seq,
                rev,
                body,
            } => {
                let message = self.own(user, room, seq)?;
                if message.deleted_at.is_some() {
                    return Err(ErrorCode::MessageDeleted);
                }
                if message.content_rev() != rev {
                    return Err(ErrorCode::Stale);
                }
                message.body = body;
                message.edited_at = Some(Micros(2));
                Ok(self.changed(client_id, room, seq, batch))
            }
            Command::Delete { room, seq } => {
                self.delete(user, room, seq)?;
                Ok(self.changed(client_id, room, seq, batch))
            }
            Command::Cancel { room, target } => {
                self.cancelled.insert((user, target));
                let stored = self.answers.get(&(user, target)).and_then(|ack| ack.seq);
                let Some(seq) = stored else {
                    return Ok(ack(client_id, Some(room), None, None));
                };
                match self.delete(user, room, seq) {
                    Ok(()) => Ok(self.changed(client_id, room, seq, batch)),
                    Err(_) => Ok(ack(client_id, Some(room), Some(seq), None)),
                }
            }
            Command::CreateRoom { name, kind, .. } => {
                self.create_room(user, client_id, name, kind, batch)
            }
            Command::UpdateRoom {
                room,
                rev,
                name,
                topic: _,
                posting,
            } => self.update_room(user, (client_id, room, rev), name, posting, batch),
            Command::ArchiveRoom { room, archived } => {
                self.archive_room(user, room, archived, batch);
                Ok(ack(client_id, Some(room), None, None))
            }
            Command::RemoveRoom { room } => {
                self.remove_room(room, batch);
                Ok(ack(client_id, Some(room), None, None))
            }
            Command::JoinRoom { room } => {
                self.add_members(user, room, &[user], batch);
                Ok(ack(client_id, Some(room), None, None))
            }
            Command::AddMembers { room, users } => {
                self.add_members(user, room, &users, batch);
                Ok(ack(client_id, Some(room), None, None))
            }
            Command::RemoveMember { room, user: whom } => {
                self.remove_member(user, room, whom, batch);
                Ok(ack(client_id, Some(room), None, None))
            }
            Command::SetMemberRole {
                room,
                user: whom,
                role,
            } => {
                self.set_role(user, room, (whom, role), batch);
                Ok(ack(client_id, Some(room), None, None))
            }
            Command::OpenDirect { users } => {
                let room = self.open_direct(user, users, batch);
                Ok(ack(client_id, Some(room), None, None))
            }
            Command::ChangeSidebar { change } => {
                self.arrange(user, &change, batch)?;
                Ok(ack(client_id, None, None, None))
            }
            Command::SetMarks { marks } => {
                for mark in marks {
                    if self.may_read(mark.room, user) {
                        self.move_mark(user, mark, batch);
                    }
                }
                Ok(ack(client_id, None, None, None))
            }
            Command::Rename { name } => {
                let rev = self.bump(Counter::Directory);
                let person = profile(user, name, rev);
                self.people.insert(user, person.clone());
                let item = Item::Person(person);
                batch.push(Counter::Directory, StreamKey::Directory, rev, item);
                Ok(ack(client_id, None, None, Some(rev)))
            }
            Command::MarkUnread { room, seq } => {
                self.mark_unread(user, room, seq, batch);
                Ok(ack(client_id, Some(room), None, None))
            }
            Command::MarkRead { .. } => panic!("it has no id"),
        }
    }

    fn post(
        &mut self,
        user: UserId,
        client_id: ClientId,
        room: RoomId,
        body: String,
        batch: &mut Batch,
    ) -> Result<Ack, ErrorCode> {
        if self.cancelled.contains(&(user, client_id)) {
            return Err(ErrorCode::Cancelled);
        }
        if body.is_empty() {
            return Err(ErrorCode::TextEmpty);
        }
        self.push_message(user, room, (Some(client_id), body, None));
        let seq = self.head(room);
        batch.is_post = true;
        self.seat_direct(room, batch);
        let ack = self.changed(client_id, room, seq, batch);
        let mark = self.marks.get(&(user, room));
        let generation = mark.map_or(0, |mark| mark.generation);
        self.mark_read(user, room, seq, generation, batch);
        Ok(ack)
    }

    /// Raises a mark within its generation.
    pub fn mark_read(
        &mut self,
        user: UserId,
        room: RoomId,
        seq: Seq,
        generation: u32,
        batch: &mut Batch,
    ) {
        let held = self.marks.get(&(user, room));
        let (present, read) = held.map_or((0, Seq::ZERO), |mark| (mark.generation, mark.seq));
        if generation == present && read < seq {
            self.set_mark(user, room, seq, generation, batch);
        }
    }

    /// Sets a mark forth or back.
    fn move_mark(&mut self, user: UserId, mark: MarkChange, batch: &mut Batch) {
        let room = mark.room;
        let held = self.marks.get(&(user, room)).copied();
        let present = held.map_or(Seq::ZERO, |held| held.seq);
        let seq = mark.applied_to(present).min(self.head(room));
        if held.is_some_and(|held| held.seq > seq) {
            self.mark_unread(user, room, seq.next(), batch);
        } else {
            let generation = held.map_or(0, |held| held.generation);
            self.mark_read(user, room, seq, generation, batch);
        }
    }

    fn mark_unread(&mut self, user: UserId, room: RoomId, seq: Seq, batch: &mut Batch) {
        let held = self.marks.get(&(user, room));
        let next = held.map_or(0, |mark| mark.generation) + 1;
        let read = seq.previous().min(self.head(room));
        self.set_mark(user, room, read, next, batch);
    }

    pub fn set_mark(
        &mut self,
        user: UserId,
        room: RoomId,
        seq: Seq,
        generation: u32,
        batch: &mut Batch,
    ) {
        let counter = Counter::Person(user);
        let rev = self.bump(counter);
        let mark = ReadMark {
            room,
            seq,
            generation,
            rev,
        };
        self.marks.insert((user, room), mark);
        batch.push(counter, StreamKey::Own, rev, Item::ReadMark(mark));
    }

    fn own(&mut self, user: UserId, room: RoomId, seq: Seq) -> Result<&mut Message, ErrorCode> {
        let at = usize::try_from(seq.0 - 1).map_err(|_| ErrorCode::NoSuchMessage)?;
        let messages = self.messages.get_mut(&room).ok_or(ErrorCode::NoSuchRoom)?;
        let message = messages.get_mut(at).ok_or(ErrorCode::NoSuchMessage)?;
        if message.event.is_some() {
            return Err(ErrorCode::NoSuchMessage);
        }
        if message.author.id != Some(user) {
            return Err(ErrorCode::NotAuthor);
        }
        Ok(message)
    }

    fn delete(&mut self, user: UserId, room: RoomId, seq: Seq) -> Result<(), ErrorCode> {
        let message = self.own(user, room, seq)?;
        if message.deleted_at.is_some() {
            return Err(ErrorCode::MessageDeleted);
        }
        message.body = String::new();
        message.deleted_at = Some(Micros(3));
        Ok(())
    }

    /// Gives a message with a new text its revision, sends it to the room's subscribers, and
    /// acknowledges.
    fn changed(&mut self, client_id: ClientId, room: RoomId, seq: Seq, batch: &mut Batch) -> Ack {
        let rev = self.revise(room, seq, None, batch);
        ack(client_id, Some(room), Some(seq), Some(rev))
    }

    /// Something happens to a message beside its text.
    pub fn touch(&mut self, room: RoomId, seq: Seq, batch: &mut Batch) {
        let at = usize::try_from(seq.0 - 1).unwrap();
        if let Some(message) = self.messages(room).get(at) {
            let content_rev = message.content_rev();
            self.revise(room, seq, Some(content_rev), batch);
        }
    }

    /// Something changes in a room's stream that clients do not know.
    pub fn change_the_unknown(&mut self, room: RoomId, batch: &mut Batch) {
        if self.rooms.contains_key(&room) {
            let rev = self.bump(Counter::Room(room));
            let stream = StreamKey::Room(room);
            batch.push(Counter::Room(room), stream, rev, Item::Unknown);
        }
    }

    pub fn revise(
        &mut self,
        room: RoomId,
        seq: Seq,
        content_rev: Option<Rev>,
        batch: &mut Batch,
    ) -> Rev {
        let rev = self.bump(Counter::Room(room));
        let at = usize::try_from(seq.0 - 1).unwrap();
        let message = &mut self.messages.get_mut(&room).unwrap()[at];
        message.rev = rev;
        message.content_rev = content_rev;
        let message = message.clone();
        let item = Item::Message(self.read(&message));
        batch.push(Counter::Room(room), StreamKey::Room(room), rev, item);
        rev
    }
}

pub fn ack(client_id: ClientId, room: Option<RoomId>, seq: Option<Seq>, rev: Option<Rev>) -> Ack {
    Ack {
        client_id,
        room,
        seq,
        rev,
    }
}

/// What a command about a room does there.
fn action(user: UserId, command: &Command) -> Action {
    match command {
        Command::Send { .. } => Action::Post,
        Command::Edit { .. } => Action::EditOwn,
        Command::Delete { .. } => Action::DeleteOwn,
        Command::UpdateRoom { .. } => Action::Change,
        Command::ArchiveRoom { .. } => Action::Archive,
        Command::RemoveRoom { .. } => Action::Remove,
        Command::JoinRoom { .. } => Action::Join,
        Command::AddMembers { .. } => Action::AddMembers,
        Command::RemoveMember { user: whom, .. } if *whom == user => Action::Leave,
        Command::RemoveMember { .. } => Action::RemoveMembers,
        Command::SetMemberRole { .. } => Action::Appoint,
        _ => Action::Read,
    }
}
