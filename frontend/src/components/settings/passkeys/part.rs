//! The state of the list of passkeys, and what is done with them.

use leptos::html;
use leptos::prelude::*;

use crate::api::passkey::{self, OwnPasskey, PasskeyFailure};
use crate::browser::NoPasskey;
use crate::components::form::FormState;
use crate::i18n::settings::{PasskeyStrings, words};

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
    pub passkeys: RwSignal<Option<Vec<(i64, OwnPasskey)>>>,
    pub open: RwSignal<Option<Open>>,
    /// The last action, to be done again once it is confirmed who it is.
    last: RwSignal<Option<Action>>,
    /// What has come of the last action.
    note: RwSignal<Option<fn() -> &'static str>>,
    pub add_button: NodeRef<html::Button>,
}

pub(super) fn texts() -> &'static PasskeyStrings {
    words().passkeys
}

impl PasskeyPart {
    pub fn new() -> Self {
        PasskeyPart {
            form: FormState::new(),
            passkeys: RwSignal::new(None),
            open: RwSignal::new(None),
            last: RwSignal::new(None),
            note: RwSignal::new(None),
            add_button: NodeRef::new(),
        }
    }

    /// What has come of the last action; tracked.
    pub fn note(self) -> &'static str {
        self.note.get().map_or("", |note| note())
    }

    pub fn load(self) {
        self.form.submit(async move {
            let found = passkey::list().await?;
            self.passkeys.try_set(Some((0..).zip(found).collect()));
            Ok(())
        });
    }

    pub fn act_again(self) {
        match self.last.get_untracked() {
            Some(Action::Add) => self.add(),
            Some(Action::Remove(number, id)) => self.remove(number, id),
            None => {}
        }
    }

    pub fn add(self) {
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
            if let Some(button) = self.add_button.get_untracked() {
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
