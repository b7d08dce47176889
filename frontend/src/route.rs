//! Addresses of the page: `/`, `/rooms`, `/rooms/1`, `/rooms/1/42`, `/settings/devices`, `/sign-in`.

use shared::id::{RoomId, Seq};

/// What an address shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The last open room, else the lobby.
    Home,
    /// All public rooms, to be looked through.
    Directory,
    /// A room, at its read mark.
    Room(RoomId),
    /// A message, with the messages around it.
    Message(RoomId, Seq),
    /// A form of accounts.
    Account(AccountRoute),
    /// A section of the settings of the account and of the place.
    Settings(SettingsRoute),
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
    /// Follows a link that works once: to set a new password, or to sign in on this device.
    Link,
    /// Signs in.
    SignIn,
    /// Asks for an account.
    SignUp,
    /// Asks for a link to set a new password.
    Forgot,
    /// Proves an address of mail.
    Email,
}

/// A section of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsRoute {
    /// How others see the person, and what is stored about them.
    Profile,
    /// What proves who the person is.
    SignIn,
    /// Where the person is signed in.
    Devices,
    /// The links by which others come in.
    Invitations,
    /// Everybody here.
    People,
    /// The place itself.
    Place,
}

impl AccountRoute {
    /// The names of their addresses. `assets/first.js` has the same.
    const NAMES: [(&'static str, AccountRoute); 8] = [
        ("claim", AccountRoute::Claim),
        ("email", AccountRoute::Email),
        ("forgot", AccountRoute::Forgot),
        ("join", AccountRoute::Join),
        // What a link is for, the server says.
        ("link", AccountRoute::Link),
        ("reset", AccountRoute::Link),
        ("sign-in", AccountRoute::SignIn),
        ("sign-up", AccountRoute::SignUp),
    ];

    fn parse(name: &str) -> Option<Self> {
        let found = Self::NAMES.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, form)| form)
    }
}

impl SettingsRoute {
    /// All, in the order of the page.
    pub const ALL: [SettingsRoute; 6] = [
        SettingsRoute::Profile,
        SettingsRoute::SignIn,
        SettingsRoute::Devices,
        SettingsRoute::Invitations,
        SettingsRoute::People,
        SettingsRoute::Place,
    ];

    /// Its name in the address.
    fn name(self) -> &'static str {
        match self {
            SettingsRoute::Profile => "profile",
            SettingsRoute::SignIn => "sign-in",
            SettingsRoute::Devices => "devices",
            SettingsRoute::Invitations => "invitations",
            SettingsRoute::People => "people",
            SettingsRoute::Place => "place",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }
}

impl Route {
    /// Reads a path.
    pub fn parse(path: &str) -> Self {
        let number = |text: &str| text.parse::<i64>().ok().filter(|n| *n > 0);
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (None, ..) => Route::Home,
            (Some("settings"), None, ..) => Route::Settings(SettingsRoute::Profile),
            (Some("settings"), Some(section), None, _) => {
                SettingsRoute::parse(section).map_or(Route::Unknown, Route::Settings)
            }
            (Some("rooms"), None, ..) => Route::Directory,
            (Some("rooms"), Some(room), None, None) => {
                number(room).map_or(Route::Unknown, |room| Route::Room(RoomId(room)))
            }
            (Some("rooms"), Some(room), Some(seq), None) => match (number(room), number(seq)) {
                (Some(room), Some(seq)) => Route::Message(RoomId(room), Seq(seq)),
                _ => Route::Unknown,
            },
            (Some(name), None, ..) => {
                AccountRoute::parse(name).map_or(Route::Unknown, Route::Account)
            }
            _ => Route::Unknown,
        }
    }

    /// The path, for `href`.
    pub fn path(self) -> String {
        match self {
            // A form of accounts leads to the start, and its links are written out.
            Route::Home | Route::Account(_) | Route::Unknown => "/".to_owned(),
            Route::Directory => "/rooms".to_owned(),
            Route::Room(room) => format!("/rooms/{room}"),
            Route::Message(room, seq) => format!("/rooms/{room}/{seq}"),
            Route::Settings(section) => format!("/settings/{}", section.name()),
        }
    }

    /// The room that it names.
    pub fn room(self) -> Option<RoomId> {
        match self {
            Route::Room(room) | Route::Message(room, _) => Some(room),
            Route::Home
            | Route::Directory
            | Route::Account(_)
            | Route::Settings(_)
            | Route::Unknown => None,
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
            Route::Directory,
            Route::Room(RoomId(1)),
            Route::Message(RoomId(7), Seq(42)),
        ] {
            assert_eq!(Route::parse(&route.path()), route);
        }
        for section in SettingsRoute::ALL {
            let route = Route::Settings(section);
            assert_eq!(Route::parse(&route.path()), route);
        }
    }

    #[test]
    fn the_forms_of_accounts_have_addresses() {
        for (path, form) in [
            ("/claim", AccountRoute::Claim),
            ("/join/", AccountRoute::Join),
            ("/link", AccountRoute::Link),
            ("/reset", AccountRoute::Link),
            ("/sign-in", AccountRoute::SignIn),
            ("/sign-up", AccountRoute::SignUp),
            ("/forgot", AccountRoute::Forgot),
            ("/email", AccountRoute::Email),
        ] {
            assert_eq!(Route::parse(path), Route::Account(form));
        }
    }

    #[test]
    fn the_first_paint_knows_the_addresses_of_accounts() {
        let script = include_str!("../assets/first.js");
        let (_, pattern) = script.split_once(r"if (/^\/(").unwrap();
        let (listed, rest) = pattern.split_once(')').unwrap();
        assert!(rest.starts_with(r"\/?$/.test(location.pathname)"), "{rest}");
        let names = AccountRoute::NAMES.map(|(name, _)| name);
        assert_eq!(listed.split('|').collect::<Vec<_>>(), names);
    }

    #[test]
    fn other_addresses_are_unknown() {
        for path in [
            "/rooms/x",
            "/rooms/0",
            "/rooms/1/2/3",
            "/admin",
            "/rooms/-1",
            "/claim/x",
            "/settings/x",
            "/settings/people/1",
        ] {
            assert_eq!(Route::parse(path), Route::Unknown, "{path}");
        }
    }

    #[test]
    fn a_slash_at_the_end_changes_nothing() {
        assert_eq!(Route::parse("/rooms/3/"), Route::Room(RoomId(3)));
    }
}
