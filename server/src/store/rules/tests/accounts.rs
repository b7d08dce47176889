//! Accounts: claiming the place, usernames, signing in, sessions.

use shared::model::Role;

use super::database::{ZOE, ZOES_PASSWORD};
use super::*;
use crate::store::rules::{AccountKey, AccountRow, SessionRow};
use crate::store::{
    LinkTarget, NewAccount, NewCredential, PasswordHash, SessionId, SessionSelector, SignInProof,
    UsernameKeys,
};

/// An account whose name, key, look and password's hash are this word.
pub fn account(word: &str) -> NewAccount {
    NewAccount {
        username: UsernameKeys {
            username: word.into(),
            key: word.into(),
            look: word.into(),
        },
        name: word.to_uppercase(),
        credential: NewCredential::Password(PasswordHash(word.into())),
    }
}

pub fn by_actor(actor: Actor, command: AccountCommand) -> WriteRequest {
    WriteRequest {
        actor,
        ..by_operator_on_accounts(command)
    }
}

pub fn claim_link(token: u8, expires_at: Micros) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::CreateLink {
        token: [token; 32],
        target: LinkTarget::Claim,
        expires_at,
    })
}

pub fn claim(link: u8, account: NewAccount) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::Claim {
        link: [link; 32],
        place: "Yard".into(),
        account,
        session: new_session(link),
    })
}

/// The end of a link that works.
pub const LATER: Micros = Micros(NOW.0 + 1);

/// The token of the session with which [`claim_place`] claims.
pub const CLAIMED_IN: crate::store::TokenHash = [200; 32];

/// Claims the place for an owner, whose account is [`account`] of `owner`.
pub fn claim_place(transaction: &mut Transaction) -> UserId {
    transaction.done(&claim_link(200, LATER));
    let claimed = transaction.done(&claim(200, account("owner")));
    claimed.into_person().unwrap().id
}

pub fn sign_in(user: UserId, hash: &str, token: u8) -> WriteRequest {
    let verified = PasswordHash(hash.into());
    let proof = SignInProof::Password {
        user,
        verified,
        second: None,
        rehashed: None,
    };
    let session = new_session(token);
    by_actor(Actor::User(user), AccountCommand::SignIn { proof, session })
}

fn end(actor: Actor, sessions: SessionSelector) -> WriteRequest {
    by_actor(actor, AccountCommand::EndSessions(sessions))
}

fn session_row(transaction: &Transaction, token: u8) -> SessionRow {
    let accounts = &transaction.rules.tables.written.accounts;
    match &accounts[&AccountKey::Session([token; 32])] {
        Some(AccountRow::Session(row)) => row.clone(),
        other => panic!("no session: {other:?}"),
    }
}

#[test]
fn who_claims_the_place_owns_it_and_the_link_is_spent() {
    let mut transaction = Transaction::new();
    transaction.done(&claim_link(1, LATER));
    let claimed = transaction.done(&claim(1, account("anna")));
    let owner = claimed.into_person().unwrap();
    assert_eq!((owner.role, owner.name.as_str()), (Role::Owner, "ANNA"));
    assert_eq!(owner.username.as_deref(), Some("anna"));
    let accounts = &transaction.rules.tables.written.accounts;
    let Some(AccountRow::Place(place)) = &accounts[&AccountKey::Place] else {
        panic!("no place");
    };
    assert_eq!((place.name.as_str(), place.claimed_at), ("Yard", Some(NOW)));
    let again = transaction.refused(&claim(1, account("ben")));
    assert_eq!(again, ErrorCode::LinkInvalid);
    let another = transaction.refused(&claim_link(2, LATER));
    assert_eq!(another, ErrorCode::AlreadyClaimed);
    transaction.done(&sign_in(owner.id, "anna", 3));
}

#[test]
fn a_claim_needs_the_last_link_before_its_end() {
    let mut transaction = Transaction::new();
    for link in [1, 9] {
        let unknown = transaction.refused(&claim(link, account("anna")));
        assert_eq!(unknown, ErrorCode::LinkInvalid);
    }
    transaction.done(&claim_link(2, NOW));
    let ended = transaction.refused(&claim(2, account("anna")));
    assert_eq!(ended, ErrorCode::LinkInvalid);
    transaction.done(&claim_link(3, LATER));
    transaction.done(&claim_link(4, LATER));
    let replaced = transaction.refused(&claim(3, account("anna")));
    assert_eq!(replaced, ErrorCode::LinkInvalid);
    transaction.done(&claim(4, account("anna")));
}

#[test]
fn only_the_operator_creates_the_link_that_claims() {
    let mut transaction = Transaction::new();
    let request = WriteRequest {
        actor: Actor::User(ZOE),
        ..claim_link(1, LATER)
    };
    assert_eq!(transaction.refused(&request), ErrorCode::Forbidden);
}

#[test]
fn a_session_begins_only_over_the_hash_that_is_stored() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    let signed_in = transaction.done(&sign_in(owner, "owner", 1));
    let person = signed_in.into_person().unwrap();
    assert_eq!(
        (person.id, person.username.as_deref()),
        (owner, Some("owner"))
    );
    let wrong = ErrorCode::WrongCredentials;
    assert_eq!(transaction.refused(&sign_in(owner, "older", 2)), wrong);
    assert_eq!(transaction.refused(&sign_in(UserId(99), "x", 2)), wrong);
    // A guest has no password.
    assert_eq!(transaction.refused(&sign_in(ADA, "", 2)), wrong);
    roles::heir(&mut transaction);
    transaction.done(&delete_person(owner));
    assert_eq!(transaction.refused(&sign_in(owner, "owner", 2)), wrong);
}

#[test]
fn only_who_knows_the_password_is_told_that_the_account_is_deactivated() {
    let mut transaction = Transaction::new();
    let deactivated = transaction.refused(&sign_in(ZOE, ZOES_PASSWORD, 1));
    assert_eq!(deactivated, ErrorCode::AccountDeactivated);
    let wrong = transaction.refused(&sign_in(ZOE, "x", 1));
    assert_eq!(wrong, ErrorCode::WrongCredentials);
}

#[test]
fn of_more_than_fifty_sessions_the_longest_unused_ends() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    // The claim began the first.
    for token in 1..50 {
        transaction.done(&sign_in(owner, "owner", token));
    }
    transaction.rules.config.now = LATER;
    let token = [200; 32];
    transaction.done(&by_operator_on_accounts(AccountCommand::TouchSession {
        token,
    }));
    assert_eq!(session_row(&transaction, 200).used_at, LATER);
    transaction.done(&sign_in(owner, "owner", 50));
    transaction.done(&sign_in(owner, "owner", 51));
    let ended = transaction.rules.finish().unwrap().ended_sessions;
    assert_eq!(ended, [[1; 32], [2; 32]]);
}

#[test]
fn a_person_ends_only_own_sessions() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    for token in 1..=4 {
        transaction.done(&sign_in(owner, "owner", token));
    }
    let user = owner;
    let id = session_row(&transaction, 2).id;
    let one = SessionSelector::Id { user, id };
    let keep = Some([3; 32]);
    let others = SessionSelector::AllBut { user, keep };
    for selector in [one, others] {
        let other = end(Actor::User(ADA), selector);
        assert_eq!(transaction.refused(&other), ErrorCode::Forbidden);
    }
    // The number is that of another person's session.
    let user = ADA;
    transaction.done(&end(Actor::User(ADA), SessionSelector::Id { user, id }));
    assert_eq!(session_row(&transaction, 2).id, id);
    transaction.done(&end(Actor::User(owner), one));
    transaction.done(&end(Actor::User(owner), others));
    let mut ended = transaction.rules.finish().unwrap().ended_sessions;
    ended.sort_unstable();
    assert_eq!(ended, [[1; 32], [2; 32], [4; 32], [200; 32]]);
    assert_eq!(session_row(&transaction, 3).user, owner);
}

#[test]
fn the_number_of_a_session_is_never_given_twice() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    assert_eq!(session_row(&transaction, 200).id, SessionId(7));
    transaction.done(&sign_in(owner, "owner", 1));
    assert_eq!(session_row(&transaction, 1).id, SessionId(8));
    transaction.done(&end(Actor::Operator, SessionSelector::Token([1; 32])));
    transaction.done(&sign_in(owner, "owner", 2));
    assert_eq!(session_row(&transaction, 2).id, SessionId(9));
}

#[test]
fn a_rename_keeps_the_username_in_what_is_published() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.done(&by(owner, 1, rename("Olga")));
    let batch = transaction.rules.finish().unwrap();
    let [Item::Person(person)] = items_of(&batch, StreamId::Directory)[..] else {
        panic!("not one name: {batch:?}");
    };
    assert_eq!(person.username.as_deref(), Some("owner"));
    assert_eq!((person.name.as_str(), person.role), ("Olga", Role::Owner));
}
