//! The list of people, for who manages them.

use shared::model::Role;

use crate::store::sqlite::read::people;
use crate::store::sqlite::test_store::{TestStore, account, plan, session};
use crate::store::{
    AccountCommand, Actor, NewInvite, PeopleFilter, PeoplePage, PeopleSearch, PersonPosition,
};

fn search(
    store: &mut TestStore,
    prefix: &str,
    after: Option<PersonPosition>,
    limit: usize,
) -> PeoplePage {
    let search = PeopleSearch {
        who: PeopleFilter::Prefix(prefix.into()),
        after,
    };
    people::list(&store.snapshot(), &Actor::Operator, &search, limit).unwrap()
}

fn names(page: &PeoplePage) -> Vec<&str> {
    page.people
        .iter()
        .map(|listed| &*listed.person.name)
        .collect()
}

/// Guests, among whom there is a member.
fn crowd(guests: u8) -> TestStore {
    let mut store = TestStore::new();
    for number in 0..guests {
        store.guest(&format!("Guest {number}"), number);
    }
    let invite = NewInvite {
        mailed_to: None,
        token: [250; 32],
        role: Role::Member,
        rooms: Vec::new(),
        with_history: false,
        expires_at: None,
        max_uses: None,
    };
    store.account(AccountCommand::CreateInvite {
        invite,
        session: None,
    });
    store.account(AccountCommand::JoinByInvite {
        invite: [250; 32],
        account: account("하나", "하나"),
        session: session(251),
    });
    store
}

#[test]
fn pages_have_everybody_once_members_first() {
    let mut store = crowd(7);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = search(&mut store, "", after, 3);
        assert!(page.people.len() <= 3);
        found.extend(page.people.iter().map(|listed| listed.person.id.0));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, [8, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn a_search_compares_beginnings_of_words_and_of_the_username_without_case() {
    let mut store = crowd(0);
    for (token, name) in (1..).zip(["Ada Lovelace", "ÉLODIE", "Jean-Luc", "김하나"]) {
        store.guest(name, token);
    }
    let mut found = |prefix: &str| {
        let page = search(&mut store, prefix, None, 10);
        names(&page)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("love"), ["Ada Lovelace"]);
    assert_eq!(found("ada lo"), ["Ada Lovelace"]);
    assert_eq!(found("lace"), [""; 0]);
    assert_eq!(found("élo"), ["ÉLODIE"]);
    assert_eq!(found("e\u{301}lo"), ["ÉLODIE"]);
    assert_eq!(found("luc"), ["Jean-Luc"]);
    assert_eq!(found("김"), ["김하나"]);
    assert_eq!(found(" @하나 "), ["하나"]);
    assert_eq!(found("%"), [""; 0]);
}

#[test]
fn the_list_walks_an_index_and_never_sorts() {
    let plan =
        plan("SELECT id FROM users WHERE kind = 1 AND id > 5 AND removed_at IS NULL ORDER BY id");
    let [step] = &plan[..] else {
        panic!("more than one step: {plan:?}");
    };
    assert!(
        step.contains("users_by_kind (kind=? AND rowid>?)"),
        "{step}"
    );
}
