//! Who comes by an identity provider.

use serde_json::json;
use shared::model::{Profile, Role};

use super::accounts::{account, by_actor, claim_place};
use super::database::{ZOE, zoes_identity};
use super::*;
use crate::store::rules::{AccountKey, AccountRow, ExternalRow};
use crate::store::{
    ExternalIdentity, ExternalRole, ExternalSignIn, NewExternalAccount, PasswordHash, SignInProof,
};

/// Somebody at the provider.
pub fn identity(subject: &str) -> ExternalIdentity {
    ExternalIdentity {
        subject: subject.into(),
        ..zoes_identity()
    }
}

/// An account with the first of these usernames that is free.
pub fn new_account(usernames: &[&str]) -> NewExternalAccount {
    let usernames = usernames.iter().map(|word| account(word).username);
    NewExternalAccount {
        usernames: usernames.collect(),
        name: "From there".into(),
    }
}

/// A sign-in of somebody at the provider, who is offered the account.
pub fn come(
    subject: &str,
    role: ExternalRole,
    account: Option<NewExternalAccount>,
    token: u8,
) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::SignInByExternal(ExternalSignIn {
        identity: identity(subject),
        name: format!("{subject} there"),
        role,
        account,
        guest: None,
        session: new_session(token),
    }))
}

fn joins(transaction: &mut Transaction, subject: &str, role: ExternalRole, token: u8) -> Profile {
    let request = come(subject, role, Some(new_account(&[subject])), token);
    transaction.done(&request).into_person().unwrap()
}

fn row_of(transaction: &Transaction, subject: &str) -> Option<ExternalRow> {
    let accounts = &transaction.rules.tables.written.accounts;
    match accounts.get(&AccountKey::External(identity(subject)))? {
        Some(AccountRow::External(row)) => Some(row.clone()),
        _ => None,
    }
}

const UNSAID: ExternalRole = ExternalRole::Unsaid;
const MEMBER: ExternalRole = ExternalRole::Given(Role::Member);
const ADMINISTRATOR: ExternalRole = ExternalRole::Given(Role::Administrator);

#[test]
fn who_comes_for_the_first_time_gets_the_first_username_that_is_free() {
    let mut transaction = Transaction::new();
    let request = come("ada", UNSAID, Some(new_account(&["zoe2", "zoe3"])), 1);
    let ada = transaction.done(&request).into_person().unwrap();
    assert_eq!(
        (ada.username.as_deref(), ada.role, ada.name.as_str()),
        (Some("zoe2"), Role::Member, "From there")
    );
    let request = come("may", MEMBER, Some(new_account(&["zoe2", "zoe3"])), 2);
    let may = transaction.done(&request).into_person().unwrap();
    assert_eq!(may.username.as_deref(), Some("zoe3"));
    let taken = come("kim", UNSAID, Some(new_account(&["zoe2", "zoe3"])), 3);
    assert_eq!(transaction.refused(&taken), ErrorCode::UsernameTaken);
    assert_eq!(row_of(&transaction, "kim"), None);
    // Each comes back as the same person, offered an account or not.
    for offered in [None, Some(new_account(&["other"]))] {
        let again = transaction.done(&come("ada", UNSAID, offered, 4));
        assert_eq!(again.into_person().unwrap(), ada);
    }
}

#[test]
fn nobody_who_is_unknown_or_has_no_role_gets_an_account() {
    let mut transaction = Transaction::new();
    let refused = ErrorCode::NoExternalAccount;
    let unknown = come("ada", UNSAID, None, 1);
    assert_eq!(transaction.refused(&unknown), refused);
    let withheld = come(
        "ada",
        ExternalRole::Withheld,
        Some(new_account(&["ada"])),
        1,
    );
    assert_eq!(transaction.refused(&withheld), refused);
}

#[test]
fn a_guest_becomes_the_account_unless_somebody_has_the_identity() {
    let mut transaction = Transaction::new();
    let come_as = |subject: &str, session: u8, token| {
        let mut request = come(subject, UNSAID, Some(new_account(&[subject])), token);
        if let WriteCommand::Account(command) = &mut request.command
            && let AccountCommand::SignInByExternal(sign_in) = &mut **command
        {
            sign_in.guest = Some([session; 32]);
        }
        request
    };
    let gus = transaction.done(&guest("Gus", 50)).into_person().unwrap();
    let person = transaction.done(&come_as("gus", 50, 1)).into_person();
    let person = person.unwrap();
    assert_eq!((person.id, person.role), (gus.id, Role::Member));
    assert_eq!(person.username.as_deref(), Some("gus"));
    let batch = transaction.rules.finish().unwrap();
    assert_eq!(batch.ended_sessions, [[50; 32]]);
    // Another guest, with an identity that is known by now: that person signs in.
    transaction.done(&guest("Eve", 51));
    let same = transaction.done(&come_as("gus", 51, 2)).into_person();
    assert_eq!(same.unwrap().id, gus.id);
    let batch = transaction.rules.finish().unwrap();
    assert!(batch.ended_sessions.is_empty(), "Eve is a guest no more");
    // A session that has ended, and one of somebody who is no guest: somebody new.
    for (subject, session) in [("may", 50), ("kim", 2)] {
        let new = transaction
            .done(&come_as(subject, session, 60))
            .into_person();
        assert!(new.unwrap().id.0 > gus.id.0 + 1, "{subject}");
    }
}

#[test]
fn a_lost_right_ends_the_other_sessions_and_a_gained_one_none() {
    let mut transaction = Transaction::new();
    let ada = joins(&mut transaction, "ada", MEMBER, 1);
    assert_eq!(ada.role, Role::Member);
    let promoted = joins(&mut transaction, "ada", ADMINISTRATOR, 2);
    assert_eq!((promoted.id, promoted.role), (ada.id, Role::Administrator));
    // What the provider does not say changes nothing.
    let same = joins(&mut transaction, "ada", UNSAID, 3);
    assert_eq!(same, promoted);
    let demoted = joins(&mut transaction, "ada", MEMBER, 4);
    assert_eq!(demoted.role, Role::Member);
    let batch = transaction.rules.finish().unwrap();
    assert_eq!(batch.ended_sessions, [[1; 32], [2; 32], [3; 32]]);
    let [Item::Person(person)] = items_of(&batch, StreamId::Directory)[..] else {
        panic!("not one person: {batch:?}");
    };
    assert_eq!(person, &demoted);
}

#[test]
fn who_has_no_role_any_more_loses_all_sessions() {
    let mut transaction = Transaction::new();
    let ada = joins(&mut transaction, "ada", MEMBER, 1);
    let withheld = come("ada", ExternalRole::Withheld, None, 2);
    assert!(transaction.done(&withheld).into_person().is_none());
    let batch = transaction.rules.finish().unwrap();
    assert_eq!(batch.ended_sessions, [[1; 32]]);
    let back = joins(&mut transaction, "ada", MEMBER, 3);
    assert_eq!(back.id, ada.id);
}

#[test]
fn a_role_that_the_provider_changes_is_in_the_audit_log_as_its_doing() {
    let mut transaction = Transaction::new();
    let ada = joins(&mut transaction, "ada", MEMBER, 1);
    joins(&mut transaction, "ada", MEMBER, 2);
    assert_eq!(transaction.rules.tables.written.audit, []);
    joins(&mut transaction, "ada", ADMINISTRATOR, 3);
    transaction.done(&come("ada", ExternalRole::Withheld, None, 4));
    let roles = [("member", "administrator"), ("administrator", "member")];
    let entries = &transaction.rules.tables.written.audit;
    assert_eq!(entries.len(), roles.len());
    for (entry, (from, to)) in entries.iter().zip(roles) {
        assert_eq!((entry.actor, entry.person), (None, Some(ada.id)));
        let change = json!({ "role": { "from": from, "to": to }, "by": "provider" });
        assert_eq!(json!(entry.detail), change);
    }
}

#[test]
fn an_owner_stays_one_whatever_the_provider_says() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.done(&link(owner, 200, "olga"));
    for (token, role) in [(1, MEMBER), (2, ADMINISTRATOR), (3, ExternalRole::Withheld)] {
        let person = joins(&mut transaction, "olga", role, token);
        assert_eq!((person.id, person.role), (owner, Role::Owner));
    }
    let batch = transaction.rules.finish().unwrap();
    assert_eq!(batch.ended_sessions, Vec::<[u8; 32]>::new());
}

#[test]
fn who_is_deactivated_or_removed_stays_out() {
    let mut transaction = Transaction::new();
    let zoe = come("zoe", UNSAID, Some(new_account(&["new"])), 1);
    assert_eq!(transaction.refused(&zoe), ErrorCode::AccountDeactivated);
    transaction.done(&delete_person(ZOE));
    // The identity is forgotten with the person: who comes with it is somebody new.
    let request = come("zoe", UNSAID, Some(new_account(&["new"])), 1);
    let new = transaction.done(&request).into_person().unwrap();
    assert_ne!(new.id, ZOE);
}

#[test]
fn what_the_person_is_called_there_is_kept_up_to_date() {
    let mut transaction = Transaction::new();
    let ada = joins(&mut transaction, "ada", UNSAID, 1);
    let before = row_of(&transaction, "ada").unwrap();
    assert_eq!((before.user, before.name.as_str()), (ada.id, "ada there"));
    let renamed = by_actor(
        Actor::Operator,
        AccountCommand::SignInByExternal(ExternalSignIn {
            identity: identity("ada"),
            name: "lovelace".into(),
            role: UNSAID,
            account: None,
            guest: None,
            session: new_session(2),
        }),
    );
    transaction.done(&renamed);
    let after = row_of(&transaction, "ada").unwrap();
    assert_eq!(after.name, "lovelace");
    assert_eq!(after.linked_at, before.linked_at);
}

/// What the actor does in the session with this token.
fn link(actor: UserId, session: u8, subject: &str) -> WriteRequest {
    by_actor(
        Actor::User(actor),
        AccountCommand::LinkExternal {
            session: [session; 32],
            identity: identity(subject),
            name: format!("{subject} there"),
        },
    )
}

fn unlink(actor: UserId, session: u8) -> WriteRequest {
    unlink_where(actor, session, false)
}

fn unlink_where(actor: UserId, session: u8, is_only_way: bool) -> WriteRequest {
    by_actor(
        Actor::User(actor),
        AccountCommand::UnlinkExternal {
            session: [session; 32],
            issuer: identity("").issuer,
            is_only_way,
        },
    )
}

#[test]
fn a_linked_identity_signs_in_to_the_same_account_until_it_is_unlinked() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.done(&link(owner, 200, "olga"));
    // Once more is no error.
    transaction.done(&link(owner, 200, "olga"));
    let olga = joins(&mut transaction, "olga", MEMBER, 1);
    assert_eq!((olga.id, olga.role), (owner, Role::Owner));
    transaction.done(&unlink(owner, 200));
    transaction.done(&unlink(owner, 200));
    let new = joins(&mut transaction, "olga", MEMBER, 2);
    assert_ne!(new.id, owner);
}

#[test]
fn an_identity_belongs_to_one_person_and_a_person_has_one_of_a_provider() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    let ada = joins(&mut transaction, "ada", MEMBER, 1);
    let taken = transaction.refused(&link(owner, 200, "ada"));
    assert_eq!(taken, ErrorCode::ExternalTaken);
    let second = transaction.refused(&link(ada.id, 1, "other"));
    assert_eq!(second, ErrorCode::TooMany);
    transaction.done(&link(owner, 200, "olga"));
}

#[test]
fn the_identity_that_is_the_only_way_in_stays() {
    let mut transaction = Transaction::new();
    let ada = joins(&mut transaction, "ada", MEMBER, 1);
    let refused = transaction.refused(&unlink(ada.id, 1));
    assert_eq!(refused, ErrorCode::LastCredential);
    let set = AccountCommand::SetPassword {
        session: [1; 32],
        password: PasswordHash("chosen".into()),
    };
    transaction.done(&by_actor(Actor::User(ada.id), set));
    // Where the provider is the only way in, a password is for owners.
    let refused = transaction.refused(&unlink_where(ada.id, 1, true));
    assert_eq!(refused, ErrorCode::LastCredential);
    transaction.done(&unlink(ada.id, 1));
    let owner = claim_place(&mut transaction);
    transaction.done(&link(owner, 200, "olga"));
    transaction.done(&unlink_where(owner, 200, true));
}

#[test]
fn an_identity_is_linked_and_unlinked_by_who_has_proved_lately_who_it_is() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    let ada = joins(&mut transaction, "ada", MEMBER, 1);
    // In the session of somebody else.
    let other = transaction.refused(&link(ada.id, 200, "x"));
    assert_eq!(other, ErrorCode::Unauthorized);
    transaction.rules.config.now = Micros(NOW.0 + 10 * 60 * 1_000_000);
    let late = ErrorCode::ConfirmationRequired;
    assert_eq!(transaction.refused(&link(owner, 200, "olga")), late);
    assert_eq!(transaction.refused(&unlink(ada.id, 1)), late);
    // The provider vouches for nobody else.
    let confirm = |user, token: u8, subject| {
        let proof = SignInProof::External(identity(subject));
        let session = [token; 32];
        by_actor(
            Actor::User(user),
            AccountCommand::ConfirmSession { session, proof },
        )
    };
    for request in [confirm(owner, 200, "ada"), confirm(owner, 200, "nobody")] {
        let wrong = ErrorCode::WrongCredentials;
        assert_eq!(transaction.refused(&request), wrong);
    }
    transaction.done(&confirm(ada.id, 1, "ada"));
    assert_eq!(
        transaction.refused(&unlink(ada.id, 1)),
        ErrorCode::LastCredential
    );
}
