//! Guests who become accounts.

use shared::model::{MemberRole, Role};

use super::accounts::{LATER, account, by_actor, claim, claim_link, claim_place};
use super::database::{DEN, MIA, ZOE};
use super::invites::{create, new_invite};
use super::*;
use crate::store::NewInvite;

/// A guest, whose session has this token.
fn guest_of(transaction: &mut Transaction, token: u8) -> UserId {
    let outcome = transaction.done(&guest("Gus", token));
    outcome.into_person().unwrap().id
}

fn become_member(user: UserId, invite: u8, word: &str) -> WriteRequest {
    let command = AccountCommand::JoinByInvite {
        invite: [invite; 32],
        account: account(word),
        session: new_session(99),
    };
    by_actor(Actor::User(user), command)
}

fn invite_to_den(token: u8) -> WriteRequest {
    let rooms = vec![DEN];
    create(
        Actor::Operator,
        NewInvite {
            rooms,
            ..new_invite(token)
        },
    )
}

#[test]
fn a_guest_becomes_an_account_under_the_same_number_and_all_sessions_end() {
    let mut transaction = Transaction::new();
    let gus = guest_of(&mut transaction, 50);
    transaction.post(gus, 1, "before");
    transaction.done(&invite_to_den(1));
    let outcome = transaction.done(&become_member(gus, 1, "gustav"));
    let person = outcome.into_person().unwrap();
    assert_eq!((person.id, person.role), (gus, Role::Member));
    assert_eq!(person.username.as_deref(), Some("gustav"));
    let written = &transaction.rules.tables.written;
    let row = &written.people[&gus].row;
    assert_eq!((row.profile.role, row.has_posted), (Role::Member, true));
    let member = written.memberships[&(DEN, gus)];
    assert_eq!(member.role, MemberRole::Member);
    let batch = transaction.rules.finish().unwrap();
    assert_eq!(batch.ended_sessions, [[50; 32]]);
    let [Item::Person(published)] = items_of(&batch, StreamId::Directory)[..] else {
        panic!("not one person: {batch:?}");
    };
    assert_eq!(published, &person);
}

#[test]
fn a_guest_who_manages_a_room_goes_on_managing_it() {
    let mut transaction = Transaction::new();
    transaction.done(&invite_to_den(1));
    transaction.done(&become_member(ADA, 1, "ada"));
    let written = &transaction.rules.tables.written;
    assert!(!written.memberships.contains_key(&(DEN, ADA)));
    transaction.done(&by(ADA, 1, add_member(DEN, BEN)));
}

#[test]
fn only_a_guest_becomes_an_account_and_only_once() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    transaction.done(&create(Actor::Operator, new_invite(1)));
    transaction.done(&become_member(BEN, 1, "ben"));
    for user in [BEN, owner] {
        let refused = transaction.refused(&become_member(user, 1, "other"));
        assert_eq!(refused, ErrorCode::Forbidden, "{user:?}");
    }
    // Zoe is deactivated.
    for user in [ZOE, UserId(99)] {
        let refused = transaction.refused(&become_member(user, 1, "other"));
        assert_eq!(refused, ErrorCode::Unauthorized, "{user:?}");
    }
    let deleted = AccountCommand::DeletePerson {
        user: MIA,
        session: None,
    };
    transaction.done(&by_operator(WriteCommand::from(deleted)));
    let removed = transaction.refused(&become_member(MIA, 1, "mia"));
    assert_eq!(removed, ErrorCode::Unauthorized);
}

#[test]
fn a_guest_who_claims_the_place_owns_it() {
    let mut transaction = Transaction::new();
    transaction.done(&claim_link(1, LATER));
    let request = WriteRequest {
        actor: Actor::User(ADA),
        ..claim(1, account("ada"))
    };
    let owner = transaction.done(&request).into_person().unwrap();
    assert_eq!((owner.id, owner.role), (ADA, Role::Owner));
}
