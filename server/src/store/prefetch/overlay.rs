//! How written rows change what was fetched.

use shared::id::{ClientId, Micros, RoomId, Seq, UserId};
use shared::model::{Message, Room, RoomKind};

use super::written::{RoomOrigin, Written, WrittenMessage, WrittenPerson, WrittenRoom};
use crate::names::RoomNameKey;
use crate::store::Outcome;
use crate::store::rules::{MessageOrigin, OpenedDirect, PersonRow, ReceiptRow, RoomCounts};

impl Written {
    pub(super) fn count_rooms(&self, fetched: RoomCounts, creator: UserId) -> RoomCounts {
        let mut counts = fetched;
        let rooms = self.rooms.values();
        for written in rooms.filter(|written| written.room.kind != RoomKind::Direct) {
            let is_own = written.room.created_by == Some(creator);
            let own = usize::from(is_own);
            match (written.inserted, written.room.removed_at) {
                (Some(_), None) => {
                    counts.total += 1;
                    counts.of_creator += own;
                }
                // The rules change no room that was removed before.
                (None, Some(_)) => {
                    counts.total -= 1;
                    counts.of_creator -= own;
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        counts
    }

    pub(super) fn rooms_named(&self, mut fetched: Vec<RoomId>, key: &RoomNameKey) -> Vec<RoomId> {
        fetched.retain(|room| !self.rooms.contains_key(room));
        let named = self.rooms.iter().filter(|(_, written)| {
            let has_name = |own: &RoomNameKey| own.word == key.word || own.look == key.look;
            written.key.as_ref().is_some_and(has_name) && written.room.removed_at.is_none()
        });
        fetched.extend(named.map(|(room, _)| *room));
        fetched
    }

    pub(super) fn direct_room(&self, fetched: Option<RoomId>, people: &[UserId]) -> Option<RoomId> {
        let fetched = fetched.filter(|room| !self.rooms.contains_key(room));
        let mut rooms = self.rooms.iter();
        let written = rooms.find(|(_, written)| {
            let room = &written.room;
            room.kind == RoomKind::Direct && room.people == people && room.removed_at.is_none()
        });
        fetched.or(written.map(|(room, _)| *room))
    }

    pub(super) fn newest_directs(
        &self,
        mut fetched: Vec<OpenedDirect>,
        creator: UserId,
    ) -> Vec<OpenedDirect> {
        fetched.retain(|direct| !self.rooms.contains_key(&direct.room));
        let own = self.rooms.iter().filter(|(_, written)| {
            let room = &written.room;
            let is_there = room.kind == RoomKind::Direct && room.removed_at.is_none();
            is_there && room.created_by == Some(creator)
        });
        fetched.extend(own.map(|(room, written)| OpenedDirect {
            room: *room,
            at: written.room.created_at,
            is_written: false,
        }));
        for direct in &mut fetched {
            let head = self.room_heads.get(&direct.room);
            direct.is_written |= head.is_some_and(|head| head.seq > Seq::ZERO);
        }
        fetched
    }

    pub(super) fn insert_message(
        &mut self,
        room: RoomId,
        message: &Message,
        origin: MessageOrigin,
    ) {
        if let (Some(author), Some(client_id), Some(digest)) =
            (message.author.id, message.client_id, origin.digest)
        {
            let outcome = Outcome::Message {
                room,
                seq: message.seq,
                rev: message.rev,
            };
            let receipt = ReceiptRow {
                digest,
                outcome,
                is_message: true,
            };
            self.receipts.insert((author, client_id), receipt);
        }
        let written = WrittenMessage {
            message: message.clone(),
            inserted: Some((origin, message.rev)),
        };
        self.messages.insert((room, message.seq), written);
    }

    pub(super) fn put_message(&mut self, room: RoomId, message: &Message) {
        let before = self.messages.get(&(room, message.seq));
        let written = WrittenMessage {
            message: message.clone(),
            inserted: before.and_then(|before| before.inserted),
        };
        self.messages.insert((room, message.seq), written);
    }

    pub(super) fn insert_room(
        &mut self,
        room: &Room,
        key: Option<&RoomNameKey>,
        from: Option<i64>,
    ) {
        self.new_rooms += 1;
        let written = WrittenRoom {
            room: room.clone(),
            key: key.cloned(),
            inserted: Some(RoomOrigin { address_id: from }),
        };
        self.room_writes.push(written.clone());
        self.rooms.insert(room.id, written);
    }

    pub(super) fn put_room(&mut self, room: &Room, key: Option<&RoomNameKey>) {
        let mut written = WrittenRoom {
            room: room.clone(),
            key: key.cloned(),
            inserted: None,
        };
        self.room_writes.push(written.clone());
        let before = self.rooms.get(&room.id);
        written.inserted = before.and_then(|before| before.inserted);
        self.rooms.insert(room.id, written);
    }

    pub(super) fn insert_person(&mut self, person: &PersonRow, now: Micros) {
        self.new_people += 1;
        let written = WrittenPerson {
            row: person.clone(),
            inserted_at: Some(now),
        };
        self.people.insert(person.profile.id, written);
    }

    pub(super) fn put_person(&mut self, person: &PersonRow) {
        let before = self.people.get(&person.profile.id);
        let written = WrittenPerson {
            row: person.clone(),
            inserted_at: before.and_then(|before| before.inserted_at),
        };
        self.people.insert(person.profile.id, written);
    }

    pub(super) fn insert_receipt(
        &mut self,
        author: UserId,
        client_id: ClientId,
        receipt: &ReceiptRow,
        now: Micros,
    ) {
        *self.receipt_counts.entry(author).or_default() += 1;
        self.receipts
            .entry((author, client_id))
            .or_insert_with(|| receipt.clone());
        self.new_receipts
            .push((author, client_id, receipt.clone(), now));
    }

    /// Their results are still found until the batch is stored.
    pub(super) fn delete_oldest_receipts(&mut self, author: UserId, count: u32) {
        let change = i32::try_from(count).unwrap_or(i32::MAX);
        *self.receipt_counts.entry(author).or_default() -= change;
        self.old_receipts.push((author, count));
    }
}
