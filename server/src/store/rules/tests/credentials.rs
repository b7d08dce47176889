//! Changing credentials, and the proof that it needs.

use super::accounts::{LATER, by_actor, claim_place, sign_in};
use super::*;
use crate::store::rules::{AccountKey, AccountRow};
use crate::store::{PasswordHash, RecoveryCodeHash, SecondFactor, SignInProof, TotpKey};

const TEN_MINUTES: i64 = 10 * 60 * 1_000_000;

fn confirm(user: UserId, session: u8, proved: UserId, hash: &str) -> WriteRequest {
    let command = AccountCommand::ConfirmSession {
        session: [session; 32],
        proof: SignInProof::Password {
            user: proved,
            verified: PasswordHash(hash.into()),
            second: None,
            rehashed: None,
        },
    };
    by_actor(Actor::User(user), command)
}

fn set_password(user: UserId, session: u8, hash: &str) -> WriteRequest {
    let command = AccountCommand::SetPassword {
        session: [session; 32],
        password: PasswordHash(hash.into()),
    };
    by_actor(Actor::User(user), command)
}

#[test]
fn a_session_may_change_credentials_for_ten_minutes_after_a_proof() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.done(&set_password(owner, 200, "second"));
    transaction.rules.config.now.0 += TEN_MINUTES;
    let asked = transaction.refused(&set_password(owner, 200, "third"));
    assert_eq!(asked, ErrorCode::ConfirmationRequired);
    // The hash that was verified is no longer stored.
    let wrong = transaction.refused(&confirm(owner, 200, owner, "owner"));
    assert_eq!(wrong, ErrorCode::WrongCredentials);
    transaction.done(&confirm(owner, 200, owner, "second"));
    transaction.rules.config.now.0 += TEN_MINUTES - 1;
    transaction.done(&set_password(owner, 200, "third"));
    transaction.done(&sign_in(owner, "third", 1));
}

#[test]
fn a_proof_counts_in_the_own_session_and_for_the_own_person_only() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.done(&guest("Eve", 7));
    let eve = UserId(owner.0 + 1);
    for (user, session) in [(eve, 200), (eve, 99), (owner, 99), (owner, 7)] {
        let refused = transaction.refused(&set_password(user, session, "x"));
        assert_eq!(refused, ErrorCode::Unauthorized, "{user:?} {session}");
        let refused = transaction.refused(&confirm(user, session, owner, "owner"));
        assert_eq!(refused, ErrorCode::Unauthorized, "{user:?} {session}");
    }
    let other = transaction.refused(&confirm(eve, 7, owner, "owner"));
    assert_eq!(other, ErrorCode::WrongCredentials);
    let guest = transaction.refused(&set_password(eve, 7, "x"));
    assert_eq!(guest, ErrorCode::Forbidden);
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.done(&sign_in(owner, "owner", 1));
    transaction.done(&sign_in(owner, "owner", 2));
    transaction.rules.config.now = LATER;
    transaction.done(&set_password(owner, 1, "second"));
    let wrong = transaction.refused(&sign_in(owner, "owner", 3));
    assert_eq!(wrong, ErrorCode::WrongCredentials);
    let mut ended = transaction.rules.finish().unwrap().ended_sessions;
    ended.sort_unstable();
    assert_eq!(ended, [[2; 32], [200; 32]]);
}

fn key(key: u8) -> TotpKey {
    TotpKey(vec![key; 20])
}

fn set_totp(user: UserId, session: u8, of: u8, step: i64) -> WriteRequest {
    let command = AccountCommand::SetTotp {
        session: [session; 32],
        key: key(of),
        step,
        codes: vec![[1; 32], [2; 32]],
    };
    by_actor(Actor::User(user), command)
}

fn sign_in_by(user: UserId, token: u8, second: SecondFactor) -> WriteRequest {
    let proof = SignInProof::Password {
        user,
        verified: PasswordHash("owner".into()),
        second: Some(second),
        rehashed: None,
    };
    let session = new_session(token);
    by_actor(Actor::User(user), AccountCommand::SignIn { proof, session })
}

fn totp(of: u8, step: i64) -> SecondFactor {
    SecondFactor::Totp { key: key(of), step }
}

#[test]
fn with_an_app_a_password_needs_a_code_that_is_newer_than_the_last() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.done(&set_totp(owner, 200, 7, 10));
    // The code that has turned it on does so once.
    let again = transaction.refused(&set_totp(owner, 200, 7, 10));
    assert_eq!(again, ErrorCode::CodeInvalid);
    let without = transaction.refused(&sign_in(owner, "owner", 1));
    assert_eq!(without, ErrorCode::CodeRequired);
    // Who has a wrong password is not told.
    let wrong = transaction.refused(&sign_in(owner, "other", 1));
    assert_eq!(wrong, ErrorCode::WrongCredentials);
    let invalid = ErrorCode::CodeInvalid;
    for second in [totp(7, 10), totp(7, 9), totp(8, 11)] {
        let refused = transaction.refused(&sign_in_by(owner, 1, second));
        assert_eq!(refused, invalid);
    }
    transaction.done(&sign_in_by(owner, 1, totp(7, 12)));
    let again = transaction.refused(&sign_in_by(owner, 2, totp(7, 12)));
    assert_eq!(again, invalid);
    let older = transaction.refused(&sign_in_by(owner, 2, totp(7, 11)));
    assert_eq!(older, invalid);
    let confirm = |second| {
        let command = AccountCommand::ConfirmSession {
            session: [1; 32],
            proof: SignInProof::Password {
                user: owner,
                verified: PasswordHash("owner".into()),
                second,
                rehashed: None,
            },
        };
        by_actor(Actor::User(owner), command)
    };
    let alone = transaction.refused(&confirm(None));
    assert_eq!(alone, ErrorCode::CodeRequired);
    transaction.done(&confirm(Some(totp(7, 13))));
    let again = transaction.refused(&sign_in_by(owner, 2, totp(7, 13)));
    assert_eq!(again, invalid);
    let off = AccountCommand::RemoveTotp { session: [1; 32] };
    transaction.done(&by_actor(Actor::User(owner), off));
    transaction.done(&sign_in(owner, "owner", 2));
}

#[test]
fn a_recovery_code_works_once() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.done(&set_totp(owner, 200, 7, 10));
    let code = |code: u8| -> SecondFactor {
        let hash: RecoveryCodeHash = [code; 32];
        SecondFactor::RecoveryCode(hash)
    };
    transaction.done(&sign_in_by(owner, 1, code(1)));
    for spent in [1, 3] {
        let refused = transaction.refused(&sign_in_by(owner, 2, code(spent)));
        assert_eq!(refused, ErrorCode::CodeInvalid);
    }
    transaction.done(&sign_in_by(owner, 2, code(2)));
    let new = AccountCommand::SetRecoveryCodes {
        session: [2; 32],
        codes: vec![[3; 32]],
    };
    transaction.done(&by_actor(Actor::User(owner), new));
    transaction.done(&sign_in_by(owner, 3, code(3)));
}

#[test]
fn an_outdated_hash_is_replaced_and_the_password_stays_as_old_as_it_is() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.rules.config.now = LATER;
    let rehash = |verified: &str| {
        let proof = SignInProof::Password {
            user: owner,
            verified: PasswordHash(verified.into()),
            second: None,
            rehashed: Some(PasswordHash("newer".into())),
        };
        let session = new_session(1);
        by_actor(
            Actor::User(owner),
            AccountCommand::SignIn { proof, session },
        )
    };
    let wrong = transaction.refused(&rehash("other"));
    assert_eq!(wrong, ErrorCode::WrongCredentials);
    transaction.done(&rehash("owner"));
    let accounts = &transaction.rules.tables.written.accounts;
    let expected = AccountRow::Password(PasswordHash("newer".into()), NOW);
    assert_eq!(accounts[&AccountKey::Password(owner)], Some(expected));
}
