//! Once the place is claimed there is always an owner who can act.

use proptest::prelude::*;
use shared::id::{Micros, UserId};
use shared::model::Role;
use tokio::sync::oneshot;

use super::with_store;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::test_store::{account, session};
use crate::store::{
    AccountCommand, Actor, LinkTarget, NewInvite, PeopleFilter, PeopleSearch, Reply, Store,
    WriteCommand, WriteRequest,
};

/// People besides the one who claims: all of them owners at the beginning.
const HEIRS: u8 = 3;

/// What somebody does to somebody.
#[derive(Clone, Debug)]
struct Deed {
    /// None: the operator.
    by: Option<usize>,
    to: usize,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    SetRole(Role),
    Deactivate,
    Reactivate,
    Delete,
}

fn deeds() -> impl Strategy<Value = Vec<Vec<Deed>>> {
    let people = 0..=usize::from(HEIRS);
    let what = prop_oneof![
        Just(What::SetRole(Role::Owner)),
        Just(What::SetRole(Role::Administrator)),
        Just(What::SetRole(Role::Member)),
        Just(What::Deactivate),
        Just(What::Reactivate),
        Just(What::Delete),
    ];
    let deed = (prop::option::of(people.clone()), people, what).prop_map(|(by, to, what)| Deed {
        by,
        to,
        what,
    });
    // Commands that are submitted together are committed together.
    prop::collection::vec(prop::collection::vec(deed, 1..8), 1..6)
}

fn command(deed: &Deed, people: &[UserId]) -> (Actor, AccountCommand) {
    let user = people[deed.to];
    // The number of who comes in is the token of the session.
    let session = deed.by.map(|by| [u8::try_from(by).unwrap(); 32]);
    let command = match deed.what {
        What::SetRole(role) => AccountCommand::SetRole {
            user,
            role,
            session,
        },
        What::Deactivate => AccountCommand::Deactivate { user },
        What::Reactivate => AccountCommand::Reactivate { user },
        What::Delete => AccountCommand::DeletePerson { user, session },
    };
    let actor = deed
        .by
        .map_or(Actor::Operator, |by| Actor::User(people[by]));
    (actor, command)
}

async fn done(store: &SqliteStore, command: AccountCommand) -> UserId {
    let done = store.carry_out(WriteCommand::from(command)).await;
    done.unwrap()
        .into_person()
        .map_or(UserId(0), |person| person.id)
}

/// Somebody claims the place, and makes the others owners.
async fn owners(store: &SqliteStore) -> Vec<UserId> {
    let create_link = AccountCommand::CreateLink {
        token: [200; 32],
        target: LinkTarget::Claim,
        expires_at: Micros(i64::MAX),
    };
    done(store, create_link).await;
    let claim = AccountCommand::Claim {
        link: [200; 32],
        place: "Yard".into(),
        account: account("first", "first"),
        session: session(0),
    };
    let mut people = vec![done(store, claim).await];
    let invite = NewInvite {
        mailed_to: None,
        token: [201; 32],
        role: Role::Member,
        rooms: Vec::new(),
        with_history: false,
        expires_at: None,
        max_uses: None,
    };
    done(
        store,
        AccountCommand::CreateInvite {
            invite,
            session: None,
        },
    )
    .await;
    for heir in 1..=HEIRS {
        let name = format!("heir{heir}");
        let join = AccountCommand::JoinByInvite {
            invite: [201; 32],
            account: account(&name, &name),
            session: session(heir),
        };
        let user = done(store, join).await;
        people.push(user);
        let (role, session) = (Role::Owner, None);
        let appoint = AccountCommand::SetRole {
            user,
            role,
            session,
        };
        done(store, appoint).await;
    }
    people
}

/// How many owners can act.
async fn count_owners(store: &SqliteStore) -> usize {
    let search = PeopleSearch {
        who: PeopleFilter::Prefix(String::new()),
        after: None,
    };
    let page = store.listed_people(Actor::Operator, search, 100).await;
    let people = page.unwrap().people.into_iter().map(|listed| listed.person);
    people
        .filter(|person| person.role == Role::Owner && !person.deactivated)
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn once_the_place_is_claimed_an_owner_is_always_left(
        rounds in deeds(),
        is_prefetched: bool,
    ) {
        let left = with_store(is_prefetched, async |store| {
            let people = owners(&store).await;
            let mut left = Vec::new();
            for round in &rounds {
                let mut answers = Vec::new();
                for deed in round {
                    let (actor, command) = command(deed, &people);
                    let (sender, receiver) = oneshot::channel();
                    let reply = Reply::new(move |result| drop(sender.send(result)));
                    let command = WriteCommand::from(command);
                    let request = WriteRequest {
                        actor,
                        ..WriteRequest::of_operator(command, reply)
                    };
                    store.submit(request).await;
                    answers.push(receiver);
                }
                for answer in answers {
                    let _done_or_refused = answer.await.unwrap();
                }
                left.push(count_owners(&store).await);
            }
            left
        });
        prop_assert!(left.iter().all(|owners| *owners > 0), "{left:?}");
    }
}
