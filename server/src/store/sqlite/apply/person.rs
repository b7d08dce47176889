//! People: guests, names, sessions, read marks.

use rusqlite::{OptionalExtension, params};
use shared::frame::Stream;
use shared::id::{Rev, RoomId, Seq, UserId};
use shared::model::{Profile, ReadMark, UserKind};

use super::super::rows;
use super::{Applied, Transaction};
use crate::store::{Actor, Outcome, TokenHash};

impl Transaction<'_> {
    pub(super) fn create_guest(&mut self, name: &str, token: &TokenHash) -> Applied {
        // The directory is not told: nobody has seen another name of this person.
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
        Ok(Outcome {
            user: Some(user),
            ..Outcome::default()
        })
    }

    pub(super) fn touch_session(&mut self, token: &TokenHash) -> Applied {
        self.connection
            .prepare_cached("UPDATE sessions SET used_at = ?2 WHERE token_hash = ?1")?
            .execute(params![token.as_slice(), self.now.0])?;
        Ok(Outcome::default())
    }

    /// Notes with the first message that a person's name stands under one.
    pub(super) fn has_posted(&mut self, user: UserId) -> rusqlite::Result<()> {
        if let Some(head) = self.heads.user(self.connection, self.epoch, user)?
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
        Ok(Outcome::default())
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
        if let Some(head) = self.heads.user(self.connection, self.epoch, user)? {
            head.removed = true;
        }
        Ok(Outcome {
            user: Some(person),
            ..Outcome::default()
        })
    }

    pub(super) fn rename(&mut self, actor: &Actor, name: &str) -> Applied {
        let mut person = self.actor(actor)?;
        person.rev = self.raise_directory()?;
        name.clone_into(&mut person.name);
        self.connection
            .prepare_cached("UPDATE users SET name = ?2, directory_rev = ?3 WHERE id = ?1")?
            .execute(params![person.id.0, name, person.rev.0])?;
        if let Some(head) = self.heads.user(self.connection, self.epoch, person.id)? {
            head.name.clone_from(&person.name);
            head.name_rev = person.rev;
        }
        let rev = person.rev;
        self.told_directory(rev).people.push(person.clone());
        Ok(Outcome {
            rev: Some(rev),
            user: Some(person),
            ..Outcome::default()
        })
    }

    pub(super) fn mark_read(&mut self, actor: &Actor, room: RoomId, seq: Seq) -> Applied {
        let last = self.open_room(room)?.seq;
        let user = self.actor(actor)?.id;
        self.raise_mark(user, room, seq.clamp(Seq::ZERO, last));
        Ok(Outcome {
            room: Some(room),
            ..Outcome::default()
        })
    }

    /// Notes that a mark is to be raised; written once for the whole batch.
    pub(super) fn raise_mark(&mut self, user: UserId, room: RoomId, seq: Seq) {
        let mark = self.marks.entry((user, room)).or_insert(ReadMark {
            room,
            seq,
            rev: Rev::ZERO,
        });
        mark.seq = mark.seq.max(seq);
    }

    /// Writes the marks that really rise, each with the next revision of its stream.
    pub(super) fn flush_marks(&mut self) -> rusqlite::Result<()> {
        let mut marks: Vec<_> = std::mem::take(&mut self.marks).into_iter().collect();
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
            self.heads.user(self.connection, self.epoch, user)?;
            let Some(rev) = self.heads.raise_user(user) else {
                continue;
            };
            mark.rev = rev;
            self.connection
                .prepare_cached(
                    "INSERT INTO read_marks (user, room, seq, rev) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (user, room) DO UPDATE SET seq = excluded.seq, rev = excluded.rev",
                )?
                .execute([user.0, room.0, mark.seq.0, rev.0])?;
            self.tell_mark(user, mark);
        }
        Ok(())
    }

    fn tell_mark(&mut self, user: UserId, mark: ReadMark) {
        // Sorted by person: a person's marks stand together.
        match self.streams.last_mut() {
            Some((last, stream)) if *last == user => {
                stream.through = mark.rev;
                stream.marks.push(mark);
            }
            _ => self.streams.push((
                user,
                Stream {
                    from: mark.rev.previous(),
                    through: mark.rev,
                    head: None,
                    marks: vec![mark],
                },
            )),
        }
    }
}
