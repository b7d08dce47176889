//! Accounts without an invitation, and the settings of the place.

use shared::model::{Role, SignUp};

use super::accounts::{LATER, account, by_actor, claim, claim_link, claim_place, sign_in};
use super::invites::{create, join, new_invite};
use super::*;
use crate::store::rules::account::MAX_APPLICATIONS;
use crate::store::rules::{AccountKey, AccountRow, PlaceRow};
use crate::store::{ApplicationId, NewApplication, PasswordHash, PlaceChange};

fn set_place(actor: Actor, name: Option<&str>, sign_up: Option<SignUp>) -> WriteRequest {
    let name = name.map(str::to_owned);
    by_actor(
        actor,
        AccountCommand::SetPlace(PlaceChange { name, sign_up }),
    )
}

fn signs_up(transaction: &mut Transaction, sign_up: SignUp) {
    transaction.done(&set_place(Actor::Operator, None, Some(sign_up)));
}

fn apply(word: &str) -> WriteRequest {
    let account = account(word);
    by_operator_on_accounts(AccountCommand::Apply(NewApplication {
        username: account.username,
        name: account.name,
        password: PasswordHash(word.into()),
        note: "please".into(),
    }))
}

fn applied(transaction: &mut Transaction, word: &str) -> ApplicationId {
    match transaction.done(&apply(word)) {
        Outcome::Created(id) => ApplicationId(id),
        other => panic!("no application: {other:?}"),
    }
}

fn approve(actor: Actor, id: ApplicationId) -> WriteRequest {
    by_actor(actor, AccountCommand::Approve(id))
}

fn decline(actor: Actor, id: ApplicationId) -> WriteRequest {
    by_actor(actor, AccountCommand::Decline(id))
}

fn sign_up(word: &str) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::JoinBySignUp {
        account: account(word),
        session: new_session(word.as_bytes()[0]),
    })
}

#[test]
fn who_was_approved_signs_in_with_the_password_of_the_application() {
    let mut transaction = Transaction::new();
    let owner = Actor::User(claim_place(&mut transaction));
    signs_up(&mut transaction, SignUp::Approval);
    let id = applied(&mut transaction, "ada");
    let approved = transaction.done(&approve(owner.clone(), id));
    let ada = approved.into_person().unwrap();
    assert_eq!(
        (ada.role, ada.username.as_deref()),
        (Role::Member, Some("ada"))
    );
    transaction.done(&sign_in(ada.id, "ada", 1));
    // Of two who decide, the second finds nothing.
    assert_eq!(
        transaction.refused(&approve(owner.clone(), id)),
        ErrorCode::NotFound
    );
    assert_eq!(
        transaction.refused(&decline(owner, id)),
        ErrorCode::NotFound
    );
    assert_ne!(applied(&mut transaction, "ben"), id);
}

#[test]
fn a_username_is_reserved_until_the_application_is_declined() {
    let mut transaction = Transaction::new();
    signs_up(&mut transaction, SignUp::Approval);
    transaction.done(&create(Actor::Operator, new_invite(1)));
    let id = applied(&mut transaction, "ada");
    for request in [apply("ada"), join(1, "ada")] {
        assert_eq!(transaction.refused(&request), ErrorCode::UsernameTaken);
    }
    transaction.done(&decline(Actor::Operator, id));
    transaction.done(&join(1, "ada"));
    assert_eq!(transaction.refused(&apply("ada")), ErrorCode::UsernameTaken);
}

#[test]
fn the_place_says_who_comes_in_without_an_invitation() {
    let mut transaction = Transaction::new();
    for (setting, applies, joins) in [
        (SignUp::Off, false, false),
        (SignUp::Approval, true, false),
        (SignUp::Open, false, true),
    ] {
        signs_up(&mut transaction, setting);
        let mut is_refused = |request: &WriteRequest| match transaction.apply(request) {
            Ok(_) => false,
            Err(RuleError::Refused(refusal)) => refusal.code == ErrorCode::SignUpOff,
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(is_refused(&apply("ada")), !applies, "{setting:?}");
        assert_eq!(is_refused(&sign_up("may")), !joins, "{setting:?}");
    }
}

#[test]
fn owners_and_administrators_decide_and_name_the_place() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    signs_up(&mut transaction, SignUp::Approval);
    transaction.done(&create(Actor::Operator, new_invite(1)));
    let member = transaction.done(&join(1, "may")).into_person().unwrap().id;
    let id = applied(&mut transaction, "ada");
    for user in [ADA, member] {
        let actor = Actor::User(user);
        for request in [
            approve(actor.clone(), id),
            decline(actor.clone(), id),
            set_place(actor, Some("Mine"), None),
        ] {
            assert_eq!(transaction.refused(&request), ErrorCode::Forbidden);
        }
    }
    transaction.done(&set_place(Actor::User(owner), Some("Garden"), None));
    let accounts = &transaction.rules.tables.written.accounts;
    let Some(AccountRow::Place(place)) = &accounts[&AccountKey::Place] else {
        panic!("no place");
    };
    let expected = PlaceRow {
        name: "Garden".into(),
        claimed_at: Some(NOW),
        sign_up: SignUp::Approval,
        relying_party: None,
    };
    assert_eq!(place, &expected);
}

#[test]
fn claiming_leaves_the_sign_up_as_the_operator_has_set_it() {
    let mut transaction = Transaction::new();
    signs_up(&mut transaction, SignUp::Approval);
    transaction.done(&claim_link(1, LATER));
    transaction.done(&claim(1, account("anna")));
    applied(&mut transaction, "ada");
}

#[test]
fn not_more_wait_than_somebody_can_look_at() {
    let mut transaction = Transaction::new();
    signs_up(&mut transaction, SignUp::Approval);
    for number in 0..MAX_APPLICATIONS {
        applied(&mut transaction, &format!("p{number}"));
    }
    assert_eq!(transaction.refused(&apply("late")), ErrorCode::TooMany);
}
