//! Accounts over the real writer, from many tasks at once.

mod bounds;
mod owners;

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use shared::error::ErrorCode;
use shared::id::RoomId;
use shared::model::Role;

use super::SqliteStore;
use super::test_store::{account, config, session, start};
use crate::store::{AccountCommand, NewInvite, Outcome, Store, StoreError, WriteCommand};

type Joined = Result<Outcome, StoreError>;

/// Runs over a new store; over fetched rows, if the program can do that.
fn with_store<R>(is_prefetched: bool, run: impl AsyncFnOnce(Arc<SqliteStore>) -> R) -> R {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        #[cfg_attr(
            not(feature = "faults"),
            expect(unused_mut, reason = "one kind of tables")
        )]
        let mut config = config(folder.path());
        #[cfg(feature = "faults")]
        if is_prefetched {
            config.store_tables = crate::config::StoreTables::Prefetch;
        }
        #[cfg(not(feature = "faults"))]
        let _ = is_prefetched;
        let store = start(&config);
        let result = run(Arc::clone(&store)).await;
        store.close().await;
        result
    })
}

/// Everybody joins at once by one invite; the results in the order of the names.
async fn join_at_once(
    store: Arc<SqliteStore>,
    role: Role,
    max_uses: Option<u32>,
    names: &[(String, String)],
) -> Vec<Joined> {
    let is_of_guests = role == Role::Guest;
    let invite = NewInvite {
        mailed_to: None,
        token: [255; 32],
        role,
        rooms: is_of_guests.then_some(RoomId::LOBBY).into_iter().collect(),
        with_history: false,
        expires_at: None,
        max_uses,
    };
    let create = AccountCommand::CreateInvite {
        invite,
        session: None,
    };
    let created = store.carry_out(WriteCommand::from(create)).await;
    assert_eq!(created.unwrap(), Outcome::Created(1));
    let mut tasks = Vec::new();
    for (token, (key, look)) in (0_u8..).zip(names) {
        let store = Arc::clone(&store);
        let (invite, session) = ([255; 32], session(token));
        let join = if is_of_guests {
            AccountCommand::JoinAsGuest {
                invite,
                name: key.clone(),
                session,
            }
        } else {
            AccountCommand::JoinByInvite {
                invite,
                account: account(key, look),
                session,
            }
        };
        tasks.push(tokio::spawn(async move {
            store.carry_out(WriteCommand::from(join)).await
        }));
    }
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

fn code(result: &Joined) -> Option<ErrorCode> {
    result.as_ref().err().map(StoreError::code)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn of_all_who_use_an_invite_at_once_exactly_as_many_get_in_as_may(
        max_uses in 1_u32..8,
        more in 0_usize..6,
        is_of_guests: bool,
        is_prefetched: bool,
    ) {
        let role = if is_of_guests { Role::Guest } else { Role::Member };
        let max = usize::try_from(max_uses).unwrap();
        let names: Vec<_> = (0..max + more)
            .map(|at| (format!("name{at}"), format!("look{at}")))
            .collect();
        let results = with_store(is_prefetched, async |store| {
            join_at_once(store, role, Some(max_uses), &names).await
        });
        let joined = results.iter().filter(|result| result.is_ok()).count();
        prop_assert_eq!(joined, max);
        let refused = results.iter().filter_map(code);
        prop_assert!(refused.eq(std::iter::repeat_n(ErrorCode::LinkInvalid, more)));
    }

    #[test]
    fn usernames_are_unique_by_key_and_by_look_in_any_order(
        names in prop::collection::vec(("[ab]{1,2}", "[ab]{1,2}"), 1..16),
        is_prefetched: bool,
    ) {
        let results = with_store(is_prefetched, async |store| {
            join_at_once(store, Role::Member, None, &names).await
        });
        let mut keys = BTreeSet::new();
        let mut looks = BTreeSet::new();
        for ((key, look), _) in names.iter().zip(&results).filter(|(_, result)| result.is_ok()) {
            prop_assert!(keys.insert(key), "{key} was given twice");
            prop_assert!(looks.insert(look), "{look} was given twice");
        }
        for ((key, look), result) in names.iter().zip(&results).filter(|(_, result)| result.is_err()) {
            prop_assert_eq!(code(result), Some(ErrorCode::UsernameTaken));
            prop_assert!(keys.contains(key) || looks.contains(look), "{key} {look} was free");
        }
    }
}
