//! The state of the section: the list, what is open in it, and what is done to a person.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use shared::id::UserId;
use shared::model::{Profile, Role};
use wasm_bindgen_futures::spawn_local;

use crate::api::devices::MadeLink;
use crate::api::people::{self, PersonEntry};
use crate::browser;
use crate::components::form::{FormState, value_of};
use crate::components::settings::shown_once::{MOST_LINKS, ShownOnceStore};
use crate::i18n::settings::{PeopleStrings, words};

/// How long nothing is typed before the list is asked for.
const TYPING_PAUSE: Duration = Duration::from_millis(250);

pub(super) fn texts() -> &'static PeopleStrings {
    words().people
}

/// What is done to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    SetRole(Role),
    Deactivate,
    Reactivate,
    Delete,
    ResetLink,
}

/// What is open in the list: what can be done to a person, or the question before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    pub user: UserId,
    pub asks: Option<Deed>,
}

/// The state of the section.
#[derive(Clone, Copy)]
pub(super) struct PeoplePart {
    /// Why the list is not here.
    pub list: FormState,
    /// What is being done to the person who is open.
    pub deed: FormState,
    pub people: RwSignal<Vec<PersonEntry>>,
    pub is_loaded: RwSignal<bool>,
    pub next: RwSignal<Option<String>>,
    pub open: RwSignal<Option<Open>>,
    /// Whose row takes the focus when it is made.
    focus: StoredValue<Option<UserId>>,
    pub search: NodeRef<html::Input>,
    /// Counts questions: an answer to an earlier one is ignored.
    question: StoredValue<u32>,
    pub note: RwSignal<Option<fn() -> &'static str>>,
    /// The links that were made and are shown, and for whom.
    pub made: RwSignal<Vec<(UserId, MadeLink)>>,
    shown_once: ShownOnceStore,
}

impl PeoplePart {
    /// With the links that nobody has kept yet.
    pub fn new() -> Self {
        let shown_once = ShownOnceStore::new();
        let unkept = shown_once.read(|shown| shown.reset_links.clone());
        PeoplePart {
            list: FormState::new(),
            deed: FormState::new(),
            people: RwSignal::new(Vec::new()),
            is_loaded: RwSignal::new(false),
            next: RwSignal::new(None),
            open: RwSignal::new(None),
            focus: StoredValue::new(None),
            search: NodeRef::new(),
            question: StoredValue::new(0),
            note: RwSignal::new(None),
            made: RwSignal::new(unkept),
            shown_once,
        }
    }

    fn next_question(self) -> u32 {
        let number = self.question.get_value().wrapping_add(1);
        self.question.set_value(number);
        number
    }

    fn is_last(self, question: u32) -> bool {
        self.question.try_get_value() == Some(question)
    }

    /// Loads the list from its beginning, or a further page.
    pub fn load(self, after: Option<String>) {
        let (question, search) = (self.next_question(), value_of(self.search));
        self.list.clear();
        spawn_local(async move {
            let answer = people::list(&search, after.as_deref()).await;
            if !self.is_last(question) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.people.update(|people| {
                        if after.is_none() {
                            people.clear();
                            self.open.set(None);
                        }
                        people.extend(page.people);
                    });
                    self.next.set(page.next);
                    self.is_loaded.set(true);
                }
                Err(failure) => self.list.fail(failure),
            }
        });
    }

    /// Loads the list when nothing was typed for a while.
    pub fn search_soon(self) {
        let question = self.next_question();
        browser::after(TYPING_PAUSE, move || {
            if self.is_last(question) {
                self.load(None);
            }
        });
    }

    pub fn open(self, open: Option<Open>) {
        self.deed.clear();
        self.note.set(None);
        // Who closes it goes on at the same person.
        if open.is_none() {
            let opened = self.open.get_untracked().map(|open| open.user);
            self.focus.set_value(opened);
        }
        self.open.set(open);
    }

    /// Whether what is made in the row of a person takes the focus; once.
    pub fn takes_focus(self, user: UserId) -> bool {
        let is_here = self.focus.get_value() == Some(user);
        if is_here {
            self.focus.set_value(None);
        }
        is_here
    }

    /// The link that was made for a person; tracked.
    pub fn made_for(self, user: UserId) -> Option<MadeLink> {
        self.made.with(|made| {
            let found = made.iter().find(|(of, _)| *of == user);
            found.map(|(_, link)| link.clone())
        })
    }

    /// Shows a link that was made, in place of the one before, which has ended.
    fn show_link(self, user: UserId, link: MadeLink) {
        // Also if the section was left meanwhile.
        let unkept = link.clone();
        self.shown_once.change(|shown| {
            shown.reset_links.retain(|(of, _)| *of != user);
            shown.reset_links.insert(0, (user, unkept));
        });
        self.focus.set_value(Some(user));
        self.made.try_update(|made| {
            made.retain(|(of, _)| *of != user);
            made.insert(0, (user, link));
            made.truncate(MOST_LINKS);
        });
    }

    /// The link for a person was kept: it need not be shown again.
    pub fn has_kept_link(self, user: UserId) {
        self.shown_once
            .change(|shown| shown.reset_links.retain(|(of, _)| *of != user));
    }

    /// The link for a person was kept, and is closed.
    pub fn close_link(self, user: UserId) {
        self.has_kept_link(user);
        self.focus.set_value(Some(user));
        self.made.update(|made| made.retain(|(of, _)| *of != user));
    }

    pub fn act(self, user: UserId, deed: Deed) {
        self.note.set(None);
        self.deed.submit(async move {
            match deed {
                Deed::SetRole(role) => self.changed(people::set_role(user, role).await?),
                Deed::Deactivate => self.changed(people::set_deactivated(user, true).await?),
                Deed::Reactivate => self.changed(people::set_deactivated(user, false).await?),
                Deed::ResetLink => {
                    let made = people::reset_link(user).await?;
                    self.open.try_set(None);
                    self.show_link(user, made);
                }
                Deed::Delete => {
                    people::delete(user).await?;
                    self.people.try_update(|people| {
                        people.retain(|entry| entry.person.id != user);
                    });
                    self.open.try_set(None);
                    self.note.try_set(Some(|| texts().is_deleted));
                    // The row is gone.
                    if let Some(search) = self.search.get_untracked() {
                        let _ = search.focus();
                    }
                }
            }
            Ok(())
        });
    }

    /// Shows a person as the server does after a change.
    fn changed(self, person: Profile) {
        self.focus.set_value(Some(person.id));
        self.open.try_set(None);
        self.people.try_update(|people| {
            if let Some(entry) = people.iter_mut().find(|entry| entry.person.id == person.id) {
                if person.deactivated {
                    entry.used_at = None;
                }
                entry.person = person;
            }
        });
        self.note.try_set(Some(|| texts().is_changed));
    }
}
