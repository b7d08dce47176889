//! Rows that note what the rules read and write.

use std::net::IpAddr;

use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{Message, ReadMark, Room};

use crate::names::RoomNameKey;
use crate::network::Network;
use crate::store::AuditRow;
use crate::store::prefetch::{NoFailure, PrefetchedTables};
use crate::store::rules::{
    AccountKey, AccountRow, AccountTables, MembershipRow, MessageOrigin, OpenedDirect, PersonRow,
    ReadMarkRow, ReceiptRow, RoomCounts, RoomHead, Tables, TablesResult,
};

/// Fetched rows, and the calls since somebody cleared them.
#[derive(Debug, Default)]
pub struct Recorded {
    pub rows: PrefetchedTables,
    pub calls: Vec<String>,
}

type Answer<T> = TablesResult<T, NoFailure>;

/// Notes a call with its arguments, and passes it on.
macro_rules! recorded {
    ($($name:ident($($argument:ident: $type:ty),*) $(-> $answer:ty)?;)*) => {
        $(fn $name(&mut self, $($argument: $type),*) $(-> $answer)? {
            let call = (stringify!($name), $(&$argument),*);
            self.calls.push(format!("{call:?}"));
            self.rows.$name($($argument),*)
        })*
    };
}

impl AccountTables<NoFailure> for Recorded {
    recorded! {
        account(key: &AccountKey) -> Answer<Option<AccountRow>>;
        put_account(key: &AccountKey, row: Option<&AccountRow>) -> Answer<()>;
    }
}

impl Tables for Recorded {
    type Failure = NoFailure;

    recorded! {
        receipt(author: UserId, client_id: ClientId) -> Answer<Option<ReceiptRow>>;
        receipt_count(author: UserId) -> Answer<u32>;
        room_head(room: RoomId) -> Answer<Option<RoomHead>>;
        room(room: RoomId) -> Answer<Option<Room>>;
        room_counts(creator: UserId) -> Answer<RoomCounts>;
        rooms_named(key: &RoomNameKey) -> Answer<Vec<RoomId>>;
        direct_room(people: &[UserId]) -> Answer<Option<RoomId>>;
        newest_directs(creator: UserId) -> Answer<Vec<OpenedDirect>>;
        person(user: UserId) -> Answer<Option<&PersonRow>>;
        stream_rev(user: UserId) -> Answer<Rev>;
        message(room: RoomId, seq: Seq) -> Answer<Option<Message>>;
        membership(room: RoomId, user: UserId) -> Answer<Option<MembershipRow>>;
        read_mark(user: UserId, room: RoomId) -> Answer<Option<ReadMarkRow>>;
        directory_rev() -> Answer<Rev>;
        new_room_id() -> Answer<RoomId>;
        new_user_id() -> Answer<UserId>;
        address_id(address: IpAddr, now: Micros) -> Answer<i64>;
        put_room_head(room: RoomId, head: RoomHead);
        put_stream_rev(user: UserId, rev: Rev);
        put_directory_rev(rev: Rev);
        insert_message(room: RoomId, message: &Message, origin: MessageOrigin) -> Answer<()>;
        put_message(room: RoomId, message: &Message) -> Answer<()>;
        insert_room(room: &Room, key: Option<&RoomNameKey>, from: Option<i64>) -> Answer<()>;
        put_room(room: &Room, key: Option<&RoomNameKey>) -> Answer<()>;
        put_membership(room: RoomId, user: UserId, row: MembershipRow) -> Answer<()>;
        insert_person(person: &PersonRow, now: Micros) -> Answer<()>;
        put_person(person: &PersonRow) -> Answer<()>;
        put_read_mark(user: UserId, mark: ReadMark) -> Answer<()>;
        insert_receipt(
            author: UserId, client_id: ClientId, receipt: &ReceiptRow, now: Micros
        ) -> Answer<()>;
        delete_oldest_receipts(author: UserId, count: u32) -> Answer<()>;
        put_block(network: Network, until: Micros, now: Micros) -> Answer<()>;
        delete_block(network: Network) -> Answer<()>;
        insert_audit(row: &AuditRow) -> Answer<()>;
    }
}
