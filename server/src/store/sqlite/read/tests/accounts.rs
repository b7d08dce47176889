//! Accounts, sessions, invites and links, as they are read.

use shared::id::Micros;
use shared::model::{Profile, Role, RoomKind};

use super::super::{account, credentials, invite, link, passkey, person};
use super::*;
use crate::store::sqlite::days::DAY;
use crate::store::sqlite::test_store::{self, NOW, TestStore, session};
use crate::store::{
    AccountCommand, Actor, FoundPasskey, InviteId, LinkPurpose, LinkTarget, NewInvite, Outcome,
    OwnPasskeys, PasskeyLoss, PasswordHash, RegisteredPasskey, SessionId, TotpKey, TotpRecord,
    WriteCommand,
};

pub const LATER: Micros = Micros(NOW.0 + 1);

/// A store whose place was claimed, and its owner.
pub fn claimed() -> (TestStore, UserId) {
    let mut store = TestStore::new();
    create_link(&mut store, 1);
    let claim = AccountCommand::Claim {
        link: [1; 32],
        place: "Yard".into(),
        account: test_store::account("owner", "look"),
        session: session(1),
    };
    let owner = store.account(claim).into_person().unwrap().id;
    (store, owner)
}

fn create_link(store: &mut TestStore, token: u8) {
    store.account(AccountCommand::CreateLink {
        token: [token; 32],
        target: LinkTarget::Claim,
        expires_at: LATER,
    });
}

pub fn create_invite(store: &mut TestStore, actor: Actor, token: u8, rooms: &[RoomId]) -> InviteId {
    let invite = NewInvite {
        mailed_to: None,
        token: [token; 32],
        role: Role::Administrator,
        rooms: rooms.into(),
        with_history: false,
        expires_at: Some(LATER),
        max_uses: Some(1),
    };
    // The session in which the place was claimed.
    let session = actor.user().map(|_| [1; 32]);
    let command = WriteCommand::from(AccountCommand::CreateInvite { invite, session });
    match store.apply(actor, command).unwrap() {
        Outcome::Created(id) => InviteId(id),
        other => panic!("no invite: {other:?}"),
    }
}

pub fn join(store: &mut TestStore, invite: u8, name: &str) -> UserId {
    let join = AccountCommand::JoinByInvite {
        invite: [invite; 32],
        account: test_store::account(name, name),
        session: session(invite),
    };
    store.account(join).into_person().unwrap().id
}

/// Makes somebody else an owner, so that the first can go.
fn appoint_heir(store: &mut TestStore) {
    create_invite(store, Actor::Operator, 200, &[]);
    let user = join(store, 200, "heir");
    let role = Role::Owner;
    store.account(AccountCommand::SetRole {
        user,
        role,
        session: None,
    });
}

#[test]
fn a_sign_in_finds_the_person_by_the_key_of_the_username() {
    let (mut store, owner) = claimed();
    let snapshot = store.snapshot();
    let record = account::sign_in_record(&snapshot, "owner")
        .unwrap()
        .unwrap();
    assert_eq!((record.user, record.is_deactivated), (owner, false));
    assert_eq!(record.password, Some(PasswordHash("hash".into())));
    assert_eq!(account::sign_in_record(&snapshot, "look").unwrap(), None);
    drop(snapshot);
    appoint_heir(&mut store);
    store.account(AccountCommand::DeletePerson {
        user: owner,
        session: None,
    });
    let snapshot = store.snapshot();
    assert_eq!(account::sign_in_record(&snapshot, "owner").unwrap(), None);
}

#[test]
fn a_sign_in_and_the_person_see_the_second_factor() {
    let (mut store, owner) = claimed();
    let mut own = |command: AccountCommand| {
        let command = WriteCommand::from(command);
        store.apply(Actor::User(owner), command).unwrap();
        let snapshot = store.snapshot();
        let record = account::sign_in_record(&snapshot, "owner").unwrap();
        let seen = credentials::credentials(&snapshot, owner).unwrap();
        (record.unwrap().totp, seen)
    };
    let session = [1; 32];
    let (record, seen) = own(AccountCommand::SetTotp {
        session,
        key: TotpKey(vec![7; 20]),
        step: 42,
        codes: vec![[1; 32], [2; 32]],
    });
    let expected = TotpRecord {
        key: TotpKey(vec![7; 20]),
        last_step: 42,
    };
    assert_eq!(record, Some(expected));
    assert!(seen.has_password && seen.totp);
    assert_eq!(seen.recovery_codes, 2);
    let codes = vec![[3; 32]];
    let (_, seen) = own(AccountCommand::SetRecoveryCodes { session, codes });
    assert_eq!(seen.recovery_codes, 1);
    let (record, seen) = own(AccountCommand::RemoveTotp { session });
    assert_eq!((record, seen.totp, seen.recovery_codes), (None, false, 0));
}

#[test]
fn everybody_reads_usernames_and_roles_of_people() {
    let (mut store, owner) = claimed();
    let room = store.room(owner, "den", RoomKind::Private);
    let guest = store.guest("Guest", 2);
    let known = store.known(1);
    let snapshot = store.snapshot();
    let expected = Profile {
        role: Role::Owner,
        username: Some("owner".into()),
        ..Profile::guest(owner, "OWNER".into(), Rev::ZERO)
    };
    let people = person::people(&snapshot, viewer(owner), &[owner, guest]).unwrap();
    let of_guest = Profile::guest(guest, "Guest".into(), Rev::ZERO);
    assert_eq!(people, [expected.clone(), of_guest]);
    let session = person::session(&snapshot, &[1; 32], NOW).unwrap().unwrap();
    assert_eq!(
        (session.person, session.id),
        (expected.clone(), SessionId(1))
    );
    let changes = room::changes(&snapshot, viewer(owner), room, known, LIMITS);
    let items = match changes.unwrap() {
        StreamAnswer::Changes(changes) => changes.items,
        StreamAnswer::Reset(reset) => reset.items,
    };
    let members = items.into_iter().filter_map(|item| match item {
        Item::Member(member) => Some(member.person),
        _ => None,
    });
    assert_eq!(members.collect::<Vec<_>>(), [expected]);
}

#[test]
fn a_person_lists_the_own_sessions_that_work() {
    let (mut store, owner) = claimed();
    store.guest("Guest", 2);
    store.now = Micros(NOW.0 + DAY);
    let user = owner;
    store.account(AccountCommand::SignIn {
        proof: crate::store::SignInProof::Password {
            user,
            verified: PasswordHash("hash".into()),
            second: None,
            rehashed: None,
        },
        session: session(3),
    });
    let snapshot = store.snapshot();
    let ids = |now| {
        let sessions = account::sessions(&snapshot, owner, now).unwrap();
        sessions.iter().map(|s| s.id.0).collect::<Vec<_>>()
    };
    assert_eq!(ids(NOW), [3, 1]);
    assert_eq!(ids(Micros(NOW.0 + 90 * DAY + 1)), [3]);
    let listed = account::sessions(&snapshot, owner, NOW).unwrap();
    assert_eq!(listed[0].device, "Firefox");
    assert_eq!(listed[0].network.as_deref(), Some("192.0.2.7"));
}

#[test]
fn the_place_is_read_as_it_was_claimed() {
    let mut store = TestStore::new();
    assert_eq!(account::place(&store.snapshot()).unwrap().claimed_at, None);
    let (mut store, _) = claimed();
    let place = account::place(&store.snapshot()).unwrap();
    assert_eq!((place.name.as_str(), place.claimed_at), ("Yard", Some(NOW)));
}

#[test]
fn a_link_is_open_until_its_end_or_its_use() {
    let mut store = TestStore::new();
    create_link(&mut store, 7);
    let snapshot = store.snapshot();
    let open = |token: u8, now| link::open(&snapshot, &[token; 32], now).unwrap();
    assert_eq!(open(7, NOW).unwrap().purpose, LinkPurpose::Claim);
    assert_eq!(open(7, LATER), None);
    assert_eq!(open(8, NOW), None);
    drop(snapshot);
    let (mut store, _) = claimed();
    let spent = link::open(&store.snapshot(), &[1; 32], NOW);
    assert_eq!(spent.unwrap(), None);
}

#[test]
fn an_invite_offers_what_joining_by_it_would_give() {
    let (mut store, owner) = claimed();
    let den = store.room(owner, "den", RoomKind::Private);
    let gone = store.room(owner, "gone", RoomKind::Public);
    let actor = || Actor::User(owner);
    create_invite(&mut store, actor(), 5, &[RoomId::LOBBY, den, gone]);
    store.operator(WriteCommand::RemoveRoom { room: gone });
    let snapshot = store.snapshot();
    let open = |token: u8, now| invite::open(&snapshot, &[token; 32], now).unwrap();
    let offered = open(5, NOW).unwrap();
    assert_eq!(
        (offered.role, offered.expires_at),
        (Role::Administrator, Some(LATER))
    );
    assert_eq!(offered.by.unwrap().id, owner);
    let rooms = [(RoomId::LOBBY, "lobby".into()), (den, "den".into())];
    assert_eq!(offered.rooms, rooms);
    assert_eq!(open(5, LATER), None);
    assert_eq!(open(6, NOW), None);
    drop(snapshot);
    join(&mut store, 5, "boss");
    assert_eq!(
        invite::open(&store.snapshot(), &[5; 32], NOW).unwrap(),
        None
    );
    // Who created it is no manager of the room any more, and then not there at all.
    create_invite(&mut store, actor(), 6, &[den]);
    let leave = shared::command::Command::RemoveMember {
        room: den,
        user: owner,
    };
    store.done(owner, leave);
    let left = invite::open(&store.snapshot(), &[6; 32], NOW).unwrap();
    assert_eq!(left.unwrap().rooms, []);
    appoint_heir(&mut store);
    store.account(AccountCommand::DeletePerson {
        user: owner,
        session: None,
    });
    assert_eq!(
        invite::open(&store.snapshot(), &[6; 32], NOW).unwrap(),
        None
    );
}

#[test]
fn who_may_invite_lists_invites_without_the_names_of_rooms_of_others() {
    let (mut store, owner) = claimed();
    let den = store.room(owner, "den", RoomKind::Private);
    let first = create_invite(&mut store, Actor::User(owner), 5, &[]);
    let boss = join(&mut store, 5, "boss");
    let second = create_invite(&mut store, Actor::User(owner), 6, &[RoomId::LOBBY, den]);
    let third = create_invite(&mut store, Actor::Operator, 7, &[]);
    store.account(AccountCommand::RevokeInvite(third));
    let guest = store.guest("Guest", 2);
    let snapshot = store.snapshot();
    let list = |user, before, limit| invite::list(&snapshot, viewer(user), before, limit);
    let all = list(owner, None, 10).unwrap();
    let ids: Vec<_> = all.iter().map(|invite| invite.id).collect();
    assert_eq!(ids, [third, second, first]);
    assert_eq!((all[0].by.clone(), all[0].revoked_at), (None, Some(NOW)));
    assert_eq!((all[2].uses, all[2].max_uses), (1, Some(1)));
    assert_eq!(all[1].rooms.len(), 2);
    let page = list(boss, Some(third), 1).unwrap();
    let [of_boss] = &page[..] else {
        panic!("not one: {page:?}");
    };
    assert_eq!(of_boss.rooms, [(RoomId::LOBBY, "lobby".into())]);
    let refused = list(guest, None, 10).unwrap_err();
    assert!(matches!(refused, QueryError::Refused(ErrorCode::Forbidden)));
}

fn add_passkey(store: &mut TestStore, user: UserId, session: u8, relying_party: &str) {
    let number = u8::try_from(store.number("SELECT count(*) FROM passkeys")).unwrap();
    let passkey = RegisteredPasskey {
        credential: vec![number; 16],
        public_key: vec![1],
        algorithm: -7,
        counter: u32::MAX,
        relying_party: relying_party.into(),
        name: "phone".into(),
    };
    let session = [session; 32];
    for command in [
        AccountCommand::StoreUserHandle {
            handle: vec![u8::try_from(user.0).unwrap(); 64],
        },
        AccountCommand::AddPasskey { session, passkey },
    ] {
        let command = WriteCommand::Account(Box::new(command));
        store.apply(Actor::User(user), command).unwrap();
    }
}

#[test]
fn a_passkey_is_read_with_the_handle_of_its_person() {
    let (mut store, owner) = claimed();
    add_passkey(&mut store, owner, 1, "example.org");
    let handle = vec![u8::try_from(owner.0).unwrap(); 64];
    let snapshot = store.snapshot();
    let found = passkey::by_credential(&snapshot, &[0; 16]);
    let FoundPasskey {
        row,
        handle: of,
        role,
    } = found.unwrap().unwrap();
    assert_eq!((row.user, &of, role), (owner, &handle, Role::Owner));
    assert_eq!(row.passkey.counter, u32::MAX);
    assert_eq!((row.created_at, row.used_at), (NOW, None));
    assert_eq!(passkey::by_credential(&snapshot, &[1; 16]).unwrap(), None);
    let own = passkey::of_person(&snapshot, owner).unwrap();
    assert_eq!((own.handle, own.passkeys), (Some(handle), vec![row]));
    let nobody = passkey::of_person(&snapshot, UserId(99)).unwrap();
    assert_eq!(nobody, OwnPasskeys::default());
    let place = account::place(&snapshot).unwrap();
    assert_eq!(place.relying_party.as_deref(), Some("example.org"));
}

#[test]
fn who_loses_passkeys_at_another_address_is_counted_once_and_apart_if_nothing_else_is_left() {
    let (mut store, owner) = claimed();
    create_invite(&mut store, Actor::User(owner), 5, &[]);
    let boss = join(&mut store, 5, "boss");
    let loss = |store: &mut TestStore, here| passkey::loss(&store.snapshot(), here).unwrap();
    assert_eq!(loss(&mut store, "example.com"), PasskeyLoss::default());
    add_passkey(&mut store, owner, 1, "example.org");
    add_passkey(&mut store, owner, 1, "example.org");
    add_passkey(&mut store, boss, 5, "example.org");
    let counted = |people, locked_out| PasskeyLoss { people, locked_out };
    assert_eq!(loss(&mut store, "example.org"), counted(0, 0));
    assert_eq!(loss(&mut store, "example.com"), counted(2, 0));
    let connection = &store.connection;
    connection.execute("DELETE FROM passwords", []).unwrap();
    assert_eq!(loss(&mut store, "example.com"), counted(2, 2));
    add_passkey(&mut store, boss, 5, "example.com");
    assert_eq!(loss(&mut store, "example.com"), counted(1, 1));
    assert_eq!(loss(&mut store, "example.org"), counted(0, 0));
    store.account(AccountCommand::Deactivate { user: boss });
    assert_eq!(loss(&mut store, ""), counted(1, 1));
    store.account(AccountCommand::DeletePerson {
        user: boss,
        session: None,
    });
    for table in ["passkeys", "user_handles"] {
        let left = store.number(&format!(
            "SELECT count(*) FROM {table} WHERE user = {}",
            boss.0
        ));
        assert_eq!(left, 0, "{table}");
    }
}
