//! The members of a room: searched, looked through, and what is done to them.

use std::time::Duration;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::command::Command;
use shared::id::{RoomId, UserId};
use shared::model::{Member, MemberRole};
use shared::permission::Action;
use wasm_bindgen_futures::spawn_local;

use super::member_row::{MemberDeed, RowState, member_row};
use crate::api::rooms;
use crate::browser;
use crate::components::dialogs::{Dialog, use_dialogs};
use crate::components::focus::focus_on;
use crate::components::form::{FormError, FormState, sentence, value_of};
use crate::components::skeleton::Skeleton;
use crate::i18n::rooms::words;
use crate::state::{Client, use_client};
use crate::tr;
use crate::view::{Entry, dynamic_text, list, memo, on, optional_view, set_text};

/// How long nothing is typed before the list is asked for.
const TYPING_PAUSE: Duration = Duration::from_millis(200);
/// In a shorter list nobody has to be searched for.
const FEW: usize = 8;
const SEARCH: &str = "#member-search";

/// The state of the list.
#[derive(Clone, Copy)]
struct MembersPart {
    client: Client,
    room: RoomId,
    /// Why the list is not here.
    list: FormState,
    members: RwSignal<Vec<Member>>,
    next: RwSignal<Option<String>>,
    is_loaded: RwSignal<bool>,
    /// Whether there are so many that a search helps.
    has_search: RwSignal<bool>,
    search: NodeRef<html::Input>,
    row: RowState,
    /// Counts questions: an answer to an earlier one is ignored.
    question: StoredValue<u32>,
}

impl MembersPart {
    fn new(room: RoomId) -> Self {
        MembersPart {
            client: use_client(),
            room,
            list: FormState::new(),
            members: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            is_loaded: RwSignal::new(false),
            has_search: RwSignal::new(false),
            search: NodeRef::new(),
            row: RowState::new(),
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
    fn load(self, after: Option<String>) {
        let (question, typed) = (self.next_question(), value_of(self.search));
        self.list.clear();
        spawn_local(async move {
            let answer = rooms::members(self.room, &typed, after.as_deref()).await;
            if !self.is_last(question) {
                return;
            }
            match answer {
                Ok(page) => {
                    let is_sparse = page.members.is_empty() && page.next.is_some();
                    self.members.update(|members| {
                        if after.is_none() {
                            members.clear();
                        }
                        members.extend(page.members);
                    });
                    if is_sparse {
                        return self.load(page.next);
                    }
                    if self.members.with_untracked(Vec::len) > FEW || page.next.is_some() {
                        self.has_search.set(true);
                    }
                    self.next.set(page.next);
                    self.is_loaded.set(true);
                }
                Err(failure) => self.list.fail(failure),
            }
        });
    }

    /// Loads the list, if the room is still there in the next frame: while it is being removed, its
    /// details may be made once more for a moment.
    fn load_soon(self) {
        let question = self.next_question();
        browser::next_frame(move || {
            if self.is_last(question) {
                self.load(None);
            }
        });
    }

    fn search_soon(self) {
        let question = self.next_question();
        browser::after(TYPING_PAUSE, move || {
            if self.is_last(question) {
                self.load(None);
            }
        });
    }

    fn act(self, user: UserId, deed: MemberDeed) {
        let (client, room) = (self.client, self.room);
        let name = self.members.with_untracked(|members| {
            let member = members.iter().find(|member| member.person.id == user);
            member
                .map(|member| member.person.name.clone())
                .unwrap_or_default()
        });
        self.row.note.set(String::new());
        self.row.form.submit(async move {
            match deed {
                MemberDeed::SetRole(role) => {
                    client
                        .give(Command::SetMemberRole { room, user, role })
                        .await?;
                    self.members.try_update(|members| {
                        let mut members = members.iter_mut();
                        if let Some(member) = members.find(|member| member.person.id == user) {
                            member.role = role;
                            // Another row, with the focus.
                            member.rev = member.rev.next();
                        }
                    });
                    self.row.focus.set_value(Some(user));
                    let words = &words().details;
                    let done = match role {
                        MemberRole::Manager => words.is_manager,
                        MemberRole::Member => words.is_member,
                    };
                    let _ = self.row.note.try_set(done(&name));
                }
                MemberDeed::Remove => {
                    client.give(Command::RemoveMember { room, user }).await?;
                    self.members.try_update(|members| {
                        members.retain(|member| member.person.id != user);
                    });
                    let _ = self.row.note.try_set((words().details.is_removed)(&name));
                    // The row is gone.
                    if !focus_on(SEARCH) {
                        focus_on("#details-members");
                    }
                }
            }
            let _ = self.row.asks.try_set(None);
            Ok(())
        });
    }
}

/// The list, with the button that adds people.
pub(super) fn members(room: RoomId) -> AnyView {
    let dialogs = use_dialogs();
    let part = MembersPart::new(room);
    part.load_soon();
    let may_add = part.client.may(Action::AddMembers, room);
    let add = optional_view(move || {
        may_add.get().then(|| {
            view! {
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| dialogs.open_next(Dialog::AddPeople(room)))
                    use:set_text=dynamic_text(|| words().details.add)
                ></button>
            }
        })
    });
    let act = move |user, deed| part.act(user, deed);
    let entry = move |member: &Member| {
        let member = member.clone();
        let key = (member.person.id.0, member.rev.0);
        Entry::new(key, move || member_row(part.row, room, member, act))
    };
    let entries = move || {
        part.members
            .with(|members| members.iter().map(entry).collect())
    };
    let title = move || {
        let words = &words().details;
        if room == RoomId::LOBBY {
            words.people
        } else {
            words.members
        }
    };
    let below = below(part);
    let has_search = part.has_search;
    view! {
        <section class="dialog__section" aria-labelledby="details-members">
            <div class="details__bar">
                <h3 class="details__title" id="details-members" tabindex="-1" use:set_text=dynamic_text(title)></h3>
                {add}
            </div>
            {optional_view(move || has_search.get().then(|| search_field(part)))}
            <ul class="members">{list(entries)}</ul>
            {below}
            <p class="dialog__note" role="status" use:set_text=dynamic_text(move || part.row.note.get())></p>
            <FormError form=part.row.form fields=&[] />
        </section>
    }
    .into_any()
}

fn search_field(part: MembersPart) -> AnyView {
    view! {
        <div class="field">
            <label class="visually-hidden" for="member-search" use:set_text=dynamic_text(|| words().details.search)></label>
            <input
                class="field__input"
                id="member-search"
                type="search"
                dir="auto"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                maxlength="60"
                placeholder=crate::view::reactive(|| words().details.search)
                node_ref=part.search
                on:input=on(move |_: ev::Event| part.search_soon())
            />
        </div>
    }
    .into_any()
}

/// What stands below the list, or in its place.
fn below(part: MembersPart) -> AnyView {
    let is_empty = memo(move || part.members.with(Vec::is_empty));
    optional_view(move || {
        if let Some(failure) = part.list.failure(|failure| Some(failure.clone())) {
            let text = dynamic_text(move || sentence(&failure));
            return Some(
                view! {
                    <div class="settings__row" role="alert">
                        <p use:set_text=text></p>
                        {more(part, None, tr!(sign_in.try_again))}
                    </div>
                }
                .into_any(),
            );
        }
        if !part.is_loaded.get() {
            return Some(view! { <Skeleton label=tr!(app.loading) /> }.into_any());
        }
        if let Some(next) = part.next.get() {
            return Some(more(part, Some(next), || words().details.more));
        }
        let is_searched = !value_of(part.search).is_empty();
        let text = move || {
            let words = &words().details;
            if is_searched {
                words.nobody
            } else {
                words.no_members
            }
        };
        is_empty.get().then(|| {
            view! { <p class="dialog__note" use:set_text=dynamic_text(text)></p> }.into_any()
        })
    })
    .into_any()
}

fn more(part: MembersPart, after: Option<String>, label: fn() -> &'static str) -> AnyView {
    view! {
        <button
            class="button button--quiet"
            type="button"
            on:click=on(move |_| part.load(after.clone()))
            use:set_text=dynamic_text(label)
        ></button>
    }
    .into_any()
}
