//! People by what is typed of their names: those whom the page knows at once, then those whom the
//! server finds.

use std::cmp::Reverse;
use std::ops::Range;
use std::time::Duration;

use leptos::prelude::*;
use shared::id::{RoomId, UserId};
use shared::model::Profile;
use shared::search::Query;
use wasm_bindgen_futures::spawn_local;

use crate::api::{Failure, rooms};
use crate::browser;
use crate::i18n::format;
use crate::state::use_client;

/// How long nothing is typed before the server is asked.
const TYPING_PAUSE: Duration = Duration::from_millis(120);
/// As many are shown before somebody has typed.
const MOST_UNASKED: usize = 20;

/// Somebody who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundPerson {
    pub person: Profile,
    /// What of the name was named.
    pub in_name: Vec<Range<usize>>,
    /// What of the username was named, if that fits better.
    pub in_username: Vec<Range<usize>>,
    /// How well it fits.
    pub score: u32,
}

/// The search.
#[derive(Clone, Copy)]
pub(super) struct PeopleSearch {
    /// Of a room, who is a member already is found too.
    room: Option<RoomId>,
    known: StoredValue<Vec<Profile>>,
    /// Everybody whom the server has found here.
    answers: RwSignal<Vec<Profile>>,
    /// What the server has found when nothing was typed, in its order.
    first: RwSignal<Vec<UserId>>,
    /// Those of them who are members of the room.
    pub members: RwSignal<Vec<UserId>>,
    /// Whether the answer to the last question is here.
    pub is_answered: RwSignal<bool>,
    pub failure: RwSignal<Option<Failure>>,
    question: StoredValue<u32>,
}

impl PeopleSearch {
    pub fn new(room: Option<RoomId>) -> Self {
        PeopleSearch {
            room,
            known: StoredValue::new(use_client().known_people()),
            answers: RwSignal::new(Vec::new()),
            first: RwSignal::new(Vec::new()),
            members: RwSignal::new(Vec::new()),
            is_answered: RwSignal::new(false),
            failure: RwSignal::new(None),
            question: StoredValue::new(0),
        }
    }

    /// Asks the server, when nothing more is typed for a moment.
    pub fn ask(self, typed: String) {
        let question = self.question.get_value().wrapping_add(1);
        self.question.set_value(question);
        self.is_answered.set(false);
        let is_last = move || self.question.try_get_value() == Some(question);
        let ask = move || {
            if is_last() {
                let typed = typed.clone();
                spawn_local(async move {
                    let found = rooms::people(&typed).await;
                    if is_last() {
                        self.answered(typed.is_empty(), found);
                    }
                    if let Some(room) = self.room
                        && is_last()
                        && let Ok(page) = rooms::members(room, &typed, None).await
                    {
                        let members = page.members.iter().map(|member| member.person.id);
                        self.members.try_update(|known| known.extend(members));
                    }
                });
            }
        };
        if question == 1 {
            ask();
        } else {
            browser::after(TYPING_PAUSE, ask);
        }
    }

    fn answered(self, is_first: bool, found: Result<Vec<Profile>, Failure>) {
        let _ = self.failure.try_set(found.as_ref().err().cloned());
        if let Ok(found) = found {
            if is_first {
                let ids = found.iter().map(|person| person.id).collect();
                let _ = self.first.try_set(ids);
            }
            self.answers.try_update(|answers| {
                answers.retain(|old| found.iter().all(|new| new.id != old.id));
                answers.extend(found);
            });
        }
        let _ = self.is_answered.try_set(true);
    }

    /// Those who are called like this, the best first; tracked.
    pub fn found(self, typed: &str) -> Vec<FoundPerson> {
        let people = self.people();
        let query = Query::new(typed);
        if query.is_empty() {
            let first = self.first.read();
            let plain = |person: &Profile| FoundPerson {
                person: person.clone(),
                in_name: Vec::new(),
                in_username: Vec::new(),
                score: 0,
            };
            if first.is_empty() {
                return people.iter().take(MOST_UNASKED).map(plain).collect();
            }
            let of = |id: &UserId| people.iter().find(|person| person.id == *id).map(plain);
            return first.iter().filter_map(of).collect();
        }
        let mut found: Vec<FoundPerson> = people
            .into_iter()
            .filter_map(|person| find(&query, person))
            .collect();
        found.sort_by(|a, b| {
            let scores = Reverse(a.score).cmp(&Reverse(b.score));
            scores.then_with(|| format::compare(&a.person.name, &b.person.name))
        });
        found
    }

    /// Everybody who is known, each once.
    fn people(self) -> Vec<Profile> {
        let mut people = self.answers.get();
        self.known.with_value(|known| {
            let is_new = |person: &&Profile| people.iter().all(|other| other.id != person.id);
            let others: Vec<Profile> = known.iter().filter(is_new).cloned().collect();
            people.extend(others);
        });
        people
    }
}

/// Looks for the query in a name and a username.
fn find(query: &Query, person: Profile) -> Option<FoundPerson> {
    let in_name = query.find(&person.name);
    let username = person.username.as_deref();
    let in_username = username.and_then(|username| query.find(username));
    let is_name_better = match (&in_name, &in_username) {
        (None, None) => return None,
        (name, username) => {
            let score = |found: &Option<shared::search::Match>| found.as_ref().map(|it| it.score);
            score(name) >= score(username)
        }
    };
    let (name, username) = if is_name_better {
        (in_name, None)
    } else {
        (None, in_username)
    };
    let score = name.as_ref().or(username.as_ref()).map_or(0, |it| it.score);
    Some(FoundPerson {
        in_name: name.map(|it| it.ranges).unwrap_or_default(),
        in_username: username.map(|it| it.ranges).unwrap_or_default(),
        score,
        person,
    })
}

#[cfg(test)]
mod tests {
    use shared::id::Rev;

    use super::*;

    #[test]
    fn a_person_is_found_by_what_fits_better() {
        let person = Profile {
            username: Some("hana.kim".into()),
            ..Profile::guest(UserId(1), "김하나".into(), Rev::ZERO)
        };
        let found = |typed: &str| find(&Query::new(typed), person.clone());
        let by_name = found("ㅎㄴ").unwrap();
        assert_eq!((by_name.in_name.len(), by_name.in_username.len()), (1, 0));
        let by_username = found("kim").unwrap();
        assert_eq!(
            (by_username.in_name.len(), by_username.in_username.len()),
            (0, 1)
        );
        assert_eq!(found("ben"), None);
    }
}
