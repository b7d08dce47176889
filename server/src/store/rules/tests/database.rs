//! The rows that the tests begin with.

use std::collections::HashSet;

use shared::id::{Micros, Rev, RoomId, Seq, UserId};
use shared::model::{MemberRole, Profile, Role, Room, RoomKind};

use crate::store::prefetch::{FetchedRow, FetchedRows, RowSource};
use crate::store::rules::{
    AccountKey, AccountRow, ExternalRow, GrantRows, IdentityRow, MembershipRow, PersonRow,
    PlaceRow, RoomCounts, RoomHead, RowKey,
};
use crate::store::{
    ApplicationId, ExternalIdentity, InviteId, PasswordHash, SessionId, UsernameKeys,
};

pub const LOBBY: RoomId = RoomId::LOBBY;
/// A private room. ADA manages it, MIA is a member, LEO was one. BEN never was.
pub const DEN: RoomId = RoomId(70);
/// As [`DEN`], but it was removed.
pub const GONE_DEN: RoomId = RoomId(80);
/// A public room. ADA manages it, MIA is a member, LEO was one. BEN never was.
pub const GARDEN: RoomId = RoomId(71);
/// A direct conversation of [`TALKERS`], in which they have written.
pub const TALK: RoomId = RoomId(72);
/// The people of [`TALK`].
pub const TALKERS: [UserId; 2] = [ADA, MIA];
pub const ADA: UserId = UserId(1);
pub const BEN: UserId = UserId(2);
pub const MIA: UserId = UserId(20);
pub const LEO: UserId = UserId(21);
/// A member whose account is deactivated.
pub const ZOE: UserId = UserId(22);
/// Invites that can be used.
pub const OPEN_INVITES: i64 = 998;
/// The hash of ZOE's password.
pub const ZOES_PASSWORD: &str = "zoe's password";

/// ZOE at a provider.
pub fn zoes_identity() -> ExternalIdentity {
    ExternalIdentity {
        issuer: "https://login.example".into(),
        subject: "zoe".into(),
    }
}

/// A database with the lobby, private rooms, and people who have written nothing.
#[derive(Debug, Default)]
pub struct NewDatabase {
    pub fetches: usize,
}

impl RowSource for NewDatabase {
    type Failure = &'static str;

    fn fetch(&mut self, keys: HashSet<RowKey>, rows: &mut FetchedRows) -> Result<(), &'static str> {
        self.fetches += 1;
        rows.extend(keys.into_iter().map(|key| {
            let row = row(&key);
            (key, row)
        }));
        Ok(())
    }

    fn endless(&self) -> &'static str {
        "a command does not end"
    }
}

fn row(key: &RowKey) -> FetchedRow {
    match key {
        RowKey::Receipt(..) => FetchedRow::Receipt(None),
        RowKey::ReceiptCount(_) => FetchedRow::ReceiptCount(0),
        RowKey::RoomHead(room) => FetchedRow::RoomHead(head(*room)),
        RowKey::Room(id) => FetchedRow::Room(head(*id).map(|head| room(*id, head))),
        RowKey::RoomCounts(_) => FetchedRow::RoomCounts(RoomCounts {
            total: 1,
            of_creator: 0,
        }),
        RowKey::RoomsNamed(key) => {
            let is_lobby = key.word == "lobby" || key.look == "lobby";
            FetchedRow::RoomsNamed(is_lobby.then_some(LOBBY).into_iter().collect())
        }
        RowKey::DirectRoom(people) => {
            let is_talk = people[..] == TALKERS;
            FetchedRow::DirectRoom(is_talk.then_some(TALK))
        }
        RowKey::NewestDirects(_) => FetchedRow::NewestDirects(Vec::new()),
        RowKey::Person(user) => FetchedRow::Person(person(*user).map(|row| (row, Rev::ZERO))),
        RowKey::Membership(room, user) => FetchedRow::Membership(membership(*room, *user)),
        RowKey::Message(..) => FetchedRow::Message(None),
        RowKey::ReadMark(..) => FetchedRow::ReadMark(None),
        RowKey::Directory => FetchedRow::Directory(Rev(1)),
        RowKey::NewRoomId => FetchedRow::NewRoomId(RoomId(2)),
        RowKey::NewUserId => FetchedRow::NewUserId(UserId(3)),
        RowKey::Account(key) => FetchedRow::Account(account(key)),
        RowKey::Address(_) => FetchedRow::Address(7),
    }
}

/// Only ZOE has an account, and nobody has claimed the place.
fn account(key: &AccountKey) -> Option<AccountRow> {
    Some(match key {
        AccountKey::SessionsOf(_) | AccountKey::ExternalSessions(..) => {
            AccountRow::Sessions(Vec::new())
        }
        AccountKey::RecoveryCodes(_) => AccountRow::RecoveryCodes(Vec::new()),
        AccountKey::PasskeysOf(_) => AccountRow::Passkeys(Vec::new()),
        AccountKey::ExternalsOf(user) => {
            AccountRow::Externals((*user == ZOE).then(zoes_identity).into_iter().collect())
        }
        AccountKey::External(identity) if *identity == zoes_identity() => {
            AccountRow::External(ExternalRow {
                user: ZOE,
                name: "zoe there".into(),
                linked_at: Micros(2),
            })
        }
        AccountKey::Owners => AccountRow::Owners(Vec::new()),
        AccountKey::GrantsOf(_) => AccountRow::Grants(GrantRows::default()),
        AccountKey::LastSession => AccountRow::LastSession(SessionId(6)),
        AccountKey::LastInvite => AccountRow::LastInvite(InviteId(OPEN_INVITES)),
        AccountKey::OpenInvites(_) => {
            AccountRow::OpenInvites((1..=OPEN_INVITES).map(InviteId).collect())
        }
        AccountKey::Identity(ZOE) => AccountRow::Identity(IdentityRow {
            username: UsernameKeys {
                username: "zoe".into(),
                key: "zoe".into(),
                look: "zoe".into(),
            },
        }),
        AccountKey::Password(ZOE) => {
            AccountRow::Password(PasswordHash(ZOES_PASSWORD.into()), Micros(2))
        }
        AccountKey::LinksOf(_) => AccountRow::Links(Vec::new()),
        AccountKey::LastApplication => AccountRow::LastApplication(ApplicationId(0)),
        AccountKey::Applications => AccountRow::Applications(Vec::new()),
        AccountKey::WaitingMails => AccountRow::WaitingMails(Vec::new()),
        AccountKey::Place => AccountRow::Place(PlaceRow::default()),
        AccountKey::Identity(_)
        | AccountKey::Profile(_)
        | AccountKey::UsernameKey(_)
        | AccountKey::UsernameLook(_)
        | AccountKey::Password(_)
        | AccountKey::Totp(_)
        | AccountKey::UserHandle(_)
        | AccountKey::Passkey(_)
        | AccountKey::External(_)
        | AccountKey::Session(_)
        | AccountKey::Invite(_)
        | AccountKey::InviteToken(_)
        | AccountKey::Link(_)
        | AccountKey::Application(_)
        | AccountKey::Mail(_)
        | AccountKey::MailAddress(_)
        | AccountKey::Sidebar(_)
        | AccountKey::PersonalData(_) => return None,
    })
}

fn head(room: RoomId) -> Option<RoomHead> {
    let (kind, rev, seq) = match room {
        LOBBY => (RoomKind::Public, Rev(1), Seq::ZERO),
        GARDEN => (RoomKind::Public, Rev(9), Seq::ZERO),
        DEN | GONE_DEN => (RoomKind::Private, Rev(9), Seq::ZERO),
        TALK => (RoomKind::Direct, Rev(9), Seq(3)),
        _ => return None,
    };
    Some(RoomHead {
        rev,
        seq,
        is_removed: room == GONE_DEN,
        ..RoomHead::new(kind)
    })
}

fn room(id: RoomId, head: RoomHead) -> Room {
    let (name, directory_rev, created_by) = match id {
        LOBBY => ("lobby", Rev(1), None),
        GARDEN => ("garden", Rev(1), Some(ADA)),
        TALK => ("", Rev::ZERO, Some(ADA)),
        _ => ("den", Rev::ZERO, Some(ADA)),
    };
    let people = match head.kind {
        RoomKind::Direct => TALKERS.into(),
        RoomKind::Public | RoomKind::Private => Vec::new(),
    };
    Room {
        id,
        kind: head.kind,
        name: name.into(),
        topic: String::new(),
        rev: Rev(1),
        directory_rev,
        seq: head.seq,
        created_at: Micros(0),
        created_by,
        posting: head.posting,
        people,
        archived_at: None,
        removed_at: head.is_removed.then_some(Micros(8)),
    }
}

fn person(user: UserId) -> Option<PersonRow> {
    let name = match user {
        ADA => "Ada",
        BEN => "Ben",
        MIA => "Mia",
        LEO => "Leo",
        ZOE => "Zoe",
        _ => return None,
    };
    Some(PersonRow {
        profile: Profile {
            role: if user == ZOE {
                Role::Member
            } else {
                Role::Guest
            },
            deactivated: user == ZOE,
            ..Profile::guest(user, name.into(), Rev::ZERO)
        },
        has_posted: false,
        removed_at: None,
        deactivated_at: (user == ZOE).then_some(Micros(3)),
        only_room: None,
    })
}

fn membership(room: RoomId, user: UserId) -> Option<MembershipRow> {
    let (role, left_at) = match (room, user) {
        (DEN | GONE_DEN | GARDEN, ADA) => (MemberRole::Manager, None),
        (DEN | GONE_DEN | GARDEN, MIA) | (TALK, ADA | MIA) => (MemberRole::Member, None),
        (DEN | GONE_DEN | GARDEN, LEO) => (MemberRole::Member, Some(Micros(5))),
        _ => return None,
    };
    Some(MembershipRow {
        role,
        rev: Rev(user.0 % 7),
        own_rev: Rev(1),
        joined_at: Micros(1),
        left_at,
    })
}
