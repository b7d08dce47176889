//! Creating, changing and removing rooms.

use rusqlite::params;
use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Rev, RoomId, Seq};
use shared::model::Room;

use super::transaction::{Applied, ApplyError, WriteTransaction};
use crate::names::RoomNameKey;
use crate::store::sqlite::rows;
use crate::store::{Actor, Outcome, WriteRequest};

impl WriteTransaction<'_> {
    pub(super) fn create_room(
        &mut self,
        request: &WriteRequest,
        name: &str,
        topic: &str,
    ) -> Applied {
        let creator = self.acting_person(&request.actor)?.id;
        let existing: usize = self
            .connection
            .prepare_cached("SELECT count(*) FROM rooms WHERE removed_at IS NULL")?
            .query_row([], |row| row.get(0))?;
        let own: usize = self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM rooms WHERE created_by = ?1 AND removed_at IS NULL",
            )?
            .query_row([creator.0], |row| row.get(0))?;
        if existing >= self.room_quota.total || own >= self.room_quota.per_person {
            return Err(ErrorCode::TooManyRooms.into());
        }
        let key = RoomNameKey::of(name);
        self.require_free_name(&key, None)?;
        let directory_rev = self.next_directory_rev()?;
        let address_id = self.address_id(request.address)?;
        self.connection
            .prepare_cached(
                "INSERT INTO rooms (name, name_key, name_look, topic, info_rev, directory_rev, created_at, created_by,
                    created_from)
                 VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                name,
                key.word,
                key.look,
                topic,
                directory_rev.0,
                self.now.0,
                creator.0,
                address_id,
            ])?;
        let id = RoomId(self.connection.last_insert_rowid());
        let rev = self.heads.next_room_rev(id);
        let room = Room {
            id,
            name: name.to_owned(),
            topic: topic.to_owned(),
            rev,
            directory_rev,
            seq: Seq::ZERO,
            created_at: self.now,
            created_by: Some(creator),
            removed_at: None,
        };
        self.record_room(room);
        Ok(Outcome::Room { room: id, rev })
    }

    pub(super) fn update_room(
        &mut self,
        actor: &Actor,
        id: RoomId,
        rev: Rev,
        name: Option<&str>,
        topic: Option<&str>,
    ) -> Applied {
        let person = self.acting_person(actor)?.id;
        let room = self.room_state(id)?;
        if room.created_by != Some(person) {
            return Err(ErrorCode::NotPermitted.into());
        }
        if room.rev != rev {
            return Err(ApplyError::Refused(Box::new(Refusal {
                current_room: Some(Box::new(room)),
                ..Refusal::new(ErrorCode::Stale)
            })));
        }
        self.rewrite_room(room, name, topic)
    }

    /// As [`WriteTransaction::update_room`], by the operator and whatever the room's revision.
    pub(super) fn set_room(
        &mut self,
        id: RoomId,
        name: Option<&str>,
        topic: Option<&str>,
    ) -> Applied {
        let room = self.room_state(id)?;
        self.rewrite_room(room, name, topic)
    }

    fn rewrite_room(&mut self, mut room: Room, name: Option<&str>, topic: Option<&str>) -> Applied {
        if let Some(name) = name {
            self.require_free_name(&RoomNameKey::of(name), Some(room.id))?;
            name.clone_into(&mut room.name);
        }
        if let Some(topic) = topic {
            topic.clone_into(&mut room.topic);
        }
        self.store_room(room)
    }

    /// The room's row stays as a tombstone. Its messages are erased later in small steps
    /// (`purge`), so that no command waits for that.
    pub(super) fn remove_room(&mut self, id: RoomId) -> Applied {
        if id == RoomId::LOBBY {
            return Err(ApplyError::Refused(Box::new(Refusal {
                message: "the lobby cannot be removed".into(),
                ..Refusal::new(ErrorCode::BadCommand)
            })));
        }
        let mut room = self.room_state(id)?;
        room.removed_at = Some(self.now);
        self.heads.mark_removed(id);
        self.has_removed_room = true;
        self.store_room(room)
    }

    pub(super) fn store_room(&mut self, mut room: Room) -> Applied {
        let key = RoomNameKey::of(&room.name);
        room.rev = self.heads.next_room_rev(room.id);
        room.directory_rev = self.next_directory_rev()?;
        self.connection
            .prepare_cached(
                "UPDATE rooms SET name = ?2, name_key = ?3, name_look = ?4, topic = ?5, info_rev = ?6,
                 directory_rev = ?7, removed_at = ?8 WHERE id = ?1",
            )?
            .execute(params![
                room.id.0,
                room.name,
                key.word,
                key.look,
                room.topic,
                room.rev.0,
                room.directory_rev.0,
                room.removed_at.map(|at| at.0),
            ])?;
        let outcome = Outcome::Room {
            room: room.id,
            rev: room.rev,
        };
        self.record_room(room);
        Ok(outcome)
    }

    /// The state of a room that exists and is not removed, with what this transaction has changed
    /// so far.
    fn room_state(&mut self, id: RoomId) -> Result<Room, ApplyError> {
        self.open_room(id)?;
        let room = self
            .connection
            .prepare_cached(&format!(
                "SELECT {} FROM rooms_now WHERE id = ?1",
                rows::ROOM
            ))?
            .query_row([id.0], rows::room)?;
        Ok(room)
    }

    fn require_free_name(
        &mut self,
        key: &RoomNameKey,
        except: Option<RoomId>,
    ) -> Result<(), ApplyError> {
        if self.is_name_taken(key, except)? {
            return Err(ErrorCode::NameTaken.into());
        }
        Ok(())
    }

    /// Whether another room than `except` has this name, or one that looks the same.
    pub(super) fn is_name_taken(
        &mut self,
        key: &RoomNameKey,
        except: Option<RoomId>,
    ) -> rusqlite::Result<bool> {
        self.connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM rooms WHERE name_key = ?1 AND removed_at IS NULL
                     AND name_look IS NOT NULL AND id IS NOT ?3)
                 OR EXISTS (SELECT 1 FROM rooms WHERE name_look = ?2 AND removed_at IS NULL
                     AND id IS NOT ?3)",
            )?
            .query_row(
                params![key.word, key.look, except.map(|room| room.0)],
                |row| row.get(0),
            )
    }
}
