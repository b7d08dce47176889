//! What the rules have written for a batch, and what is not stored yet.

use std::collections::{BTreeMap, HashMap};

use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Message, ReadMark, Room};

use super::accounts::WrittenAccounts;
use crate::names::RoomNameKey;
use crate::network::Network;
use crate::store::AuditRow;
use crate::store::rules::{MembershipRow, MessageOrigin, PersonRow, ReceiptRow, RoomHead};

/// The last state of each row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// Results of commands, those of posts included.
    pub receipts: HashMap<(UserId, ClientId), ReceiptRow>,
    /// The receipts to insert.
    pub new_receipts: Vec<(UserId, ClientId, ReceiptRow, Micros)>,
    /// How the number of each author's receipts has changed.
    pub receipt_counts: HashMap<UserId, i32>,
    /// Of whom to delete the oldest receipts, and how many.
    pub old_receipts: Vec<(UserId, u32)>,
    /// The heads of rooms.
    pub room_heads: BTreeMap<RoomId, RoomHead>,
    /// All writes of rooms, in order. Names move between rooms, so the last states alone could
    /// not be stored one after the other.
    pub room_writes: Vec<WrittenRoom>,
    /// Rooms.
    pub rooms: BTreeMap<RoomId, WrittenRoom>,
    /// How many of them are new.
    pub new_rooms: i64,
    /// People.
    pub people: BTreeMap<UserId, WrittenPerson>,
    /// How many of them are new.
    pub new_people: i64,
    /// The last revisions of people's own streams.
    pub stream_revs: BTreeMap<UserId, Rev>,
    /// The last revision of the directory.
    pub directory: Option<Rev>,
    /// Messages.
    pub messages: BTreeMap<(RoomId, Seq), WrittenMessage>,
    /// Memberships.
    pub memberships: BTreeMap<(RoomId, UserId), MembershipRow>,
    /// Read marks.
    pub read_marks: Vec<(UserId, ReadMark)>,
    /// Rows of accounts; none for those that were deleted.
    pub accounts: WrittenAccounts,
    /// Changes of blocks, in order.
    pub blocks: Vec<BlockWrite>,
    /// Entries of the audit log, in order.
    pub audit: Vec<AuditRow>,
}

/// A room that was inserted or changed.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenRoom {
    /// Its state.
    pub room: Room,
    /// The keys of its name, if that has to be unique.
    pub key: Option<RoomNameKey>,
    /// If it is new, where it comes from.
    pub inserted: Option<RoomOrigin>,
}

/// What is stored with a new room and never sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoomOrigin {
    /// The address that it was created from.
    pub address_id: Option<i64>,
}

/// A person who was inserted or changed.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenPerson {
    /// The row.
    pub row: PersonRow,
    /// If the person is new, since when.
    pub inserted_at: Option<Micros>,
}

/// A message that was inserted or changed.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenMessage {
    /// Its state.
    pub message: Message,
    /// If it is new, its origin and its first revision.
    pub inserted: Option<(MessageOrigin, Rev)>,
}

/// A change of a block.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockWrite {
    /// The network is blocked until the first moment.
    Put(Network, Micros, Micros),
    /// The network is not blocked any more.
    Delete(Network),
}
