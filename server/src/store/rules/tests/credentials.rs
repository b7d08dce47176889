//! Changing credentials, and the proof that it needs.

use super::accounts::{LATER, by_actor, claim_place, sign_in};
use super::*;
use crate::store::{PasswordHash, SignInProof};

const TEN_MINUTES: i64 = 10 * 60 * 1_000_000;

fn confirm(user: UserId, session: u8, proved: UserId, hash: &str) -> WriteRequest {
    let command = AccountCommand::ConfirmSession {
        session: [session; 32],
        proof: SignInProof::Password {
            user: proved,
            verified: PasswordHash(hash.into()),
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
