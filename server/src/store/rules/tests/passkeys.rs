//! Passkeys: adding, using, removing.

use super::accounts::{account, by_actor, claim_place, sign_in as sign_in_by_password};
use super::database::ZOE;
use super::*;
use crate::store::rules::{AccountKey, AccountRow, MAX_PASSKEYS};
use crate::store::{
    ExternalIdentity, NewAccount, NewCredential, PasskeyRow, RegisteredPasskey, SignInProof,
};

const HERE: &str = "chat.example.org";

pub fn handle(user: UserId) -> WriteRequest {
    let handle = vec![7; 64];
    by_actor(
        Actor::User(user),
        AccountCommand::StoreUserHandle { handle },
    )
}

fn passkey(number: u8, relying_party: &str) -> RegisteredPasskey {
    RegisteredPasskey {
        credential: vec![number; 16],
        public_key: vec![1],
        algorithm: -7,
        counter: 5,
        relying_party: relying_party.into(),
        name: "phone".into(),
    }
}

fn add_for(user: UserId, session: u8, number: u8, relying_party: &str) -> WriteRequest {
    let passkey = passkey(number, relying_party);
    let session = [session; 32];
    let command = AccountCommand::AddPasskey { session, passkey };
    by_actor(Actor::User(user), command)
}

/// Adds a passkey in a person's session with this token.
pub fn add(user: UserId, session: u8, number: u8) -> WriteRequest {
    add_for(user, session, number, HERE)
}

pub fn rename(user: UserId, number: u8, name: &str) -> WriteRequest {
    let (credential, name) = (vec![number; 16], name.into());
    let command = AccountCommand::RenamePasskey { credential, name };
    by_actor(Actor::User(user), command)
}

pub fn remove(user: UserId, session: u8, number: u8) -> WriteRequest {
    let (session, credential) = ([session; 32], vec![number; 16]);
    let command = AccountCommand::RemovePasskey {
        session,
        credential,
        provider: Some("https://login.example".into()),
    };
    by_actor(Actor::User(user), command)
}

pub fn sign_in(user: UserId, number: u8, counter: u32, token: u8) -> WriteRequest {
    let credential = vec![number; 16];
    let proof = SignInProof::Passkey {
        user,
        credential,
        counter,
    };
    let session = new_session(token);
    by_actor(Actor::User(user), AccountCommand::SignIn { proof, session })
}

fn row(transaction: &Transaction, number: u8) -> Option<PasskeyRow> {
    let accounts = &transaction.rules.tables.written.accounts;
    match accounts.get(&AccountKey::Passkey(vec![number; 16])) {
        Some(Some(AccountRow::Passkey(row))) => Some(row.clone()),
        _ => None,
    }
}

/// The owner, with one passkey.
fn with_passkey(transaction: &mut Transaction) -> UserId {
    let owner = claim_place(transaction);
    transaction.done(&handle(owner));
    transaction.done(&add(owner, 200, 1));
    owner
}

/// The session of who joins has the first letter of the name.
const ANNAS_SESSION: u8 = b'A';

/// Somebody who was invited, and is known to passkeys.
fn anna(transaction: &mut Transaction) -> UserId {
    transaction.done(&invites::create(Actor::Operator, invites::new_invite(3)));
    let joined = transaction.done(&invites::join(3, "anna"));
    let anna = joined.into_person().unwrap().id;
    transaction.done(&handle(anna));
    anna
}

/// Removes the password, as a person would who has passkeys.
fn forget_password(transaction: &mut Transaction, user: UserId) {
    let accounts = &mut transaction.rules.tables.written.accounts;
    accounts.insert(AccountKey::Password(user), None);
}

#[test]
fn a_passkey_signs_in_and_its_counter_never_goes_back() {
    let mut transaction = Transaction::new();
    let owner = with_passkey(&mut transaction);
    for (sent, kept) in [(9, 9), (7, 9), (0, 9), (10, 10)] {
        let signed_in = transaction.done(&sign_in(owner, 1, sent, 1));
        let person = signed_in.into_person().unwrap();
        assert_eq!(person.username.as_deref(), Some("owner"));
        assert_eq!(person.id, owner);
        let row = row(&transaction, 1).unwrap();
        assert_eq!((row.passkey.counter, row.used_at), (kept, Some(NOW)));
    }
}

#[test]
fn a_passkey_that_is_gone_or_of_somebody_gone_signs_nobody_in() {
    let mut transaction = Transaction::new();
    let owner = with_passkey(&mut transaction);
    let wrong = ErrorCode::WrongCredentials;
    assert_eq!(transaction.refused(&sign_in(owner, 2, 9, 1)), wrong);
    transaction.done(&remove(owner, 200, 1));
    assert_eq!(transaction.refused(&sign_in(owner, 1, 9, 1)), wrong);
    let anna = anna(&mut transaction);
    transaction.done(&add(anna, ANNAS_SESSION, 1));
    assert_eq!(transaction.refused(&sign_in(owner, 1, 9, 1)), wrong);
    transaction.done(&sign_in(anna, 1, 9, 1));
    transaction.done(&delete_person(anna));
    assert_eq!(transaction.refused(&sign_in(anna, 1, 10, 1)), wrong);
}

#[test]
fn only_who_holds_the_passkey_is_told_that_the_account_is_deactivated() {
    let mut transaction = Transaction::new();
    let passkey = passkey(3, HERE);
    let row = AccountRow::Passkey(PasskeyRow {
        user: ZOE,
        passkey,
        created_at: NOW,
        used_at: None,
    });
    let accounts = &mut transaction.rules.tables.written.accounts;
    accounts.insert(AccountKey::Passkey(vec![3; 16]), Some(row));
    let deactivated = ErrorCode::AccountDeactivated;
    assert_eq!(transaction.refused(&sign_in(ZOE, 3, 1, 1)), deactivated);
}

#[test]
fn passkeys_are_added_and_removed_only_within_ten_minutes_of_a_proof_which_their_use_is() {
    let mut transaction = Transaction::new();
    let owner = with_passkey(&mut transaction);
    transaction.rules.config.now.0 += 10 * 60 * 1_000_000;
    let required = ErrorCode::ConfirmationRequired;
    assert_eq!(transaction.refused(&add(owner, 200, 2)), required);
    assert_eq!(transaction.refused(&remove(owner, 200, 1)), required);
    // A session of somebody else, or none.
    let session = transaction.refused(&add(owner, 9, 2));
    assert_eq!(session, ErrorCode::Unauthorized);
    let confirm = AccountCommand::ConfirmSession {
        session: [200; 32],
        proof: SignInProof::Passkey {
            user: owner,
            credential: vec![1; 16],
            counter: 9,
        },
    };
    transaction.done(&by_actor(Actor::User(owner), confirm));
    transaction.done(&add(owner, 200, 2));
    transaction.done(&sign_in(owner, 2, 6, 9));
    transaction.done(&remove(owner, 9, 1));
}

#[test]
fn nobody_adds_the_passkey_of_another_nor_renames_nor_removes_it() {
    let mut transaction = Transaction::new();
    let owner = with_passkey(&mut transaction);
    let anna = anna(&mut transaction);
    for (user, session) in [(owner, 200), (anna, ANNAS_SESSION)] {
        assert_eq!(
            transaction.refused(&add(user, session, 1)),
            ErrorCode::PasskeyInvalid
        );
    }
    let not_found = ErrorCode::NotFound;
    assert_eq!(transaction.refused(&rename(anna, 1, "mine")), not_found);
    transaction.done(&remove(anna, ANNAS_SESSION, 1));
    transaction.done(&rename(owner, 1, "laptop"));
    let row = row(&transaction, 1).unwrap();
    assert_eq!((row.user, row.passkey.name.as_str()), (owner, "laptop"));
}

#[test]
fn a_guest_has_no_passkeys_and_nobody_without_a_handle() {
    let mut transaction = Transaction::new();
    assert_eq!(transaction.refused(&handle(ADA)), ErrorCode::Forbidden);
    let unknown = transaction.refused(&add(ADA, 1, 1));
    assert_eq!(unknown, ErrorCode::Unauthorized);
    let owner = claim_place(&mut transaction);
    let without = transaction.refused(&add(owner, 200, 1));
    assert_eq!(without, ErrorCode::PasskeyInvalid);
}

#[test]
fn the_handle_of_a_person_never_changes() {
    let mut transaction = Transaction::new();
    let owner = with_passkey(&mut transaction);
    let handle = vec![8; 64];
    let again = AccountCommand::StoreUserHandle { handle };
    transaction.done(&by_actor(Actor::User(owner), again));
    let accounts = &transaction.rules.tables.written.accounts;
    let stored = &accounts[&AccountKey::UserHandle(owner)];
    assert_eq!(*stored, Some(AccountRow::UserHandle(vec![7; 64])));
}

#[test]
fn a_person_has_a_bounded_number_of_passkeys() {
    let mut transaction = Transaction::new();
    let owner = with_passkey(&mut transaction);
    for number in 2..=u8::try_from(MAX_PASSKEYS).unwrap() {
        transaction.done(&add(owner, 200, number));
    }
    assert_eq!(
        transaction.refused(&add(owner, 200, 100)),
        ErrorCode::TooMany
    );
    transaction.done(&remove(owner, 200, 1));
    transaction.done(&add(owner, 200, 100));
}

#[test]
fn the_last_credential_stays() {
    let mut transaction = Transaction::new();
    let owner = with_passkey(&mut transaction);
    // The password is left.
    transaction.done(&remove(owner, 200, 1));
    transaction.done(&add(owner, 200, 1));
    transaction.done(&sign_in_by_password(owner, "owner", 1));
    forget_password(&mut transaction, owner);
    let last = ErrorCode::LastCredential;
    assert_eq!(transaction.refused(&remove(owner, 200, 1)), last);
    transaction.done(&add(owner, 200, 2));
    transaction.done(&remove(owner, 200, 1));
    assert_eq!(transaction.refused(&remove(owner, 200, 2)), last);
    // Once more is no error.
    transaction.done(&remove(owner, 200, 1));
}

#[test]
fn an_identity_is_a_credential_that_is_left_only_at_the_provider_that_there_is() {
    let mut transaction = Transaction::new();
    let owner = with_passkey(&mut transaction);
    forget_password(&mut transaction, owner);
    let link = AccountCommand::LinkExternal {
        session: [200; 32],
        identity: ExternalIdentity {
            issuer: "https://former.example".into(),
            subject: "olga".into(),
        },
        name: "olga".into(),
    };
    transaction.done(&by_actor(Actor::User(owner), link));
    let remove_where = |provider: Option<&str>| {
        let command = AccountCommand::RemovePasskey {
            session: [200; 32],
            credential: vec![1; 16],
            provider: provider.map(str::to_owned),
        };
        by_actor(Actor::User(owner), command)
    };
    for provider in [None, Some("https://login.example")] {
        let refused = transaction.refused(&remove_where(provider));
        assert_eq!(refused, ErrorCode::LastCredential, "{provider:?}");
    }
    transaction.done(&remove_where(Some("https://former.example")));
}

#[test]
fn a_passkey_for_an_address_that_is_gone_is_no_credential_that_is_left() {
    let mut transaction = Transaction::new();
    let owner = with_passkey(&mut transaction);
    forget_password(&mut transaction, owner);
    transaction.done(&add_for(owner, 200, 2, "chat.example.com"));
    let refused = transaction.refused(&remove(owner, 200, 2));
    assert_eq!(refused, ErrorCode::LastCredential);
    transaction.done(&remove(owner, 200, 1));
}

#[test]
fn the_place_knows_what_its_last_passkey_was_made_for_and_keeps_its_name() {
    let mut transaction = Transaction::new();
    with_passkey(&mut transaction);
    let accounts = &transaction.rules.tables.written.accounts;
    let Some(AccountRow::Place(place)) = &accounts[&AccountKey::Place] else {
        panic!("no place");
    };
    assert_eq!(place.relying_party.as_deref(), Some(HERE));
    assert_eq!((place.name.as_str(), place.claimed_at), ("Yard", Some(NOW)));
}

/// Follows an invite that anybody may use twice, with a passkey.
pub fn join(invite: u8, word: &str, number: u8) -> WriteRequest {
    let account = NewAccount {
        credential: NewCredential::Passkey {
            handle: vec![number; 64],
            passkey: passkey(number, HERE),
        },
        ..account(word)
    };
    by_operator_on_accounts(AccountCommand::JoinByInvite {
        invite: [invite; 32],
        session: new_session(number),
        account,
    })
}

#[test]
fn who_joins_with_a_passkey_has_it_and_no_password_and_the_place_knows_what_it_is_for() {
    let mut transaction = Transaction::new();
    claim_place(&mut transaction);
    for invite in [3, 4] {
        let invite = invites::new_invite(invite);
        transaction.done(&invites::create(Actor::Operator, invite));
    }
    let joined = transaction.done(&join(3, "anna", 9));
    let anna = joined.into_person().unwrap().id;
    transaction.done(&sign_in(anna, 9, 6, 1));
    let accounts = &transaction.rules.tables.written.accounts;
    assert!(!accounts.contains_key(&AccountKey::Password(anna)));
    let handle = &accounts[&AccountKey::UserHandle(anna)];
    assert_eq!(*handle, Some(AccountRow::UserHandle(vec![9; 64])));
    let Some(AccountRow::Place(place)) = &accounts[&AccountKey::Place] else {
        panic!("no place");
    };
    assert_eq!(place.relying_party.as_deref(), Some(HERE));
    assert_eq!(place.name, "Yard");
    // Nobody else joins with the same one; the invite stays.
    let again = transaction.refused(&join(4, "ben", 9));
    assert_eq!(again, ErrorCode::PasskeyInvalid);
    transaction.done(&join(4, "ben", 8));
}
