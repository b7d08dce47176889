//! One's own passkeys: adding, naming and removing them.

mod row;

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use shared::error::{ErrorCode, Field};

use super::confirmation::Confirmation;
use crate::api::Failure;
use crate::api::passkey::{self, OwnPasskey, PasskeyFailure};
use crate::browser::{self, NoPasskey};
use crate::components::form::{FormError, FormState};
use crate::components::skeleton::Skeleton;
use crate::i18n::settings::{PasskeyStrings, words};
use crate::tr;
use crate::view::{Entry, dynamic_text, list, on, optional_view, reactive, set_text};
use row::row;

/// What is open in the list, and at which passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    Name(i64),
    Removal(i64),
}

/// What may be asked for again.
#[derive(Clone, Debug)]
enum Action {
    Add,
    Remove(i64, String),
}

/// The state of the part.
#[derive(Clone, Copy)]
pub(super) struct PasskeyPart {
    pub form: FormState,
    /// Numbered, so that rows keep their elements. None until they are loaded.
    passkeys: RwSignal<Option<Vec<(i64, OwnPasskey)>>>,
    pub open: RwSignal<Option<Open>>,
    /// The last action, to be done again once it is confirmed who it is.
    last: RwSignal<Option<Action>>,
    /// What has come of the last action.
    note: RwSignal<Option<fn() -> &'static str>>,
    add_button: NodeRef<html::Button>,
}

pub(super) fn texts() -> &'static PasskeyStrings {
    words().passkeys
}

impl PasskeyPart {
    fn load(self) {
        self.form.submit(async move {
            let found = passkey::list().await?;
            self.passkeys.try_set(Some((0..).zip(found).collect()));
            Ok(())
        });
    }

    fn act_again(self) {
        match self.last.get_untracked() {
            Some(Action::Add) => self.add(),
            Some(Action::Remove(number, id)) => self.remove(number, id),
            None => {}
        }
    }

    fn add(self) {
        self.last.set(Some(Action::Add));
        self.note.set(None);
        self.open.set(None);
        self.form.submit(async move {
            match passkey::add().await {
                Ok(added) => {
                    self.passkeys.try_update(|passkeys| {
                        let passkeys = passkeys.get_or_insert_default();
                        let number = passkeys.last().map_or(0, |(last, _)| last + 1);
                        passkeys.push((number, added));
                    });
                    self.say(|| texts().is_added);
                }
                Err(PasskeyFailure::Server(failure)) => return Err(failure),
                Err(PasskeyFailure::Browser(NoPasskey::Cancelled)) => {
                    self.say(|| texts().cancelled);
                }
                Err(PasskeyFailure::Browser(NoPasskey::AlreadyThere)) => {
                    self.say(|| texts().already_there);
                }
                Err(PasskeyFailure::Browser(NoPasskey::Failed) | PasskeyFailure::Unknown) => {
                    self.say(|| texts().failed);
                }
            }
            Ok(())
        });
    }

    pub fn rename(self, number: i64, id: String, name: String) {
        self.note.set(None);
        self.form.submit(async move {
            passkey::rename(&id, &name).await?;
            self.change(number, |passkey| passkey.name = name);
            self.open.try_set(None);
            Ok(())
        });
    }

    pub fn remove(self, number: i64, id: String) {
        self.last.set(Some(Action::Remove(number, id.clone())));
        self.note.set(None);
        self.form.submit(async move {
            passkey::remove(&id).await?;
            self.passkeys.try_update(|passkeys| {
                let passkeys = passkeys.get_or_insert_default();
                passkeys.retain(|(other, _)| *other != number);
            });
            self.open.try_set(None);
            self.say(|| texts().is_removed);
            // The button that was pressed is gone.
            if let Some(Some(button)) = self.add_button.try_get_untracked() {
                let _ = button.focus();
            }
            Ok(())
        });
    }

    fn change(self, number: i64, change: impl FnOnce(&mut OwnPasskey)) {
        self.passkeys.try_update(|passkeys| {
            let mut found = passkeys.iter_mut().flatten();
            if let Some((_, passkey)) = found.find(|(other, _)| *other == number) {
                change(passkey);
            }
        });
    }

    /// Forgets what came of the last action.
    pub fn clear(self) {
        self.form.clear();
        self.note.set(None);
    }

    /// Closes what is open in the list.
    pub fn close(self) {
        self.clear();
        self.open.set(None);
    }

    fn say(self, note: fn() -> &'static str) {
        self.note.try_set(Some(note));
    }

    /// What is shown of a passkey; tracked.
    pub fn read(self, number: i64, read: fn(&OwnPasskey) -> String) -> String {
        self.passkeys.with(|passkeys| {
            let mut found = passkeys.iter().flatten();
            let found = found.find(|(other, _)| *other == number);
            found.map(|(_, passkey)| read(passkey)).unwrap_or_default()
        })
    }
}

/// The part of the page.
#[component]
pub(in crate::components::settings) fn Passkeys() -> impl IntoView {
    let part = PasskeyPart {
        form: FormState::new(),
        passkeys: RwSignal::new(None),
        open: RwSignal::new(None),
        last: RwSignal::new(None),
        note: RwSignal::new(None),
        add_button: NodeRef::new(),
    };
    part.load();
    let can_add = browser::has_passkeys();
    let entries = move || {
        let passkeys = part.passkeys.read();
        let entry = |(number, passkey): &(i64, OwnPasskey)| {
            let (number, passkey) = (*number, passkey.clone());
            Entry::new((number, 0), move || row(part, number, passkey))
        };
        passkeys.iter().flatten().map(entry).collect()
    };
    let is_loaded = move || part.passkeys.read().is_some();
    let add = optional_view(move || {
        (can_add && is_loaded()).then(|| {
            view! {
                <div class="settings__row">
                    <button
                        class="button"
                        type="button"
                        node_ref=part.add_button
                        aria-disabled=reactive(move || part.form.busy().then_some("true"))
                        on:click=on(move |_| part.add())
                        use:set_text=dynamic_text(|| texts().add)
                    ></button>
                </div>
            }
        })
    });
    let waiting = optional_view(move || {
        (!is_loaded()).then(|| {
            if part.form.failure(|_| Some(())).is_none() {
                return view! { <Skeleton label=tr!(app.loading) /> }.into_any();
            }
            view! {
                <div class="settings__row">
                    <button
                        class="button button--quiet"
                        type="button"
                        on:click=on(move |_| part.load())
                        use:set_text=tr!(sign_in.try_again)
                    ></button>
                </div>
            }
            .into_any()
        })
    });
    // The question says it better.
    let error = optional_view(move || {
        let code = part.form.failure(Failure::code);
        (code != Some(ErrorCode::ConfirmationRequired))
            .then(|| view! { <FormError form=part.form fields=&[Field::Name] /> })
    });
    view! {
        <div class="settings__part">
            <h3 use:set_text=dynamic_text(|| texts().title)></h3>
            <p use:set_text=dynamic_text(move || {
                if can_add { texts().lead } else { texts().no_support }
            })></p>
            <ul class="settings__list">{list(entries)}</ul>
            {waiting}
            {add}
            <Confirmation form=part.form again=Arc::new(move || part.act_again()) />
            {error}
            <p role="status" use:set_text=dynamic_text(move || {
                part.note.get().map_or("", |note| note())
            })></p>
        </div>
    }
}
