//! Links that work once, and the sessions of everybody, as they are read.

use super::super::{link, session_list};
use super::accounts::{LATER, claimed, create_invite, join};
use super::*;
use crate::store::sqlite::test_store::{NOW, TestStore};
use crate::store::{
    AccountCommand, Actor, LinkPurpose, LinkTarget, SecondFactorFate, SessionFilter, SessionId,
    SessionSelector, WriteCommand,
};
use shared::model::Role;

fn create(store: &mut TestStore, actor: Actor, token: u8, target: LinkTarget) {
    let command = AccountCommand::CreateLink {
        token: [token; 32],
        target,
        expires_at: LATER,
    };
    store.apply(actor, WriteCommand::from(command)).unwrap();
}

/// The purpose and the person of a link that works.
fn open(store: &mut TestStore, token: u8) -> Option<(LinkPurpose, UserId)> {
    let snapshot = store.snapshot();
    let after_end = link::open(&snapshot, &[token; 32], LATER).unwrap();
    assert_eq!(after_end, None);
    let open = link::open(&snapshot, &[token; 32], NOW).unwrap()?;
    assert_eq!(open.expires_at, LATER);
    Some((open.purpose, open.person.unwrap().id))
}

#[test]
fn a_link_is_open_as_long_as_its_use_would_be_allowed() {
    let (mut store, owner) = claimed();
    create_invite(&mut store, Actor::User(owner), 5, &[]);
    let boss = join(&mut store, 5, "boss");
    create(
        &mut store,
        Actor::Operator,
        6,
        LinkTarget::Reset {
            user: owner,
            by: Some([1; 32]),
            second_factor: SecondFactorFate::Keep,
        },
    );
    assert_eq!(open(&mut store, 6), Some((LinkPurpose::Reset, owner)));
    create(
        &mut store,
        Actor::User(owner),
        7,
        LinkTarget::Reset {
            user: boss,
            by: Some([1; 32]),
            second_factor: SecondFactorFate::Keep,
        },
    );
    assert_eq!(open(&mut store, 7), Some((LinkPurpose::Reset, boss)));
    let session = [1; 32];
    create(
        &mut store,
        Actor::User(owner),
        8,
        LinkTarget::Transfer { session },
    );
    assert_eq!(open(&mut store, 8), Some((LinkPurpose::Transfer, owner)));
    let sessions = SessionSelector::Token(session);
    store.account(AccountCommand::EndSessions(sessions));
    assert_eq!(open(&mut store, 8), None);
    // An owner who can act has to stay.
    let (user, role) = (boss, Role::Owner);
    store.account(AccountCommand::SetRole {
        user,
        role,
        session: None,
    });
    store.account(AccountCommand::Deactivate { user: owner });
    assert_eq!(open(&mut store, 6), None);
    // Its maker is gone.
    assert_eq!(open(&mut store, 7), None);
}

#[test]
fn the_operator_sees_the_sessions_of_everybody_or_of_one() {
    let (mut store, owner) = claimed();
    let ada = store.guest("Ada", 2);
    let snapshot = store.snapshot();
    let found = |filter, limit| {
        let found = session_list::of_everybody(&snapshot, filter, limit, NOW).unwrap();
        let found = found
            .into_iter()
            .map(|found| (found.person.id, found.session.id.0));
        found.collect::<Vec<_>>()
    };
    assert_eq!(found(SessionFilter::All, 9), [(ada, 2), (owner, 1)]);
    assert_eq!(found(SessionFilter::All, 1), [(ada, 2)]);
    assert_eq!(found(SessionFilter::Person(owner), 9), [(owner, 1)]);
    assert_eq!(found(SessionFilter::Number(SessionId(2)), 9), [(ada, 2)]);
    assert_eq!(found(SessionFilter::Number(SessionId(3)), 9), []);
}
