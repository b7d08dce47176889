//! How the model server carries out commands.

use shared::command::Command;
use shared::error::ErrorCode;
use shared::frame::{Ack, Changes, Directory, ServerFrame, Stream};
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Message, Profile, ReadMark, Room};

use super::store::{Counter, Store, author, profile};

/// The frames that a command causes for subscribers.
pub type Live = Vec<(Counter, ServerFrame)>;

impl Store {
    pub fn mark(&mut self, user: UserId, room: RoomId, seq: Seq, live: &mut Live) {
        let held = self.marks.get(&(user, room));
        if held.is_some_and(|mark| mark.seq >= seq) || seq <= Seq::ZERO {
            return;
        }
        let counter = Counter::Person(user);
        let rev = self.bump(counter);
        let mark = ReadMark { room, seq, rev };
        self.marks.insert((user, room), mark);
        let frame = ServerFrame::Stream(Stream {
            from: rev.previous(),
            through: rev,
            head: None,
            marks: vec![mark],
        });
        live.push((counter, frame));
    }

    pub fn carry_out(
        &mut self,
        user: UserId,
        client_id: ClientId,
        command: Command,
        live: &mut Live,
    ) -> Result<Ack, ErrorCode> {
        match command {
            Command::Send { room, body } => self.post(user, client_id, room, body, live),
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
                if message.rev != rev {
                    return Err(ErrorCode::Stale);
                }
                message.body = body;
                message.edited_at = Some(Micros(2));
                Ok(self.changed(client_id, room, seq, live))
            }
            Command::Delete { room, seq } => {
                self.delete(user, room, seq)?;
                Ok(self.changed(client_id, room, seq, live))
            }
            Command::Cancel { room, target } => {
                self.cancelled.insert((user, target));
                let stored = self.answers.get(&(user, target)).and_then(|ack| ack.seq);
                let Some(seq) = stored else {
                    return Ok(ack(client_id, room, None, None));
                };
                match self.delete(user, room, seq) {
                    Ok(()) => Ok(self.changed(client_id, room, seq, live)),
                    Err(_) => Ok(ack(client_id, room, Some(seq), None)),
                }
            }
            Command::UpdateRoom {
                room,
                rev,
                name,
                topic: _,
            } => self.update_room(client_id, room, rev, name.unwrap_or_default(), live),
            Command::Rename { name } => Ok(self.rename(user, client_id, name, live)),
            other => panic!("{other:?} is not part of this model"),
        }
    }

    fn post(
        &mut self,
        user: UserId,
        client_id: ClientId,
        room: RoomId,
        body: String,
        live: &mut Live,
    ) -> Result<Ack, ErrorCode> {
        if self.cancelled.contains(&(user, client_id)) {
            return Err(ErrorCode::Cancelled);
        }
        if body.is_empty() {
            return Err(ErrorCode::TextEmpty);
        }
        let message = Message {
            seq: self.head(room).next(),
            rev: Rev::ZERO,
            author: author(&self.people[&user]),
            client_id: Some(client_id),
            body,
            posted_at: Micros(1),
            edited_at: None,
            deleted_at: None,
        };
        let seq = message.seq;
        self.messages.get_mut(&room).unwrap().push(message);
        let ack = self.changed(client_id, room, seq, live);
        self.mark(user, room, seq, live);
        Ok(ack)
    }

    fn update_room(
        &mut self,
        client_id: ClientId,
        room: RoomId,
        rev: Rev,
        name: String,
        live: &mut Live,
    ) -> Result<Ack, ErrorCode> {
        if self.rooms[&room].rev != rev {
            return Err(ErrorCode::Stale);
        }
        let (rev, directory_rev) = (
            self.bump(Counter::Room(room)),
            self.bump(Counter::Directory),
        );
        let state = self.rooms.get_mut(&room).unwrap();
        state.name = name;
        state.rev = rev;
        state.directory_rev = directory_rev;
        let state = self.present(&self.rooms[&room]);
        live.push((
            Counter::Room(room),
            ServerFrame::Changes(Changes {
                room,
                from: rev.previous(),
                through: rev,
                head: None,
                info: Some(state.clone()),
                messages: Vec::new(),
            }),
        ));
        live.push((
            Counter::Directory,
            live_directory(directory_rev, vec![state], Vec::new()),
        ));
        Ok(ack(client_id, room, None, Some(rev)))
    }

    fn rename(&mut self, user: UserId, client_id: ClientId, name: String, live: &mut Live) -> Ack {
        let rev = self.bump(Counter::Directory);
        let person = profile(user, name, rev);
        self.people.insert(user, person.clone());
        live.push((
            Counter::Directory,
            live_directory(rev, Vec::new(), vec![person]),
        ));
        Ack {
            client_id,
            room: None,
            seq: None,
            rev: Some(rev),
        }
    }

    fn own(&mut self, user: UserId, room: RoomId, seq: Seq) -> Result<&mut Message, ErrorCode> {
        let at = usize::try_from(seq.0 - 1).map_err(|_| ErrorCode::NoSuchMessage)?;
        let messages = self.messages.get_mut(&room).ok_or(ErrorCode::NoSuchRoom)?;
        let message = messages.get_mut(at).ok_or(ErrorCode::NoSuchMessage)?;
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

    /// Gives a changed message its revision, sends it to the room's subscribers, and
    /// acknowledges.
    fn changed(&mut self, client_id: ClientId, room: RoomId, seq: Seq, live: &mut Live) -> Ack {
        let rev = self.bump(Counter::Room(room));
        let at = usize::try_from(seq.0 - 1).unwrap();
        let message = &mut self.messages.get_mut(&room).unwrap()[at];
        message.rev = rev;
        let message = message.clone();
        live.push((
            Counter::Room(room),
            ServerFrame::Changes(Changes {
                room,
                from: rev.previous(),
                through: rev,
                head: None,
                info: None,
                messages: vec![self.read(&message)],
            }),
        ));
        ack(client_id, room, Some(seq), Some(rev))
    }
}

fn live_directory(rev: Rev, rooms: Vec<Room>, people: Vec<Profile>) -> ServerFrame {
    ServerFrame::Directory(Directory {
        from: rev.previous(),
        through: rev,
        head: None,
        rooms,
        people,
    })
}

fn ack(client_id: ClientId, room: RoomId, seq: Option<Seq>, rev: Option<Rev>) -> Ack {
    Ack {
        client_id,
        room: Some(room),
        seq,
        rev,
    }
}
