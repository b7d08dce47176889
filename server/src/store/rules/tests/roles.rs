//! Roles: who may do what to whom, and what ends with a right.

use shared::model::Role;

use super::accounts::{LATER, by_actor, claim_link, claim_place, sign_in};
use super::database::{BEN, ZOE};
use super::*;
use crate::store::rules::{AccountKey, AccountRow};

const ROLES: [Role; 5] = [
    Role::Owner,
    Role::Administrator,
    Role::Member,
    Role::Bot,
    Role::Guest,
];

/// By a person in the session that joining began, in which a credential was proved.
fn set_role(actor: Actor, user: UserId, role: Role) -> WriteRequest {
    let session = Some([word_token("ACTOR"); 32]);
    by_actor(
        actor,
        AccountCommand::SetRole {
            user,
            role,
            session,
        },
    )
}

fn deactivate(actor: Actor, user: UserId) -> WriteRequest {
    by_actor(actor, AccountCommand::Deactivate { user })
}

fn reactivate(actor: Actor, user: UserId) -> WriteRequest {
    by_actor(actor, AccountCommand::Reactivate { user })
}

/// Somebody who joins by an invite of the operator, and has a role. The word is the username.
fn person_with(transaction: &mut Transaction, word: &str, role: Role) -> UserId {
    if !(transaction.rules.tables.written.accounts).contains_key(&AccountKey::Invite([150; 32])) {
        transaction.done(&invites::create(Actor::Operator, invites::new_invite(150)));
    }
    let joined = transaction.done(&invites::join(150, word));
    let user = joined.into_person().unwrap().id;
    transaction.done(&set_role(Actor::Operator, user, role));
    user
}

/// A second owner, so that the first may go.
pub fn heir(transaction: &mut Transaction) -> UserId {
    person_with(transaction, "heir", Role::Owner)
}

fn role_of(transaction: &Transaction, user: UserId) -> Role {
    transaction.rules.tables.written.people[&user]
        .row
        .profile
        .role
}

/// Every command about every person by everybody.
#[test]
fn who_may_do_what_to_whom() {
    for by in ROLES.into_iter().filter(|role| *role != Role::Bot) {
        for to in ROLES.into_iter().filter(|role| *role != Role::Bot) {
            let mut transaction = Transaction::new();
            claim_place(&mut transaction);
            let mut person = |word: &str, role| match role {
                Role::Guest => {
                    let token = word_token(&word.to_uppercase());
                    let outcome = transaction.done(&guest(word, token));
                    outcome.into_person().unwrap().id
                }
                _ => person_with(&mut transaction, word, role),
            };
            let actor = Actor::User(person("actor", by));
            let user = person("target", to);
            let manages = match by {
                Role::Owner => true,
                Role::Administrator => matches!(to, Role::Member | Role::Guest),
                _ => false,
            };
            let case = format!("{by:?} to {to:?}");
            for role in ROLES {
                let gives = match role {
                    Role::Owner | Role::Administrator => by == Role::Owner,
                    Role::Member => matches!(by, Role::Owner | Role::Administrator),
                    Role::Guest | Role::Bot => false,
                };
                let may = manages && gives && to != Role::Guest;
                check(
                    &mut transaction,
                    &set_role(actor.clone(), user, role),
                    may,
                    &format!("{case}: become {role:?}"),
                );
                if may {
                    assert_eq!(role_of(&transaction, user), role, "{case}");
                    transaction.done(&set_role(Actor::Operator, user, to));
                }
            }
            check(
                &mut transaction,
                &deactivate(actor.clone(), user),
                manages,
                &case,
            );
            check(
                &mut transaction,
                &reactivate(actor.clone(), user),
                manages,
                &case,
            );
            let session = Some([word_token("ACTOR"); 32]);
            let delete = by_actor(actor, AccountCommand::DeletePerson { user, session });
            check(&mut transaction, &delete, manages, &case);
        }
    }
}

pub fn word_token(word: &str) -> u8 {
    word.as_bytes()[0]
}

fn check(transaction: &mut Transaction, request: &WriteRequest, may: bool, case: &str) {
    match transaction.apply(request) {
        Ok(_) => assert!(may, "{case}: {:?}", request.command),
        Err(RuleError::Refused(refusal)) => {
            assert!(!may, "{case}: {:?}", request.command);
            assert_eq!(refusal.code, ErrorCode::Forbidden, "{case}");
        }
        Err(other) => panic!("{case}: {other:?}"),
    }
}

#[test]
fn who_manages_nobody_does_not_learn_who_exists() {
    let mut transaction = Transaction::new();
    claim_place(&mut transaction);
    let member = person_with(&mut transaction, "may", Role::Member);
    let administrator = person_with(&mut transaction, "adam", Role::Administrator);
    for user in [BEN, ZOE, administrator, UserId(999)] {
        let refused = transaction.refused(&deactivate(Actor::User(member), user));
        assert_eq!(refused, ErrorCode::Forbidden);
    }
    let refused = transaction.refused(&deactivate(Actor::User(administrator), UserId(999)));
    assert_eq!(refused, ErrorCode::NoSuchPerson);
    transaction.done(&delete_person(member));
    let refused = transaction.refused(&delete_person(member));
    assert_eq!(refused, ErrorCode::NoSuchPerson);
}

#[test]
fn everybody_may_step_back_and_nobody_raises_oneself() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    let administrator = person_with(&mut transaction, "adam", Role::Administrator);
    let own = |user, role| set_role(Actor::User(user), user, role);
    let raised = transaction.refused(&own(administrator, Role::Owner));
    assert_eq!(raised, ErrorCode::Forbidden);
    transaction.done(&own(administrator, Role::Member));
    for role in [Role::Administrator, Role::Owner, Role::Guest] {
        let raised = transaction.refused(&own(administrator, role));
        assert_eq!(raised, ErrorCode::Forbidden);
    }
    let last = transaction.refused(&own(owner, Role::Administrator));
    assert_eq!(last, ErrorCode::LastOwner);
    heir(&mut transaction);
    transaction.done(&own(owner, Role::Administrator));
    assert_eq!(role_of(&transaction, owner), Role::Administrator);
}

#[test]
fn the_last_owner_who_can_act_stays() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    let last = ErrorCode::LastOwner;
    for actor in [Actor::User(owner), Actor::Operator] {
        let demote = set_role(actor.clone(), owner, Role::Member);
        assert_eq!(transaction.refused(&demote), last);
        assert_eq!(transaction.refused(&deactivate(actor.clone(), owner)), last);
        let delete = AccountCommand::DeletePerson {
            user: owner,
            session: None,
        };
        let delete = by_actor(actor, delete);
        assert_eq!(transaction.refused(&delete), last);
    }
    // One who is deactivated cannot act.
    let second = heir(&mut transaction);
    transaction.done(&deactivate(Actor::User(owner), second));
    let demote = set_role(Actor::Operator, owner, Role::Member);
    assert_eq!(transaction.refused(&demote), last);
    transaction.done(&reactivate(Actor::User(owner), second));
    transaction.done(&demote);
    assert_eq!(transaction.refused(&delete_person(second)), last);
}

#[test]
fn nobody_owns_a_place_that_was_not_claimed() {
    let mut transaction = Transaction::new();
    let user = person_with(&mut transaction, "ann", Role::Member);
    let request = set_role(Actor::Operator, user, Role::Owner);
    assert_eq!(transaction.refused(&request), ErrorCode::NotClaimed);
    transaction.done(&set_role(Actor::Operator, user, Role::Administrator));
    transaction.done(&claim_link(1, LATER));
}

#[test]
fn sessions_end_with_a_lost_right_and_not_with_a_gained_one() {
    let mut transaction = Transaction::new();
    claim_place(&mut transaction);
    let user = person_with(&mut transaction, "may", Role::Member);
    let token = [word_token("MAY"); 32];
    transaction.done(&set_role(Actor::Operator, user, Role::Administrator));
    let batch = transaction.rules.finish().unwrap();
    assert!(batch.ended_sessions.is_empty());
    let people = items_of(&batch, StreamId::Directory);
    let [.., Item::Person(person)] = people[..] else {
        panic!("nobody: {batch:?}");
    };
    assert_eq!((person.id, person.role), (user, Role::Administrator));
    assert_eq!(person.username.as_deref(), Some("may"));
    transaction.done(&set_role(Actor::Operator, user, Role::Member));
    assert_eq!(transaction.rules.finish().unwrap().ended_sessions, [token]);
}

#[test]
fn what_a_person_could_give_by_a_right_ends_with_it() {
    let mut transaction = Transaction::new();
    claim_place(&mut transaction);
    let owner = heir(&mut transaction);
    let invite = |token, role| {
        let invite = crate::store::NewInvite {
            role,
            ..invites::new_invite(token)
        };
        let session = Some([word_token("HEIR"); 32]);
        let create = AccountCommand::CreateInvite { invite, session };
        by_actor(Actor::User(owner), create)
    };
    transaction.done(&invite(1, Role::Administrator));
    let step = |role| set_role(Actor::Operator, owner, role);
    transaction.done(&step(Role::Administrator));
    // Not even if the right comes back.
    transaction.done(&step(Role::Owner));
    let joined = transaction.refused(&invites::join(1, "late"));
    assert_eq!(joined, ErrorCode::LinkInvalid);
    transaction.done(&invite(2, Role::Member));
    transaction.done(&step(Role::Administrator));
    transaction.done(&invites::join(2, "ina"));
    transaction.done(&step(Role::Member));
    transaction.done(&step(Role::Owner));
    let joined = transaction.refused(&invites::join(2, "ivo"));
    assert_eq!(joined, ErrorCode::LinkInvalid);
}

#[test]
fn who_is_deactivated_may_do_nothing_and_comes_back_with_everything() {
    let mut transaction = Transaction::new();
    claim_place(&mut transaction);
    let user = person_with(&mut transaction, "may", Role::Member);
    transaction.done(&deactivate(Actor::Operator, user));
    let session = [word_token("MAY"); 32];
    assert_eq!(
        transaction.rules.finish().unwrap().ended_sessions,
        [session]
    );
    let refused = ErrorCode::Unauthorized;
    assert_eq!(transaction.refused(&by(user, 1, send("x"))), refused);
    assert_eq!(transaction.refused(&by(user, 2, rename("x"))), refused);
    let own = reactivate(Actor::User(user), user);
    assert_eq!(transaction.refused(&own), refused);
    let signed_in = transaction.refused(&sign_in(user, "may", 9));
    assert_eq!(signed_in, ErrorCode::AccountDeactivated);
    transaction.done(&reactivate(Actor::Operator, user));
    transaction.done(&sign_in(user, "may", 9));
    transaction.done(&by(user, 3, send("back")));
}

#[test]
fn of_who_is_deleted_nothing_is_left_but_what_was_written() {
    let mut transaction = Transaction::new();
    claim_place(&mut transaction);
    let user = person_with(&mut transaction, "may", Role::Administrator);
    let (seq, _) = transaction.post(user, 1, "hello");
    let outcome = transaction.done(&delete_person(user)).into_person();
    let deleted = outcome.unwrap();
    assert!(deleted.deleted && deleted.name.is_empty());
    assert_eq!((deleted.username, deleted.role), (None, Role::Guest));
    let message = transaction.message(seq).clone();
    assert_eq!(message.body, "hello");
    let accounts = &transaction.rules.tables.written.accounts;
    let session = AccountKey::Session([word_token("MAY"); 32]);
    for key in [
        AccountKey::Identity(user),
        session,
        AccountKey::PersonalData(user),
    ] {
        assert_eq!(accounts[&key], None::<AccountRow>, "{key:?}");
    }
    let signed_in = transaction.refused(&sign_in(user, "may", 9));
    assert_eq!(signed_in, ErrorCode::WrongCredentials);
    let refused = transaction.refused(&by(user, 2, send("x")));
    assert_eq!(refused, ErrorCode::Unauthorized);
    // The username is free again.
    transaction.done(&invites::join(150, "may"));
}

#[test]
fn who_appoints_or_deletes_has_proved_a_credential_lately() {
    let mut transaction = Transaction::new();
    claim_place(&mut transaction);
    let actor = person_with(&mut transaction, "actor", Role::Owner);
    let user = person_with(&mut transaction, "may", Role::Member);
    let by = |command| by_actor(Actor::User(actor), command);
    let set_role = |role, session| {
        by(AccountCommand::SetRole {
            user,
            role,
            session,
        })
    };
    let delete = |session| by(AccountCommand::DeletePerson { user, session });
    let token = [word_token("ACTOR"); 32];
    let own = Some(token);
    let of_another = Some([word_token("MAY"); 32]);
    for role in [Role::Administrator, Role::Owner] {
        let refused = transaction.refused(&set_role(role, None));
        assert_eq!(refused, ErrorCode::ConfirmationRequired);
        let refused = transaction.refused(&set_role(role, of_another));
        assert_eq!(refused, ErrorCode::Unauthorized);
    }
    transaction.done(&set_role(Role::Administrator, own));
    let key = AccountKey::Session(token);
    let Some(Some(AccountRow::Session(row))) =
        transaction.rules.tables.written.accounts.get(&key).cloned()
    else {
        panic!("no session");
    };
    // Ten minutes later.
    transaction.rules.config.now = Micros(row.created_at.0 + 600 * 1_000_000);
    let refused = transaction.refused(&set_role(Role::Owner, own));
    assert_eq!(refused, ErrorCode::ConfirmationRequired);
    assert_eq!(
        transaction.refused(&delete(own)),
        ErrorCode::ConfirmationRequired
    );
    // What takes rights away needs none.
    transaction.done(&set_role(Role::Member, None));
    transaction.done(&deactivate(Actor::User(actor), user));
    transaction.rules.config.now = row.created_at;
    transaction.done(&delete(own));
}
