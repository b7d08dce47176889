//! Links that work once: who may make them, and what becomes of who opens one.

use super::accounts::{LATER, by_actor, sign_in};
use super::database::ZOE;
use super::invites::people;
use super::roles::word_token;
use super::*;
use crate::store::rules::{AccountKey, AccountRow};
use crate::store::{
    LinkTarget, PasswordHash, SecondFactor, SecondFactorFate, SessionSelector, TotpKey,
};

/// The session with which the place was claimed.
const OWNERS: u8 = 200;

fn create(actor: Actor, token: u8, target: LinkTarget) -> WriteRequest {
    by_actor(
        actor,
        AccountCommand::CreateLink {
            token: [token; 32],
            target,
            expires_at: LATER,
        },
    )
}

/// A link with which a person sets a new password, made in the session `by`.
pub fn reset_link(actor: Actor, by: u8, token: u8, user: UserId) -> WriteRequest {
    let by = Some([by; 32]);
    let second_factor = SecondFactorFate::Keep;
    let target = LinkTarget::Reset {
        user,
        by,
        second_factor,
    };
    create(actor, token, target)
}

/// A link that takes a session to another device.
pub fn transfer_link(actor: Actor, token: u8, session: u8) -> WriteRequest {
    let session = [session; 32];
    create(actor, token, LinkTarget::Transfer { session })
}

/// Sets the password whose hash is `hash`.
pub fn reset(link: u8, hash: &str, session: u8) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::ResetPassword {
        link: [link; 32],
        second: None,
        password: PasswordHash(hash.into()),
        session: new_session(session),
    })
}

pub fn sign_in_by(link: u8, session: u8) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::SignInByLink {
        link: [link; 32],
        session: new_session(session),
    })
}

fn ended_sessions(transaction: &mut Transaction) -> Vec<u8> {
    let ended = transaction.rules.finish().unwrap().ended_sessions;
    let mut tokens: Vec<_> = ended.iter().map(|token| token[0]).collect();
    tokens.sort_unstable();
    tokens
}

#[test]
fn a_reset_sets_the_password_and_ends_the_sessions_and_links_of_its_person_alone() {
    let mut transaction = Transaction::new();
    let [owner, _, member] = people(&mut transaction);
    transaction.done(&sign_in(member, "may", 1));
    transaction.done(&transfer_link(Actor::User(member), 2, 1));
    transaction.done(&transfer_link(Actor::User(owner), 3, OWNERS));
    transaction.done(&reset_link(Actor::User(owner), OWNERS, 4, member));
    let person = transaction.done(&reset(4, "new", 5)).into_person().unwrap();
    assert_eq!(
        (person.id, person.username.as_deref()),
        (member, Some("may"))
    );
    // Of who joined, and of the sign-in.
    let mut ended = [1, word_token("MAY")];
    ended.sort_unstable();
    assert_eq!(ended_sessions(&mut transaction), ended);
    let wrong = ErrorCode::WrongCredentials;
    assert_eq!(transaction.refused(&sign_in(member, "may", 6)), wrong);
    transaction.done(&sign_in(member, "new", 6));
    for spent in [reset(4, "again", 7), sign_in_by(2, 7)] {
        assert_eq!(transaction.refused(&spent), ErrorCode::LinkInvalid);
    }
    transaction.done(&sign_in_by(3, 7));
}

#[test]
fn a_reset_link_is_made_by_others_for_those_who_can_use_it() {
    let mut transaction = Transaction::new();
    let [owner, administrator, member] = people(&mut transaction);
    let user = Actor::User;
    let (boss, may) = (word_token("BOSS"), word_token("MAY"));
    for (actor, by, of, code) in [
        (user(member), may, ADA, ErrorCode::Forbidden),
        (user(member), may, member, ErrorCode::Forbidden),
        (
            user(administrator),
            boss,
            administrator,
            ErrorCode::Forbidden,
        ),
        (user(administrator), boss, owner, ErrorCode::Forbidden),
        (user(owner), OWNERS, owner, ErrorCode::Forbidden),
        // A guest has no username.
        (user(owner), OWNERS, ADA, ErrorCode::Forbidden),
        (user(owner), OWNERS, ZOE, ErrorCode::AccountDeactivated),
        (user(owner), OWNERS, UserId(99), ErrorCode::NoSuchPerson),
        // Nobody's, and somebody else's.
        (user(owner), 9, member, ErrorCode::Unauthorized),
        (user(owner), boss, member, ErrorCode::Unauthorized),
    ] {
        let request = reset_link(actor, by, 1, of);
        assert_eq!(transaction.refused(&request), code, "{of}");
    }
    for (actor, by, of) in [
        (user(administrator), boss, member),
        (user(owner), OWNERS, administrator),
        (Actor::Operator, 0, owner),
    ] {
        transaction.done(&reset_link(actor, by, 1, of));
        transaction.done(&reset(1, "new", 2));
    }
}

#[test]
fn who_lets_somebody_set_a_new_password_has_proved_a_credential_lately() {
    let mut transaction = Transaction::new();
    let [owner, _, member] = people(&mut transaction);
    transaction.done(&transfer_link(Actor::User(owner), 1, OWNERS));
    transaction.done(&sign_in_by(1, 2));
    // Nothing was proved where a link has led to.
    let request = reset_link(Actor::User(owner), 2, 3, member);
    let refused = transaction.refused(&request);
    assert_eq!(refused, ErrorCode::ConfirmationRequired);
    transaction.done(&reset_link(Actor::User(owner), OWNERS, 3, member));
    // Who has set a new password has proved it.
    transaction.done(&reset_link(Actor::Operator, 0, 4, owner));
    transaction.done(&reset(4, "new", 5));
    transaction.done(&reset_link(Actor::User(owner), 5, 6, member));
}

#[test]
fn a_reset_link_ends_with_the_right_of_its_maker_and_with_its_person() {
    let mut transaction = Transaction::new();
    let [owner, administrator, member] = people(&mut transaction);
    transaction.done(&reset_link(
        Actor::User(administrator),
        word_token("BOSS"),
        1,
        member,
    ));
    let user = administrator;
    transaction.done(&by_operator_on_accounts(AccountCommand::Deactivate {
        user,
    }));
    let invalid = ErrorCode::LinkInvalid;
    assert_eq!(transaction.refused(&reset(1, "new", 2)), invalid);
    transaction.done(&reset_link(Actor::User(owner), OWNERS, 3, member));
    transaction.done(&delete_person(member));
    assert_eq!(transaction.refused(&reset(3, "new", 2)), invalid);
}

#[test]
fn a_transfer_begins_a_session_and_ends_with_the_one_it_was_made_from() {
    let mut transaction = Transaction::new();
    let [owner, _, member] = people(&mut transaction);
    let invalid = ErrorCode::LinkInvalid;
    transaction.done(&transfer_link(Actor::User(member), 1, word_token("MAY")));
    let person = transaction.done(&sign_in_by(1, 2)).into_person().unwrap();
    assert_eq!(person.id, member);
    assert_eq!(transaction.refused(&sign_in_by(1, 3)), invalid);
    // From the session that began by a link, in turn.
    transaction.done(&transfer_link(Actor::User(member), 4, 2));
    let end = AccountCommand::EndSessions(SessionSelector::AllBut {
        user: member,
        keep: Some([word_token("MAY"); 32]),
    });
    transaction.done(&by_actor(Actor::User(member), end));
    assert_eq!(transaction.refused(&sign_in_by(4, 5)), invalid);
    // Nobody takes the session of somebody else.
    let foreign = transfer_link(Actor::User(member), 6, OWNERS);
    assert_eq!(transaction.refused(&foreign), ErrorCode::Forbidden);
    let ended = transfer_link(Actor::User(owner), 6, 78);
    assert_eq!(transaction.refused(&ended), ErrorCode::Unauthorized);
}

#[test]
fn one_link_of_a_purpose_works_for_a_person_and_for_its_purpose_only() {
    let mut transaction = Transaction::new();
    let [owner, _, member] = people(&mut transaction);
    let invalid = ErrorCode::LinkInvalid;
    transaction.done(&reset_link(Actor::User(owner), OWNERS, 1, member));
    transaction.done(&transfer_link(Actor::User(member), 2, word_token("MAY")));
    transaction.done(&reset_link(Actor::User(owner), OWNERS, 3, member));
    assert_eq!(transaction.refused(&reset(1, "new", 9)), invalid);
    assert_eq!(transaction.refused(&reset(2, "new", 9)), invalid);
    assert_eq!(transaction.refused(&sign_in_by(3, 9)), invalid);
    let accounts = &transaction.rules.tables.written.accounts;
    assert_eq!(accounts[&AccountKey::Link([1; 32])], None);
    let kept = &accounts[&AccountKey::Link([2; 32])];
    assert!(matches!(kept, Some(AccountRow::Link(_))), "{kept:?}");
    transaction.rules.config.now = LATER;
    assert_eq!(transaction.refused(&reset(3, "new", 9)), invalid);
    assert_eq!(transaction.refused(&sign_in_by(2, 9)), invalid);
}

#[test]
fn of_more_than_fifty_sessions_by_links_the_longest_unused_ends() {
    let mut transaction = Transaction::new();
    let [_, _, member] = people(&mut transaction);
    for session in 1..=49 {
        transaction.done(&sign_in(member, "may", session));
    }
    transaction.rules.config.now = Micros(NOW.0 - 1);
    transaction.done(&transfer_link(Actor::User(member), 60, 1));
    transaction.done(&sign_in_by(60, 61));
    assert_eq!(ended_sessions(&mut transaction), [word_token("MAY")]);
}

#[test]
fn a_second_factor_is_asked_for_unless_the_link_removes_it() {
    let mut transaction = Transaction::new();
    let [owner, _, member] = people(&mut transaction);
    let (key, code) = (TotpKey(vec![1; 20]), [5; 32]);
    let on = AccountCommand::SetTotp {
        session: [word_token("MAY"); 32],
        key: key.clone(),
        step: 7,
        codes: vec![code],
    };
    transaction.done(&by_actor(Actor::User(member), on));
    let with = |link: u8, second| {
        by_operator_on_accounts(AccountCommand::ResetPassword {
            link: [link; 32],
            second,
            password: PasswordHash("new".into()),
            session: new_session(link),
        })
    };
    let step = |step| {
        let key = key.clone();
        Some(SecondFactor::Totp { key, step })
    };
    transaction.done(&reset_link(Actor::User(owner), OWNERS, 1, member));
    let asked = transaction.refused(&with(1, None));
    assert_eq!(asked, ErrorCode::CodeRequired);
    for spent in [step(7), Some(SecondFactor::RecoveryCode([6; 32]))] {
        let refused = transaction.refused(&with(1, spent));
        assert_eq!(refused, ErrorCode::CodeInvalid);
    }
    transaction.done(&with(1, step(8)));
    transaction.done(&reset_link(Actor::User(owner), OWNERS, 2, member));
    assert_eq!(
        transaction.refused(&with(2, step(8))),
        ErrorCode::CodeInvalid
    );
    transaction.done(&with(2, Some(SecondFactor::RecoveryCode(code))));
    transaction.done(&create(
        Actor::Operator,
        3,
        LinkTarget::Reset {
            user: member,
            by: None,
            second_factor: SecondFactorFate::Remove,
        },
    ));
    transaction.done(&with(3, None));
    let accounts = &transaction.rules.tables.written.accounts;
    assert_eq!(accounts[&AccountKey::Totp(member)], None);
    transaction.done(&sign_in(member, "new", 4));
}
