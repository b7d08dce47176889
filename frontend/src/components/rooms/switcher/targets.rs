//! What can be gone to, and how well it fits what is typed.

use std::cmp::Reverse;
use std::ops::Range;

use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::{Profile, Role};
use shared::search::{EXACT, Query};

use crate::components::dialogs::Dialog;
use crate::components::rooms::listbox::MOST_ROWS;
use crate::components::rooms::people_search::{FoundPerson, PeopleSearch};
use crate::components::settings::sections;
use crate::i18n::rooms::words;
use crate::i18n::{format, t};
use crate::route::SettingsRoute;
use crate::state::{Client, KnownRoom};

/// As many rooms are listed before something is typed.
const MOST_RECENT: usize = 15;
/// Of two that fit alike, what is used comes before what is not. No more than that: it is less than
/// the steps of [`Query`]'s score.
const RECENT: u32 = 0x180;
const MINE: u32 = 0x100;
/// What has exactly this name comes before all others.
const EXACT_NAME: u32 = 0x200;

/// A page or dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    Directory,
    NewRoom,
    NewMessage,
    Settings(SettingsRoute),
    BrowserSettings,
    Shortcuts,
}

/// What can be gone to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Room(KnownRoom),
    Person(Profile),
    Page(Page),
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub target: Target,
    /// What of the name was named.
    pub ranges: Vec<Range<usize>>,
    /// What of a person's username was named.
    pub in_username: Vec<Range<usize>>,
    score: u32,
}

/// What is looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    All,
    /// After `#`.
    Rooms,
    /// After `@`.
    People,
}

/// The rooms and pages, as they are when the switcher opens.
#[derive(Clone)]
pub(super) struct Places {
    rooms: Vec<KnownRoom>,
    recent: Vec<RoomId>,
    pages: Vec<Page>,
}

impl Page {
    /// Its name in the current language; tracked.
    pub fn name(self) -> &'static str {
        let words = &words().switcher;
        match self {
            Page::Directory => t().app.directory,
            Page::NewRoom => words.new_room,
            Page::NewMessage => words.new_message,
            Page::Settings(section) => sections::title(section),
            Page::BrowserSettings => words.browser_settings,
            Page::Shortcuts => words.shortcuts,
        }
    }

    /// The dialog, if it is one.
    pub fn dialog(self) -> Option<Dialog> {
        match self {
            Page::NewRoom => Some(Dialog::CreateRoom),
            Page::NewMessage => Some(Dialog::NewMessage(None)),
            Page::BrowserSettings => Some(Dialog::PageSettings),
            Page::Shortcuts => Some(Dialog::Shortcuts),
            Page::Directory | Page::Settings(_) => None,
        }
    }
}

impl Target {
    /// Its name; tracked.
    pub fn name(&self) -> &str {
        match self {
            Target::Room(room) => &room.name,
            Target::Person(person) => &person.name,
            Target::Page(page) => page.name(),
        }
    }

    /// Whether it is the same one, also if more is known of it by now.
    pub fn is(&self, other: &Target) -> bool {
        match (self, other) {
            (Target::Room(one), Target::Room(other)) => one.id == other.id,
            (Target::Person(one), Target::Person(other)) => one.id == other.id,
            (Target::Page(one), Target::Page(other)) => one == other,
            _ => false,
        }
    }
}

impl Scope {
    /// What is looked through, and for which name.
    pub fn of(typed: &str) -> (Scope, &str) {
        let typed = typed.trim_start();
        if let Some(name) = typed.strip_prefix('#') {
            (Scope::Rooms, name)
        } else if let Some(name) = typed.strip_prefix('@') {
            (Scope::People, name)
        } else {
            (Scope::All, typed)
        }
    }

    /// Whether the server is asked for people.
    pub fn asks_people(typed: &str) -> bool {
        match Scope::of(typed) {
            (Scope::All, name) => !name.is_empty(),
            (Scope::People, _) => true,
            (Scope::Rooms, _) => false,
        }
    }
}

impl Places {
    /// What is known to exist for the person.
    pub fn known(client: Client) -> Self {
        let current = client.current_room().get_untracked();
        let mut recent = client.recent_rooms();
        recent.retain(|room| Some(*room) != current);
        let me = client.me().get_untracked();
        let role = me.map_or(Role::Guest, |me| me.role);
        let is_guest = client.only_room().get_untracked().is_some();
        let sections = SettingsRoute::ALL.into_iter();
        let sections = sections.filter(|section| sections::is_for(*section, role));
        let makes = [Page::Directory, Page::NewRoom, Page::NewMessage];
        let makes = makes.into_iter().filter(|_| !is_guest);
        Places {
            rooms: client.known_rooms(),
            recent,
            pages: makes
                .chain(sections.map(Page::Settings))
                .chain([Page::BrowserSettings, Page::Shortcuts])
                .collect(),
        }
    }

    /// What fits, the best first; tracked.
    pub fn find(&self, typed: &str, people: PeopleSearch) -> Vec<Hit> {
        let (scope, name) = Scope::of(typed);
        let query = Query::new(name);
        if query.is_empty() {
            return match scope {
                Scope::All => self.recent(MOST_RECENT),
                Scope::Rooms => self.all_rooms(),
                Scope::People => people.found("").into_iter().map(Hit::of_person).collect(),
            };
        }
        let mut hits = Vec::new();
        if scope != Scope::People {
            hits.extend(
                self.rooms
                    .iter()
                    .filter_map(|room| self.find_room(&query, room)),
            );
        }
        if scope != Scope::Rooms {
            hits.extend(people.found(name).into_iter().map(Hit::of_person));
        }
        if scope == Scope::All {
            hits.extend(self.pages.iter().filter_map(|page| {
                let found = query.find(page.name())?;
                Some(Hit::new(Target::Page(*page), found.ranges, found.score))
            }));
        }
        // The order of the language is the browser's: it is asked only about what is shown.
        for compare in [|a: &str, b: &str| a.cmp(b), format::compare] {
            hits.sort_by(|a, b| {
                let scores = Reverse(a.score).cmp(&Reverse(b.score));
                scores.then_with(|| compare(a.target.name(), b.target.name()))
            });
            hits.truncate(MOST_ROWS);
        }
        hits
    }

    fn find_room(&self, query: &Query, room: &KnownRoom) -> Option<Hit> {
        let found = query.find(&room.name)?;
        let mut hit = Hit::new(Target::Room(room.clone()), found.ranges, found.score);
        if self.recent.contains(&room.id) {
            hit.score += RECENT;
        } else if room.is_mine {
            hit.score += MINE;
        }
        Some(hit)
    }

    fn recent(&self, most: usize) -> Vec<Hit> {
        let room = |id: &RoomId| self.rooms.iter().find(|room| room.id == *id);
        let recent = self.recent.iter().filter_map(room).take(most);
        recent.map(Hit::of_room).collect()
    }

    /// The rooms that were open lately, then the person's others, then all.
    fn all_rooms(&self) -> Vec<Hit> {
        let mut hits = self.recent(MOST_ROWS);
        let others = self
            .rooms
            .iter()
            .filter(|room| !self.recent.contains(&room.id));
        let (mine, further): (Vec<_>, Vec<_>) = others.partition(|room| room.is_mine);
        hits.extend(
            mine.into_iter()
                .chain(further)
                .take(MOST_ROWS)
                .map(Hit::of_room),
        );
        hits.truncate(MOST_ROWS);
        hits
    }
}

impl Hit {
    fn new(target: Target, ranges: Vec<Range<usize>>, score: u32) -> Self {
        let exact = if score == EXACT { EXACT_NAME } else { 0 };
        Hit {
            target,
            ranges,
            in_username: Vec::new(),
            score: score + exact,
        }
    }

    fn of_room(room: &KnownRoom) -> Self {
        Hit::new(Target::Room(room.clone()), Vec::new(), 0)
    }

    fn of_person(found: FoundPerson) -> Self {
        Hit {
            in_username: found.in_username,
            ..Hit::new(Target::Person(found.person), found.in_name, found.score)
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::id::{Rev, UserId};
    use shared::model::RoomKind;

    use super::*;

    fn room(id: i64, name: &str, is_mine: bool) -> KnownRoom {
        KnownRoom {
            id: RoomId(id),
            name: name.into(),
            kind: RoomKind::Public,
            is_archived: false,
            is_mine,
        }
    }

    #[test]
    fn a_sign_says_what_is_looked_through() {
        assert_eq!(Scope::of("#회의"), (Scope::Rooms, "회의"));
        assert_eq!(Scope::of(" @ada"), (Scope::People, "ada"));
        assert_eq!(Scope::of("ada"), (Scope::All, "ada"));
        assert_eq!(Scope::of(""), (Scope::All, ""));
        let asking = ["ada", "@", "@ada", "#ada", "", " "].map(Scope::asks_people);
        assert_eq!(asking, [true, true, true, false, false, false]);
    }

    #[test]
    fn a_target_stays_the_same_when_more_is_known_of_it() {
        let person = |name: &str, rev| {
            let profile = Profile::guest(UserId(1), name.into(), Rev(rev));
            Target::Person(profile)
        };
        assert!(person("Ada", 1).is(&person("Ada L.", 2)));
        let place = |id| Target::Room(room(id, "Ada", true));
        assert!(place(1).is(&Target::Room(room(1, "Ada L.", false))));
        assert!(!place(1).is(&place(2)));
        assert!(!place(1).is(&person("Ada", 1)));
        let page = Target::Page(Page::Shortcuts);
        assert!(page.is(&page) && !page.is(&Target::Page(Page::Directory)));
    }

    #[test]
    fn of_rooms_that_fit_alike_those_come_first_that_are_used() {
        let places = Places {
            rooms: vec![
                room(1, "team a", false),
                room(2, "team b", true),
                room(3, "team c", true),
                room(4, "the eam", true),
                room(5, "team", false),
            ],
            recent: vec![RoomId(3)],
            pages: Vec::new(),
        };
        let query = Query::new("team");
        let mut hits: Vec<Hit> = places
            .rooms
            .iter()
            .filter_map(|room| places.find_room(&query, room))
            .collect();
        hits.sort_by_key(|hit| Reverse(hit.score));
        let names: Vec<&str> = hits.iter().map(|hit| hit.target.name()).collect();
        assert_eq!(names, ["team", "team c", "team b", "team a", "the eam"]);
        assert_eq!(places.recent(15).len(), 1);
        let all: Vec<_> = places
            .all_rooms()
            .iter()
            .map(|hit| hit.target.name().to_owned())
            .collect();
        assert_eq!(all, ["team c", "team b", "the eam", "team a", "team"]);
    }
}
