//! Addresses of the page: `/`, `/rooms/1`, `/rooms/1/42`, `/sign-in`.

use shared::id::{RoomId, Seq};

/// What an address shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The last open room, else the lobby.
    Home,
    /// A room, at its read mark.
    Room(RoomId),
    /// A message, with the messages around it.
    Message(RoomId, Seq),
    /// A form of accounts.
    Account(AccountRoute),
    /// No address of this page.
    Unknown,
}

/// Which form of accounts. The secret of a link stands in the fragment, which is never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountRoute {
    /// Makes the owner's account.
    Claim,
    /// Makes an account by an invitation.
    Join,
    /// Signs in.
    SignIn,
}

impl Route {
    /// Reads a path.
    pub fn parse(path: &str) -> Self {
        let number = |text: &str| text.parse::<i64>().ok().filter(|n| *n > 0);
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (None, ..) => Route::Home,
            (Some("claim"), None, ..) => Route::Account(AccountRoute::Claim),
            (Some("join"), None, ..) => Route::Account(AccountRoute::Join),
            (Some("sign-in"), None, ..) => Route::Account(AccountRoute::SignIn),
            (Some("rooms"), Some(room), None, None) => {
                number(room).map_or(Route::Unknown, |room| Route::Room(RoomId(room)))
            }
            (Some("rooms"), Some(room), Some(seq), None) => match (number(room), number(seq)) {
                (Some(room), Some(seq)) => Route::Message(RoomId(room), Seq(seq)),
                _ => Route::Unknown,
            },
            _ => Route::Unknown,
        }
    }

    /// The path, for `href`.
    pub fn path(self) -> String {
        match self {
            // A form of accounts leads to the start, and its links are written out.
            Route::Home | Route::Account(_) | Route::Unknown => "/".to_owned(),
            Route::Room(room) => format!("/rooms/{room}"),
            Route::Message(room, seq) => format!("/rooms/{room}/{seq}"),
        }
    }

    /// The room that it names.
    pub fn room(self) -> Option<RoomId> {
        match self {
            Route::Room(room) | Route::Message(room, _) => Some(room),
            Route::Home | Route::Account(_) | Route::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_reads_back() {
        for route in [
            Route::Home,
            Route::Room(RoomId(1)),
            Route::Message(RoomId(7), Seq(42)),
        ] {
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn the_forms_of_accounts_have_addresses() {
        for (path, form) in [
            ("/claim", AccountRoute::Claim),
            ("/join/", AccountRoute::Join),
            ("/sign-in", AccountRoute::SignIn),
        ] {
            assert_eq!(Route::parse(path), Route::Account(form));
        }
    }

    #[test]
    fn other_addresses_are_unknown() {
        for path in [
            "/rooms",
            "/rooms/x",
            "/rooms/0",
            "/rooms/1/2/3",
            "/admin",
            "/rooms/-1",
            "/claim/x",
        ] {
            assert_eq!(Route::parse(path), Route::Unknown, "{path}");
        }
    }

    #[test]
    fn a_slash_at_the_end_changes_nothing() {
        assert_eq!(Route::parse("/rooms/3/"), Route::Room(RoomId(3)));
    }
}
