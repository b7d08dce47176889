//! What is shown of people besides their names.

use std::rc::Rc;

use leptos::prelude::*;
use shared::id::UserId;
use shared::model::Role;
use wasm_bindgen_futures::spawn_local;

use super::Engine;
use crate::api;
use crate::browser::{self, BrowserStorage};
use crate::i18n::Language;
use crate::state::people::distinction;
use crate::state::settings::PageSettings;

impl Engine {
    /// A person is shown. If more is to be known of the person than the name, it is asked for,
    /// together with that of all others who are shown in this frame.
    pub(in crate::state) fn want_profile(self: &Rc<Self>, id: UserId) {
        let is_ambiguous = self.people().tone(id).is_some();
        if self.read(|replica| replica.lacks_profile(id, is_ambiguous)) != Some(true) {
            return;
        }
        let mut wanted = self.wanted_profiles.borrow_mut();
        wanted.push(id);
        if wanted.len() > 1 {
            return;
        }
        let engine = Rc::clone(self);
        browser::next_frame(move || {
            let wanted = engine.wanted_profiles.take();
            engine.act(|replica, now| replica.want_profiles(&wanted, now));
        });
    }

    /// Somebody has signed in: a browser without a choice of its own speaks the language of the
    /// account.
    pub(super) fn follow_account(&self, role: Role) {
        let settings = self.signals.settings;
        spawn_local(async move {
            let wanted = match role {
                Role::Guest => None,
                _ => api::profile::settings()
                    .await
                    .ok()
                    .and_then(|own| own.language),
            };
            let language = Language::ALL
                .into_iter()
                .find(|language| wanted.as_deref() == Some(language.tag()));
            let changed = settings.try_update(|settings| {
                settings.account_language = language;
                *settings
            });
            if let Some(settings) = changed {
                BrowserStorage::Local.set(PageSettings::KEY, &settings);
            }
        });
    }

    /// The colour that a person has chosen.
    pub(in crate::state) fn chosen_colour(&self, id: UserId) -> Option<u8> {
        self.read(|replica| replica.colour_and_username(id).0)
            .flatten()
    }

    /// A name for use in a sentence: with what tells the person from others of the same name.
    pub(in crate::state) fn full_name(&self, id: Option<UserId>, name: &str) -> String {
        let full = |username: Option<&str>| self.people().full_name(id, name, username);
        match id {
            Some(id) => self.read(|replica| full(replica.colour_and_username(id).1)),
            None => None,
        }
        .unwrap_or_else(|| full(None))
    }

    /// What tells a person from others of the same name; none if there are none.
    pub(in crate::state) fn distinction(&self, id: UserId) -> Option<String> {
        self.people().tone(id)?;
        self.read(|replica| distinction(id, replica.colour_and_username(id).1))
    }
}
