//! Invites: who may create them, and who comes in by them.

use shared::model::{MemberRole, OnlyRoom, Role};

use super::accounts::{CLAIMED_IN, LATER, account, by_actor, claim_place};
use super::database::{DEN, OPEN_INVITES, ZOE};
use super::*;
use crate::store::rules::{AccountKey, Tables};
use crate::store::{InviteId, NewAccount, NewInvite};

pub fn new_invite(token: u8) -> NewInvite {
    NewInvite {
        mailed_to: None,
        token: [token; 32],
        role: Role::Member,
        rooms: Vec::new(),
        with_history: false,
        expires_at: None,
        max_uses: None,
    }
}

fn invite_for(actor: Actor, token: u8, role: Role) -> WriteRequest {
    let room = (role == Role::Guest).then_some(LOBBY);
    let invite = NewInvite {
        role,
        rooms: room.into_iter().collect(),
        ..new_invite(token)
    };
    create(actor, invite)
}

/// A person does it in the session with which the place was claimed.
pub fn create(actor: Actor, invite: NewInvite) -> WriteRequest {
    let session = actor.user().map(|_| CLAIMED_IN);
    by_actor(actor, AccountCommand::CreateInvite { invite, session })
}

pub fn revoke(actor: Actor, id: InviteId) -> WriteRequest {
    by_actor(actor, AccountCommand::RevokeInvite(id))
}

fn join_as(invite: u8, account: NewAccount) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::JoinByInvite {
        invite: [invite; 32],
        session: new_session(account.name.as_bytes()[0]),
        account,
    })
}

pub fn join(invite: u8, word: &str) -> WriteRequest {
    join_as(invite, account(word))
}

fn created(outcome: &Outcome) -> InviteId {
    match outcome {
        Outcome::Created(id) => InviteId(*id),
        other => panic!("no invite: {other:?}"),
    }
}

fn joined(transaction: &mut Transaction, invite: u8, word: &str) -> UserId {
    let outcome = transaction.done(&join(invite, word));
    outcome.into_person().unwrap().id
}

/// An owner, an administrator and a member.
pub fn people(transaction: &mut Transaction) -> [UserId; 3] {
    let owner = claim_place(transaction);
    let by_owner = invite_for(Actor::User(owner), 101, Role::Administrator);
    transaction.done(&by_owner);
    transaction.done(&create(Actor::Operator, new_invite(102)));
    let administrator = joined(transaction, 101, "boss");
    let member = joined(transaction, 102, "may");
    [owner, administrator, member]
}

#[test]
fn roles_say_who_invites_whom() {
    let mut transaction = Transaction::new();
    let [owner, administrator, member] = people(&mut transaction);
    let roles = [
        Role::Guest,
        Role::Member,
        Role::Administrator,
        Role::Bot,
        Role::Owner,
    ];
    let forbidden = Some(ErrorCode::Forbidden);
    let no_person = Some(ErrorCode::Unauthorized);
    let cases = [
        (Actor::Operator, [None, None, None, forbidden, forbidden]),
        (Actor::User(owner), [None, None, None, forbidden, forbidden]),
        (
            Actor::User(administrator),
            [None, None, forbidden, forbidden, forbidden],
        ),
        (Actor::User(member), [forbidden; 5]),
        (Actor::User(ADA), [forbidden; 5]),
        (Actor::User(ZOE), [no_person; 5]),
        (Actor::User(UserId(99)), [no_person; 5]),
        (Actor::Named("Ada".into()), [no_person; 5]),
    ];
    for (actor, codes) in cases {
        for (role, code) in roles.into_iter().zip(codes) {
            let mut transaction = Transaction::new();
            people(&mut transaction);
            // Two more would be too many.
            transaction.done(&revoke(Actor::Operator, InviteId(OPEN_INVITES + 1)));
            transaction.done(&revoke(Actor::Operator, InviteId(OPEN_INVITES + 2)));
            let result = transaction.apply(&invite_for(actor.clone(), 1, role));
            let refused = result.err().map(|error| match error {
                RuleError::Refused(refusal) => refusal.code,
                other => panic!("{other:?}"),
            });
            assert_eq!(refused, code, "{actor:?} {role:?}");
        }
    }
}

#[test]
fn who_joins_gets_the_role_and_an_account_of_the_own() {
    let mut transaction = Transaction::new();
    transaction.done(&create(Actor::Operator, new_invite(1)));
    let person = transaction.done(&join(1, "anna")).into_person().unwrap();
    assert_eq!((person.role, person.name.as_str()), (Role::Member, "ANNA"));
    assert_eq!(person.username.as_deref(), Some("anna"));
    assert_eq!(person.rev, Rev::ZERO);
    transaction.done(&super::accounts::sign_in(person.id, "anna", 9));
    // Nobody has seen another name of the person.
    let batch = transaction.rules.finish().unwrap();
    assert!(batch.streams.is_empty(), "{batch:?}");
}

#[test]
fn a_username_is_taken_by_its_key_and_by_its_look() {
    let mut transaction = Transaction::new();
    transaction.done(&create(Actor::Operator, new_invite(1)));
    let named = |key: &str, look: &str| {
        let mut account = account("new");
        account.username.key = key.into();
        account.username.look = look.into();
        join_as(1, account)
    };
    transaction.done(&named("anna", "ana"));
    for (key, look) in [("anna", "other"), ("other", "ana")] {
        let code = transaction.refused(&named(key, look));
        assert_eq!(code, ErrorCode::UsernameTaken, "{key} {look}");
    }
    // Keys and looks are not compared with each other.
    transaction.done(&named("ana", "anna"));
}

#[test]
fn an_invite_that_ended_in_whatever_way_is_answered_alike() {
    let mut transaction = Transaction::new();
    let [owner, administrator, _] = people(&mut transaction);
    for id in [OPEN_INVITES + 1, OPEN_INVITES + 2] {
        transaction.done(&revoke(Actor::Operator, InviteId(id)));
    }
    let invalid = |transaction: &mut Transaction, invite| {
        let code = transaction.refused(&join(invite, "late"));
        assert_eq!(code, ErrorCode::LinkInvalid, "{invite}");
    };
    invalid(&mut transaction, 50);
    invalid(&mut transaction, 101);
    let once = NewInvite {
        max_uses: Some(1),
        ..new_invite(1)
    };
    transaction.done(&create(Actor::Operator, once));
    joined(&mut transaction, 1, "one");
    invalid(&mut transaction, 1);
    let short = NewInvite {
        expires_at: Some(LATER),
        ..new_invite(2)
    };
    transaction.done(&create(Actor::Operator, short));
    joined(&mut transaction, 2, "two");
    transaction.rules.config.now = LATER;
    invalid(&mut transaction, 2);
    // Who created it is gone.
    transaction.done(&create(Actor::User(administrator), new_invite(3)));
    joined(&mut transaction, 3, "three");
    let user = administrator;
    transaction.done(&delete_person(user));
    invalid(&mut transaction, 3);
    // One for guests offers no account.
    transaction.done(&invite_for(Actor::User(owner), 4, Role::Guest));
    let no_account = transaction.refused(&join(4, "four"));
    assert_eq!(no_account, ErrorCode::Forbidden);
}

fn join_as_guest(invite: u8, session: u8) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::JoinAsGuest {
        invite: [invite; 32],
        name: "Gus".into(),
        session: new_session(session),
    })
}

#[test]
fn a_guest_comes_in_to_one_room_from_then_on_or_with_what_was_said_before() {
    let mut transaction = Transaction::new();
    let (room, body) = (LOBBY, "before".into());
    transaction.done(&by(BEN, 1, Command::Send { room, body }));
    for (invite, with_history, from) in [(1, false, Seq(2)), (2, true, Seq::ZERO)] {
        let offer = NewInvite {
            role: Role::Guest,
            rooms: vec![LOBBY],
            with_history,
            ..new_invite(invite)
        };
        transaction.done(&create(Actor::Operator, offer));
        let outcome = transaction.done(&join_as_guest(invite, invite));
        let guest = outcome.into_person().unwrap();
        assert_eq!((guest.role, &*guest.name), (Role::Guest, "Gus"));
        let row = transaction.rules.tables.person(guest.id).unwrap().unwrap();
        assert_eq!(row.only_room, Some(OnlyRoom { room: LOBBY, from }));
        transaction.done(&revoke(
            Actor::Operator,
            InviteId(OPEN_INVITES + i64::from(invite)),
        ));
    }
    // One that makes an account lets no guest in.
    transaction.done(&create(Actor::Operator, new_invite(3)));
    let code = transaction.refused(&join_as_guest(3, 3));
    assert_eq!(code, ErrorCode::Forbidden);
}

#[test]
fn an_administrator_does_not_revoke_what_an_owner_alone_creates() {
    let mut transaction = Transaction::new();
    let [_, administrator, member] = people(&mut transaction);
    let [of_owner, of_operator] = [1, 2].map(|at| InviteId(OPEN_INVITES + at));
    let actor = || Actor::User(administrator);
    let forbidden = ErrorCode::Forbidden;
    assert_eq!(transaction.refused(&revoke(actor(), of_owner)), forbidden);
    let by_member = revoke(Actor::User(member), of_operator);
    assert_eq!(transaction.refused(&by_member), forbidden);
    transaction.done(&revoke(actor(), of_operator));
    let code = transaction.refused(&join(102, "late"));
    assert_eq!(code, ErrorCode::LinkInvalid);
    joined(&mut transaction, 101, "intime");
    // Again, or one that never was.
    transaction.done(&revoke(actor(), of_operator));
    transaction.done(&revoke(actor(), InviteId(5_000)));
}

#[test]
fn there_are_at_most_a_thousand_open_invites() {
    let mut transaction = Transaction::new();
    let first = transaction.done(&create(Actor::Operator, new_invite(1)));
    transaction.done(&create(Actor::Operator, new_invite(2)));
    let third = create(Actor::Operator, new_invite(3));
    assert_eq!(transaction.refused(&third), ErrorCode::TooMany);
    transaction.done(&revoke(Actor::Operator, created(&first)));
    let third = transaction.done(&third);
    assert_eq!(created(&third), InviteId(OPEN_INVITES + 3));
    let rooms = (100..111).map(RoomId).collect();
    let invite = NewInvite {
        rooms,
        ..new_invite(4)
    };
    let code = transaction.refused(&create(Actor::Operator, invite));
    assert_eq!(code, ErrorCode::TooMany);
}

#[test]
fn who_joins_becomes_a_member_of_the_rooms_but_the_lobby() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    let tea = transaction.done(&by(owner, 1, create_private("tea")));
    let tea = tea.parts().0.unwrap();
    let invite = |token, rooms: &[RoomId]| NewInvite {
        rooms: rooms.into(),
        ..new_invite(token)
    };
    let actor = || Actor::User(owner);
    // DEN does not exist for the owner, who is no member.
    let secret = transaction.refused(&create(actor(), invite(1, &[tea, DEN])));
    assert_eq!(secret, ErrorCode::NoSuchRoom);
    transaction.done(&create(actor(), invite(1, &[LOBBY, tea, tea])));
    transaction.rules.finish().unwrap();
    let anna = joined(&mut transaction, 1, "anna");
    let batch = transaction.rules.finish().unwrap();
    let [Item::Message(line), Item::Member(member)] = items_of(&batch, StreamId::Room(tea))[..]
    else {
        panic!("not a line and a member: {batch:?}");
    };
    assert_eq!((line.author.id, line.counts()), (Some(anna), false));
    assert_eq!((member.person.id, member.role), (anna, MemberRole::Member));
    assert_eq!(member.person.username.as_deref(), Some("anna"));
    assert_eq!(
        member.rev,
        Rev(4),
        "after the room, its manager and the line"
    );
    let [Item::Membership(membership)] = items_of(&batch, StreamId::Person(anna))[..] else {
        panic!("not one membership: {batch:?}");
    };
    assert_eq!((membership.room, membership.rev), (tea, Rev(1)));
    assert!(batch.evictions.is_empty());
    assert_eq!(batch.streams.len(), 2);
    transaction.done(&by(anna, 2, send_to(tea)));
    // A plain member does not invite to the room, not even as an owner of the place.
    transaction.done(&by(owner, 3, remove_member(tea, owner)));
    transaction.rules.finish().unwrap();
    let ben = joined(&mut transaction, 1, "ben");
    let refused = transaction.refused(&by(ben, 4, send_to(tea)));
    assert_eq!(refused, ErrorCode::NoSuchRoom);
    transaction.done(&by(anna, 5, send_to(tea)));
}

#[test]
fn a_plain_member_of_a_room_does_not_invite_to_it() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.done(&by(ADA, 1, add_member(DEN, owner)));
    let invite = NewInvite {
        rooms: vec![DEN],
        ..new_invite(1)
    };
    let code = transaction.refused(&create(Actor::User(owner), invite.clone()));
    assert_eq!(code, ErrorCode::Forbidden);
    transaction.done(&create(Actor::Operator, invite));
    let anna = joined(&mut transaction, 1, "anna");
    transaction.done(&by(anna, 2, send_to(DEN)));
}

#[test]
fn posts_read_nothing_of_accounts() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    let before = account_reads(&transaction);
    transaction.post(owner, 1, "hello");
    assert_eq!(account_reads(&transaction), before);
}

fn account_reads(transaction: &Transaction) -> Vec<AccountKey> {
    let keys = transaction.rules.tables.fetched.keys();
    let mut keys: Vec<_> = keys
        .filter_map(|key| match key {
            RowKey::Account(key) => Some(key.clone()),
            _ => None,
        })
        .collect();
    keys.sort();
    keys
}

fn send_to(room: RoomId) -> Command {
    Command::Send {
        room,
        body: "x".into(),
    }
}
