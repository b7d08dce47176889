//! Profiles: usernames, colours, statuses, settings.

use proptest::prelude::*;
use shared::model::{Profile, ProfileStatus};

use super::accounts::{LATER, by_actor, claim_place, sign_in};
use super::invites::{create, join, new_invite};
use super::*;
use crate::store::rules::AccountRow;
use crate::store::{ProfileChange, TokenHash, UsernameKeys, ValueChange};

fn set_in(session: Option<TokenHash>, user: UserId, change: ProfileChange) -> WriteRequest {
    by_actor(
        Actor::User(user),
        AccountCommand::SetProfile {
            user,
            change,
            session,
        },
    )
}

/// A change in the session in which the person came in.
fn set(transaction: &Transaction, user: UserId, change: ProfileChange) -> WriteRequest {
    let rows = transaction.rules.tables.written.accounts.values();
    let session = rows.flatten().find_map(|row| match row {
        AccountRow::Session(row) if row.user == user => Some(row.token),
        _ => None,
    });
    set_in(session, user, change)
}

/// Makes a change of one's own profile; what others see then.
fn changed(transaction: &mut Transaction, user: UserId, change: ProfileChange) -> Profile {
    let request = set(transaction, user, change);
    let outcome = transaction.done(&request);
    outcome.into_person().unwrap()
}

fn username(key: &str, look: &str) -> ProfileChange {
    ProfileChange {
        username: Some(UsernameKeys {
            username: key.into(),
            key: key.into(),
            look: look.into(),
        }),
        ..ProfileChange::default()
    }
}

fn colour(colour: ValueChange<u8>) -> ProfileChange {
    ProfileChange {
        colour,
        ..ProfileChange::default()
    }
}

fn status(emoji: &str, until: Option<Micros>) -> ProfileChange {
    ProfileChange {
        status: ValueChange::Set(ProfileStatus {
            emoji: emoji.into(),
            text: String::new(),
            until,
        }),
        ..ProfileChange::default()
    }
}

/// The owner, and a member whose username is `may`.
fn owner_and_member(transaction: &mut Transaction) -> [UserId; 2] {
    let owner = claim_place(transaction);
    transaction.done(&create(Actor::User(owner), new_invite(102)));
    let joined = transaction.done(&join(102, "may"));
    [owner, joined.into_person().unwrap().id]
}

fn people_of(transaction: &mut Transaction) -> Vec<Profile> {
    let batch = transaction.rules.finish().unwrap();
    let items = items_of(&batch, StreamId::Directory).into_iter();
    let people = items.filter_map(|item| match item {
        Item::Person(person) => Some(person.clone()),
        _ => None,
    });
    people.collect()
}

#[test]
fn what_others_see_is_in_the_directory_once_and_settings_are_not() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    let seen = changed(&mut transaction, owner, colour(ValueChange::Set(4)));
    assert_eq!((seen.colour, seen.rev), (Some(4), Rev(2)));
    let settings = ProfileChange {
        language: ValueChange::Set("ko".into()),
        ..ProfileChange::default()
    };
    let same = changed(&mut transaction, owner, settings);
    assert_eq!(same, seen, "the language is nobody else's matter");
    let same = changed(&mut transaction, owner, colour(ValueChange::Set(4)));
    assert_eq!(same.rev, Rev(2), "nothing has changed");
    let busy = changed(&mut transaction, owner, status("🍵", None));
    assert_eq!((busy.colour, busy.rev), (Some(4), Rev(3)));
    assert_eq!(people_of(&mut transaction), [busy]);
}

#[test]
fn later_posts_have_the_name_and_the_revision_of_a_changed_profile() {
    let mut transaction = Transaction::new();
    let name = ProfileChange {
        name: Some("Ada L.".into()),
        colour: ValueChange::Set(1),
        ..ProfileChange::default()
    };
    changed(&mut transaction, ADA, name);
    let (seq, _) = transaction.post(ADA, 2, "hello");
    let author = &transaction.message(seq).author;
    assert_eq!((author.name.as_str(), author.rev), ("Ada L.", Rev(2)));
}

#[test]
fn a_guest_has_a_name_and_a_colour_only() {
    let mut transaction = Transaction::new();
    changed(&mut transaction, ADA, colour(ValueChange::Set(3)));
    let language = ProfileChange {
        language: ValueChange::Set("ko".into()),
        ..ProfileChange::default()
    };
    for change in [status("🍵", None), username("ada", "ada"), language] {
        let refused = transaction.refused(&set_in(None, ADA, change));
        assert_eq!(refused, ErrorCode::Forbidden);
    }
    // Taking away what there is not is no harm: a page may send the whole form.
    let clear = ProfileChange {
        status: ValueChange::Clear,
        ..ProfileChange::default()
    };
    assert_eq!(changed(&mut transaction, ADA, clear).colour, Some(3));
}

#[test]
fn nobody_changes_the_profile_of_another() {
    let mut transaction = Transaction::new();
    let (user, change) = (BEN, colour(ValueChange::Set(3)));
    let request = by_actor(
        Actor::User(ADA),
        AccountCommand::SetProfile {
            user,
            change,
            session: None,
        },
    );
    assert_eq!(transaction.refused(&request), ErrorCode::Forbidden);
}

#[test]
fn a_username_is_changed_to_a_free_one_and_the_former_is_free_then() {
    let mut transaction = Transaction::new();
    let [owner, member] = owner_and_member(&mut transaction);
    for taken in [username("may", "other"), username("other", "may")] {
        let request = set(&transaction, owner, taken);
        let refused = transaction.refused(&request);
        assert_eq!(refused, ErrorCode::UsernameTaken);
    }
    // What looks like one's own is nobody else's.
    let seen = changed(&mut transaction, owner, username("0wner", "owner"));
    assert_eq!(seen.username.as_deref(), Some("0wner"));
    let seen = changed(&mut transaction, owner, username("olga", "olga"));
    assert_eq!(seen.username.as_deref(), Some("olga"));
    transaction.done(&sign_in(owner, "owner", 9));
    let seen = changed(&mut transaction, member, username("owner", "owner"));
    assert_eq!(seen.username.as_deref(), Some("owner"));
}

#[test]
fn another_username_needs_a_proof_of_the_last_ten_minutes_and_the_same_one_does_not() {
    let mut transaction = Transaction::new();
    let [owner, member] = owner_and_member(&mut transaction);
    let late = ErrorCode::ConfirmationRequired;
    let without = set_in(None, owner, username("olga", "olga"));
    assert_eq!(transaction.refused(&without), late);
    let foreign = set_in(Some([200; 32]), member, username("mia", "mia"));
    assert_eq!(transaction.refused(&foreign), ErrorCode::Unauthorized);
    transaction.rules.config.now = Micros(NOW.0 + 10 * 60 * 1_000_000);
    let whole_form = ProfileChange {
        colour: ValueChange::Set(3),
        ..username("owner", "owner")
    };
    let seen = changed(&mut transaction, owner, whole_form);
    assert_eq!(seen.colour, Some(3));
    let request = set(&transaction, owner, username("olga", "olga"));
    assert_eq!(transaction.refused(&request), late);
}

#[test]
fn authors_are_outdated_by_a_name_and_by_the_first_change() {
    let mut transaction = Transaction::new();
    let mut outdates = |change: ProfileChange| {
        changed(&mut transaction, ADA, change);
        transaction.rules.finish().unwrap().outdates_authors
    };
    let name = ProfileChange {
        name: Some("Ada L.".into()),
        ..ProfileChange::default()
    };
    // The revision was 0, which says that there is no more than a name.
    assert!(outdates(colour(ValueChange::Set(1))));
    assert!(!outdates(colour(ValueChange::Set(2))));
    assert!(outdates(name));
    assert!(!outdates(colour(ValueChange::Set(3))));
}

#[test]
fn a_status_that_has_ended_is_not_shown_any_more() {
    let mut transaction = Transaction::new();
    let owner = claim_place(&mut transaction);
    let seen = changed(&mut transaction, owner, status("🍵", Some(LATER)));
    assert_eq!(seen.status.unwrap().until, Some(LATER));
    let mut config = CONFIG;
    config.now = LATER;
    let tables = std::mem::take(&mut transaction.rules.tables);
    transaction.rules = Rules::new(tables, config);
    let seen = changed(&mut transaction, owner, colour(ValueChange::Set(2)));
    assert_eq!((seen.status, seen.colour), (None, Some(2)));
}

fn any_change() -> impl Strategy<Value = ProfileChange> {
    let name = proptest::option::of("[a-c]");
    let username = proptest::option::of("[d-f]");
    let colour = prop_oneof![
        Just(ValueChange::Keep),
        Just(ValueChange::Clear),
        (0..12_u8).prop_map(ValueChange::Set),
    ];
    let status = prop_oneof![
        Just(ValueChange::Keep),
        Just(ValueChange::Clear),
        "[gh]".prop_map(|emoji| ValueChange::Set(ProfileStatus {
            emoji,
            text: String::new(),
            until: None
        })),
    ];
    (name, username, colour, status).prop_map(|(name, username, colour, status)| ProfileChange {
        name,
        username: username.map(|key| UsernameKeys {
            username: key.clone(),
            key: key.clone(),
            look: key,
        }),
        colour,
        status,
        ..ProfileChange::default()
    })
}

proptest! {
    /// Whatever two people change, the directory ends with what the last change of each said,
    /// its revision rises exactly when something others see has changed, and no two have one
    /// username.
    #[test]
    fn the_directory_says_what_each_change_has_said(
        changes in proptest::collection::vec((any::<bool>(), any_change()), 1..12)
    ) {
        let mut transaction = Transaction::new();
        let [owner, member] = owner_and_member(&mut transaction);
        let mut seen = std::collections::BTreeMap::new();
        let mut last_rev = Rev(1);
        for (is_owner, change) in changes {
            let user = if is_owner { owner } else { member };
            let request = set(&transaction, user, change);
            let Ok(outcome) = transaction.apply(&request) else {
                continue;
            };
            let person = outcome.into_person().unwrap();
            let before: Option<Profile> = seen.insert(user, person.clone());
            if before.is_some_and(|before| before == person) || person.rev == Rev::ZERO {
                continue;
            }
            prop_assert_eq!(person.rev, last_rev.next());
            last_rev = person.rev;
        }
        let names: Vec<_> = seen.values().map(|person| person.username.clone()).collect();
        prop_assert!(names.len() < 2 || names[0] != names[1]);
        let published = people_of(&mut transaction);
        let expected: Vec<_> = seen.into_values().filter(|person| person.rev > Rev::ZERO).collect();
        prop_assert_eq!(published.len(), expected.len());
        prop_assert!(expected.iter().all(|person| published.contains(person)));
    }
}
