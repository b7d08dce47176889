//! The state of the page: the list, what is searched for, and what is done.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use shared::command::Command;
use shared::id::RoomId;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlInputElement};

use crate::api::rooms::{self, RoomEntry};
use crate::browser;
use crate::components::form::FormState;
use crate::state::{Client, ToastMessage, use_client};

/// How long nothing is typed before the list is asked for.
const TYPING_PAUSE: Duration = Duration::from_millis(200);

/// The state of the page.
#[derive(Clone, Copy)]
pub(super) struct DirectoryPart {
    pub client: Client,
    /// Why the list is not here.
    pub list: FormState,
    /// Why somebody is not in a room, or still is.
    pub deed: FormState,
    /// The rooms that are being joined or left, and whether the person was a member.
    pub busy: RwSignal<Vec<(RoomId, bool)>>,
    pub rooms: RwSignal<Vec<RoomEntry>>,
    /// Whether the list is of what is typed.
    pub is_loaded: RwSignal<bool>,
    pub next: RwSignal<Option<String>>,
    pub typed: RwSignal<String>,
    pub archived: RwSignal<bool>,
    /// The room that is the list's tab stop, if it was chosen.
    pub stop: RwSignal<Option<RoomId>>,
    /// Counts questions: an answer to an earlier one is ignored.
    question: StoredValue<u32>,
}

impl DirectoryPart {
    pub fn new() -> Self {
        DirectoryPart {
            client: use_client(),
            list: FormState::new(),
            deed: FormState::new(),
            busy: RwSignal::new(Vec::new()),
            rooms: RwSignal::new(Vec::new()),
            is_loaded: RwSignal::new(false),
            next: RwSignal::new(None),
            typed: RwSignal::new(String::new()),
            archived: RwSignal::new(false),
            stop: RwSignal::new(None),
            question: StoredValue::new(0),
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
        let question = self.next_question();
        let (typed, archived) = (self.typed.get_untracked(), self.archived.get_untracked());
        self.list.clear();
        if after.is_none() {
            self.is_loaded.set(false);
        }
        spawn_local(async move {
            let answer = rooms::list(&typed, archived, after.as_deref()).await;
            if !self.is_last(question) {
                return;
            }
            match answer {
                Ok(page) => {
                    let is_sparse = page.rooms.is_empty() && page.next.is_some();
                    self.rooms.update(|rooms| {
                        if after.is_none() {
                            rooms.clear();
                        }
                        rooms.extend(page.rooms);
                    });
                    if is_sparse {
                        // Nothing was found so far.
                        return self.load(page.next);
                    }
                    self.next.set(page.next);
                    self.is_loaded.set(true);
                }
                Err(failure) => {
                    if after.is_none() {
                        // What was found before is something else.
                        self.rooms.update(Vec::clear);
                    }
                    self.list.fail(failure);
                }
            }
        });
    }

    /// Loads the list when nothing was typed for a while.
    pub fn search_soon(self, field: Option<HtmlInputElement>) {
        self.typed
            .set(field.map(|field| field.value()).unwrap_or_default());
        let question = self.next_question();
        browser::after(TYPING_PAUSE, move || {
            if self.is_last(question) {
                self.load(None);
            }
        });
    }

    /// Shows all rooms again.
    pub fn clear(self) {
        self.typed.set(String::new());
        self.load(None);
    }

    /// The row that has the focus is the list's tab stop from now on.
    pub fn note_focus(self, event: &ev::FocusEvent) {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let row = target.and_then(|target| target.closest("li").ok().flatten());
        let id = row.and_then(|row| row.get_attribute("data-room")?.parse().ok());
        if let Some(id) = id {
            self.stop.set(Some(RoomId(id)));
        }
    }

    /// Whether the person was a member of a room that is being joined or left now; tracked.
    pub fn was_member(self, room: RoomId) -> Option<bool> {
        self.busy.with(|busy| {
            let mut busy = busy.iter();
            busy.find(|(id, _)| *id == room).map(|(_, was)| *was)
        })
    }

    /// Joins a room, or leaves it; beside others, but not twice.
    pub fn set_member(self, room: RoomId, is_member: bool) {
        if untrack(|| self.was_member(room)).is_some() {
            return;
        }
        let client = self.client;
        let command = match client.me().get_untracked() {
            Some(me) if !is_member => Command::RemoveMember { room, user: me.id },
            _ => Command::JoinRoom { room },
        };
        self.deed.clear();
        self.busy.update(|busy| busy.push((room, !is_member)));
        spawn_local(async move {
            let done = client.give(command).await;
            let no_more = |busy: &mut Vec<(RoomId, bool)>| busy.retain(|(id, _)| *id != room);
            self.busy.try_update(no_more);
            match done {
                Ok(_) => {}
                Err(failure) if self.deed.is_here() => self.deed.fail(failure),
                Err(failure) => client.show_toast(ToastMessage::Failed(failure)),
            }
        });
    }
}
