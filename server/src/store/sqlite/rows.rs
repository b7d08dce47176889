//! Converts between rows and the models of `shared`.

use rusqlite::Row;
use shared::id::{ClientId, Micros, Rev, RoomId, Seq, UserId};
use shared::model::{
    Author, EventKind, MemberRole, Message, OnlyRoom, Posting, Profile, ProfileStatus, Restriction,
    Role, Room, RoomEvent, RoomKind, Sidebar, SignUp,
};

use crate::store::{LinkPurpose, PasskeyRow, RegisteredPasskey};

/// The columns that [`message`] reads, of `messages m LEFT JOIN users u ON u.id = m.author`.
pub const MESSAGE: &str = "m.seq, m.rev, m.author, coalesce(m.author_name, u.name, ''), \
     coalesce(u.directory_rev, 0), m.client_id, m.body, m.posted_at, m.edited_at, m.deleted_at, \
     m.client_id_case, m.content_rev, m.event";

/// A message from the columns of [`MESSAGE`].
pub fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let upper_case: Option<u32> = row.get(10)?;
    Ok(Message {
        seq: Seq(row.get(0)?),
        rev: Rev(row.get(1)?),
        content_rev: row.get::<_, Option<i64>>(11)?.map(Rev),
        author: Author {
            id: row.get::<_, Option<i64>>(2)?.map(UserId),
            name: row.get(3)?,
            rev: Rev(row.get(4)?),
        },
        client_id: row
            .get::<_, Option<[u8; 16]>>(5)?
            .map(|bytes| client_id_from(bytes, upper_case)),
        body: row.get(6)?,
        event: event(row.get_ref(12)?.as_str_or_null()?),
        posted_at: Micros(row.get(7)?),
        edited_at: row.get::<_, Option<i64>>(8)?.map(Micros),
        deleted_at: row.get::<_, Option<i64>>(9)?.map(Micros),
    })
}

/// The value of `messages.event`.
pub fn stored_event(message: &Message) -> Option<String> {
    let event = message.event.as_deref()?;
    serde_json::to_string(event).ok()
}

/// Reads `messages.event`. A line that is not understood stays one.
fn event(stored: Option<&str>) -> Option<Box<RoomEvent>> {
    let event = serde_json::from_str(stored?).ok();
    Some(Box::new(
        event.unwrap_or_else(|| RoomEvent::new(EventKind::Unknown)),
    ))
}

/// Which letters of an id are in upper case, as `messages.client_id_case` stores it; none for an
/// id in lower case.
pub fn client_id_case(id: ClientId) -> Option<u32> {
    Some(id.upper_case()).filter(|upper_case| *upper_case != 0)
}

fn client_id_from(bytes: [u8; 16], upper_case: Option<u32>) -> ClientId {
    ClientId::from_bytes(bytes).with_upper_case(upper_case.unwrap_or_default())
}

/// The columns that [`room`] reads, of `rooms_now`.
pub const ROOM: &str = "id, kind, name, topic, info_rev, directory_rev, seq, created_at, created_by, removed_at, \
     posting, archived_at, people";
/// How many columns these are.
pub const ROOM_COLUMNS: usize = 13;

/// The columns of [`ROOM`], of `rooms_now` under another name.
pub fn room_of(table: &str) -> String {
    of_table(ROOM, table)
}

fn of_table(columns: &str, table: &str) -> String {
    let columns = columns
        .split(", ")
        .map(|column| format!("{table}.{column}"));
    columns.collect::<Vec<_>>().join(", ")
}

/// A room from the columns of [`ROOM`].
pub fn room(row: &Row<'_>) -> rusqlite::Result<Room> {
    Ok(Room {
        id: RoomId(row.get(0)?),
        kind: room_kind(row.get(1)?),
        name: row.get(2)?,
        topic: row.get(3)?,
        rev: Rev(row.get(4)?),
        directory_rev: Rev(row.get(5)?),
        seq: Seq(row.get(6)?),
        created_at: Micros(row.get(7)?),
        created_by: row.get::<_, Option<i64>>(8)?.map(UserId),
        posting: posting(row.get(10)?),
        archived_at: row.get::<_, Option<i64>>(11)?.map(Micros),
        people: people(row.get_ref(12)?.as_str_or_null()?),
        removed_at: row.get::<_, Option<i64>>(9)?.map(Micros),
    })
}

/// The value of `rooms.people`; none for a room that is no direct conversation.
pub fn stored_people(people: &[UserId]) -> Option<String> {
    (!people.is_empty()).then(|| serde_json::to_string(people).unwrap_or_default())
}

fn people(stored: Option<&str>) -> Vec<UserId> {
    let people = stored.and_then(|people| serde_json::from_str(people).ok());
    people.unwrap_or_default()
}

/// A restriction from two columns: `timed_out_until`, `restriction_rev`.
///
/// # Errors
/// SQLite's.
pub fn restriction(row: &Row<'_>, first: usize) -> rusqlite::Result<Restriction> {
    Ok(Restriction {
        timed_out_until: row.get::<_, Option<i64>>(first)?.map(Micros),
        rev: Rev(row.get(first + 1)?),
    })
}

/// The value of `sidebars.layout`. The revision has a column of its own.
pub fn stored_sidebar(sidebar: &Sidebar) -> String {
    let layout = Sidebar {
        rev: Rev::ZERO,
        ..sidebar.clone()
    };
    serde_json::to_string(&layout).unwrap_or_default()
}

/// Reads `sidebars.layout`. What is not understood is as if the person had arranged nothing.
pub fn sidebar(layout: &str, rev: Rev) -> Sidebar {
    let layout: Sidebar = serde_json::from_str(layout).unwrap_or_default();
    Sidebar { rev, ..layout }
}

/// The columns that [`profile`] reads, of `users`.
pub const PROFILE: &str = "id, name, directory_rev, kind, username, removed_at, deactivated_at, \
     colour, status_emoji, status_text, status_until";
/// How many columns these are.
pub const PROFILE_COLUMNS: usize = 11;

/// The columns of [`PROFILE`], of `users` under another name.
pub fn profile_of(table: &str) -> String {
    of_table(PROFILE, table)
}

/// A person from the columns of [`PROFILE`]. A status that has ended may still be there.
pub fn profile(row: &Row<'_>) -> rusqlite::Result<Profile> {
    Ok(Profile {
        role: person_role(row.get(3)?),
        username: row.get(4)?,
        deleted: row.get::<_, Option<i64>>(5)?.is_some(),
        deactivated: row.get::<_, Option<i64>>(6)?.is_some(),
        colour: row.get(7)?,
        status: status(row, 8)?,
        ..Profile::guest(UserId(row.get(0)?), row.get(1)?, Rev(row.get(2)?))
    })
}

/// A status from three columns: `status_emoji`, `status_text`, `status_until`.
pub fn status(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<ProfileStatus>> {
    let Some(emoji) = row.get(first)? else {
        return Ok(None);
    };
    Ok(Some(ProfileStatus {
        emoji,
        text: row.get::<_, Option<String>>(first + 1)?.unwrap_or_default(),
        until: row.get::<_, Option<i64>>(first + 2)?.map(Micros),
    }))
}

/// The only room of a guest of one room, from two columns of `users`: `only_room`,
/// `only_room_from`.
pub fn only_room(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<OnlyRoom>> {
    let Some(room) = row.get(first)? else {
        return Ok(None);
    };
    Ok(Some(OnlyRoom {
        room: RoomId(room),
        from: Seq(row.get::<_, Option<i64>>(first + 1)?.unwrap_or_default()),
    }))
}

/// The columns that [`passkey`] reads, of `passkeys`.
pub const PASSKEY: &str = "user, credential, public_key, algorithm, counter, relying_party, name, \
     created_at, used_at";
/// How many columns these are.
pub const PASSKEY_COLUMNS: usize = 9;

/// A passkey from the columns of [`PASSKEY`].
pub fn passkey(row: &Row<'_>) -> rusqlite::Result<PasskeyRow> {
    Ok(PasskeyRow {
        user: UserId(row.get(0)?),
        passkey: RegisteredPasskey {
            credential: row.get(1)?,
            public_key: row.get(2)?,
            algorithm: row.get(3)?,
            counter: row.get(4)?,
            relying_party: row.get(5)?,
            name: row.get(6)?,
        },
        created_at: Micros(row.get(7)?),
        used_at: row.get::<_, Option<i64>>(8)?.map(Micros),
    })
}

/// The value of `users.kind` for a guest.
pub const GUEST: i64 = 0;
const MEMBER: i64 = 1;
const ADMINISTRATOR: i64 = 2;
const OWNER: i64 = 3;
const BOT: i64 = 4;

/// The value of `users.kind`.
pub fn stored_person_role(role: Role) -> i64 {
    match role {
        Role::Guest => GUEST,
        Role::Member => MEMBER,
        Role::Administrator => ADMINISTRATOR,
        Role::Owner => OWNER,
        Role::Bot => BOT,
    }
}

/// Reads `users.kind`. What is not known may do as little as a guest.
pub fn person_role(stored: i64) -> Role {
    match stored {
        MEMBER => Role::Member,
        ADMINISTRATOR => Role::Administrator,
        OWNER => Role::Owner,
        BOT => Role::Bot,
        _ => Role::Guest,
    }
}

const SIGN_UP_OFF: i64 = 0;
const SIGN_UP_APPROVAL: i64 = 1;
const SIGN_UP_OPEN: i64 = 2;

/// The value of `place.sign_up`.
pub fn stored_sign_up(sign_up: SignUp) -> i64 {
    match sign_up {
        SignUp::Off => SIGN_UP_OFF,
        SignUp::Approval => SIGN_UP_APPROVAL,
        SignUp::Open => SIGN_UP_OPEN,
    }
}

/// Reads `place.sign_up`. By a way that is not known nobody comes in.
pub fn sign_up(stored: i64) -> SignUp {
    match stored {
        SIGN_UP_APPROVAL => SignUp::Approval,
        SIGN_UP_OPEN => SignUp::Open,
        _ => SignUp::Off,
    }
}

const CLAIM: i64 = 0;
const RESET: i64 = 1;
const TRANSFER: i64 = 2;

/// The value of `links.purpose`.
pub fn stored_link_purpose(purpose: LinkPurpose) -> i64 {
    match purpose {
        LinkPurpose::Claim => CLAIM,
        LinkPurpose::Reset => RESET,
        LinkPurpose::Transfer => TRANSFER,
    }
}

/// Reads `links.purpose`; none for one that is not known.
pub fn link_purpose(stored: i64) -> Option<LinkPurpose> {
    match stored {
        CLAIM => Some(LinkPurpose::Claim),
        RESET => Some(LinkPurpose::Reset),
        TRANSFER => Some(LinkPurpose::Transfer),
        _ => None,
    }
}

/// The value of `rooms.kind` for a public room. Statements have it too.
const PUBLIC: i64 = 0;
const PRIVATE: i64 = 1;
const DIRECT: i64 = 2;

/// The value of `rooms.kind`.
pub fn stored_room_kind(kind: RoomKind) -> i64 {
    match kind {
        RoomKind::Public => PUBLIC,
        RoomKind::Private => PRIVATE,
        RoomKind::Direct => DIRECT,
    }
}

/// Reads `rooms.kind`. What is not known to be public is private.
pub fn room_kind(stored: i64) -> RoomKind {
    match stored {
        PUBLIC => RoomKind::Public,
        DIRECT => RoomKind::Direct,
        _ => RoomKind::Private,
    }
}

const EVERYBODY: i64 = 0;

/// The value of `rooms.posting`.
pub fn stored_posting(posting: Posting) -> i64 {
    match posting {
        Posting::Everybody => EVERYBODY,
        Posting::Managers => 1,
    }
}

/// Reads `rooms.posting`. Where it is not known that everybody may post, managers may.
pub fn posting(stored: i64) -> Posting {
    if stored == EVERYBODY {
        Posting::Everybody
    } else {
        Posting::Managers
    }
}

const MANAGER: i64 = 1;

/// The value of `memberships.role`.
pub fn stored_role(role: MemberRole) -> i64 {
    match role {
        MemberRole::Member => 0,
        MemberRole::Manager => MANAGER,
    }
}

/// Reads `memberships.role`. What is not known to be a manager is a plain member.
pub fn role(stored: i64) -> MemberRole {
    if stored == MANAGER {
        MemberRole::Manager
    } else {
        MemberRole::Member
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_as_it_was_stored_and_an_unknown_one_as_a_guest() {
        for role in [
            Role::Owner,
            Role::Administrator,
            Role::Member,
            Role::Bot,
            Role::Guest,
        ] {
            assert_eq!(person_role(stored_person_role(role)), role);
        }
        assert_eq!(person_role(5), Role::Guest);
    }
}
