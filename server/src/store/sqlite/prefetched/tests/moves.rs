//! What moves between people, or is replaced, within one commit: usernames and identities are
//! unique in the database, also before the commit has ended.

use super::*;
use crate::store::{Actor, ExternalRole};

/// A username that the operator gives somebody.
fn username(user: UserId, word: &str) -> (Actor, WriteCommand) {
    profiles::profile(user, word, 1)
}

/// What somebody whom the provider vouches for does in the session with this token.
fn by(user: UserId, command: AccountCommand) -> (Actor, WriteCommand) {
    (Actor::User(user), WriteCommand::from(command))
}

#[test]
fn usernames_are_swapped_and_identities_replaced_in_one_commit() {
    let (issuer, session) = ("https://login.example".to_owned(), [60; 32]);
    let mut files = Vec::new();
    for apply in [apply_all, apply_prefetched] {
        let mut store = TestStore::over(apply);
        store.guest("Ada", 1);
        store.guest("Ben", 2);
        store.commit(accounts::commands());
        // The sessions of before have ended.
        store.account(accounts::by_provider_as(
            "lee",
            ExternalRole::Unsaid,
            60,
            None,
        ));
        let lee = "SELECT user FROM external_identities WHERE subject = 'lee'";
        let lee = UserId(store.number(lee));
        // The new identity comes before the old one in the order of their keys.
        let subject = "a new one".to_owned();
        let results = store.commit(vec![
            username(JOINED, "between"),
            username(OWNER, "may"),
            username(JOINED, "owner"),
            by(
                lee,
                AccountCommand::SetPassword {
                    session,
                    password: PasswordHash("chosen".into()),
                },
            ),
            by(
                lee,
                AccountCommand::UnlinkExternal {
                    session,
                    issuer: issuer.clone(),
                    is_only_way: false,
                },
            ),
            by(
                lee,
                AccountCommand::LinkExternal {
                    session,
                    identity: ExternalIdentity {
                        issuer: issuer.clone(),
                        subject,
                    },
                    name: "lee".into(),
                },
            ),
        ]);
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        files.push(rows_of(&store));
    }
    assert_eq!(files[0], files[1]);
}
