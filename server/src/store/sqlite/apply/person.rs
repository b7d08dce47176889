//! People: guests, names, sessions, read marks.

use rusqlite::{OptionalExtension, params};
use shared::id::{Rev, RoomId, Seq, UserId};
use shared::model::{Profile, ReadMark, UserKind};

use super::transaction::{Applied, WriteTransaction};
use crate::store::sqlite::rows;
use crate::store::{Actor, Outcome, TokenHash};

impl WriteTransaction<'_> {
    pub(super) fn create_guest(&mut self, name: &str, token: &TokenHash) -> Applied {
        // Not in the directory's stream: nobody knows another name of this person.
        let rev = Rev::ZERO;
        self.connection
            .prepare_cached(
                "INSERT INTO users (kind, name, directory_rev, created_at) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![rows::GUEST, name, rev.0, self.now.0])?;
        let id = UserId(self.connection.last_insert_rowid());
        self.connection
            .prepare_cached(
                "INSERT INTO sessions (token_hash, user, created_at, used_at) VALUES (?1, ?2, ?3, ?3)",
            )?
            .execute(params![token.as_slice(), id.0, self.now.0])?;
        let user = Profile {
            id,
            name: name.to_owned(),
            rev,
            kind: UserKind::Guest,
        };
        Ok(Outcome::Person(user))
    }

    pub(super) fn touch_session(&mut self, token: &TokenHash) -> Applied {
        self.connection
            .prepare_cached("UPDATE sessions SET used_at = ?2 WHERE token_hash = ?1")?
            .execute(params![token.as_slice(), self.now.0])?;
        Ok(Outcome::Done)
    }

    /// Stores at a person's first message that the person has posted.
    pub(super) fn mark_as_author(&mut self, user: UserId) -> rusqlite::Result<()> {
        if let Some(head) = self.heads.user(self.connection, self.epoch_ordinal, user)?
            && !std::mem::replace(&mut head.has_posted, true)
        {
            self.connection
                .prepare_cached("UPDATE users SET has_posted = 1 WHERE id = ?1")?
                .execute([user.0])?;
        }
        Ok(())
    }

    pub(super) fn end_session(&mut self, token: &TokenHash) -> Applied {
        self.connection
            .prepare_cached("DELETE FROM sessions WHERE token_hash = ?1")?
            .execute([token.as_slice()])?;
        self.ended_sessions.push(*token);
        Ok(Outcome::Done)
    }

    pub(super) fn remove_user(&mut self, user: UserId) -> Applied {
        let person = self.person(user)?;
        let ended = self
            .connection
            .prepare_cached("DELETE FROM sessions WHERE user = ?1 RETURNING token_hash")?
            .query_map([user.0], |row| row.get::<_, TokenHash>(0))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        self.ended_sessions.extend(ended);
        self.connection
            .prepare_cached("UPDATE users SET removed_at = ?2 WHERE id = ?1")?
            .execute([user.0, self.now.0])?;
        if let Some(head) = self.heads.user(self.connection, self.epoch_ordinal, user)? {
            head.removed = true;
        }
        Ok(Outcome::Person(person))
    }

    pub(super) fn rename(&mut self, actor: &Actor, name: &str) -> Applied {
        let mut person = self.acting_person(actor)?;
        person.rev = self.next_directory_rev()?;
        name.clone_into(&mut person.name);
        self.connection
            .prepare_cached("UPDATE users SET name = ?2, directory_rev = ?3 WHERE id = ?1")?
            .execute(params![person.id.0, name, person.rev.0])?;
        if let Some(head) = self
            .heads
            .user(self.connection, self.epoch_ordinal, person.id)?
        {
            head.name.clone_from(&person.name);
            head.name_rev = person.rev;
        }
        let rev = person.rev;
        self.record_name(person);
        Ok(Outcome::Renamed { rev })
    }

    pub(super) fn mark_read(&mut self, actor: &Actor, room: RoomId, seq: Seq) -> Applied {
        let last = self.open_room(room)?.seq;
        let user = self.acting_person(actor)?.id;
        self.raise_read_mark(user, room, seq.clamp(Seq::ZERO, last));
        Ok(Outcome::Done)
    }

    /// Raises a read mark. It is stored once, at the end of the transaction.
    pub(super) fn raise_read_mark(&mut self, user: UserId, room: RoomId, seq: Seq) {
        let mark = self.read_marks.entry((user, room)).or_insert(ReadMark {
            room,
            seq,
            rev: Rev::ZERO,
        });
        mark.seq = mark.seq.max(seq);
    }

    /// Stores the read marks that have risen, each with the next revision of its person's
    /// stream.
    pub(super) fn store_read_marks(&mut self) -> rusqlite::Result<()> {
        let mut marks: Vec<_> = std::mem::take(&mut self.read_marks).into_iter().collect();
        // By person, as `record_read_mark` needs them.
        marks.sort_unstable_by_key(|(key, _)| *key);
        for ((user, room), mut mark) in marks {
            let stored: Option<i64> = self
                .connection
                .prepare_cached("SELECT seq FROM read_marks WHERE user = ?1 AND room = ?2")?
                .query_row([user.0, room.0], |row| row.get(0))
                .optional()?;
            if stored.is_some_and(|stored| stored >= mark.seq.0) {
                continue;
            }
            self.heads.user(self.connection, self.epoch_ordinal, user)?;
            let Some(rev) = self.heads.next_user_rev(user) else {
                continue;
            };
            mark.rev = rev;
            self.connection
                .prepare_cached(
                    "INSERT INTO read_marks (user, room, seq, rev) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (user, room) DO UPDATE SET seq = excluded.seq, rev = excluded.rev",
                )?
                .execute([user.0, room.0, mark.seq.0, rev.0])?;
            self.record_read_mark(user, mark);
        }
        Ok(())
    }
}
