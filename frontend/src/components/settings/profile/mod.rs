//! How others see the person: name, username, colour, status; and what follows the person to
//! every device.

mod colour;
mod names;
mod own_data;
mod place_and_time;
mod status;

use leptos::prelude::*;
use shared::model::Role;

use crate::api::profile::ProfileChange;
use crate::components::form::FormState;
use crate::i18n::settings::words;
use crate::state::use_client;
use crate::view::{dynamic_text, memo, optional_view, set_text};
use colour::ColourPart;
use names::{NamePart, UsernamePart};
use own_data::OwnDataPart;
use place_and_time::PlaceAndTimePart;
use status::StatusPart;

/// The section.
#[component]
pub(super) fn ProfileSection() -> impl IntoView {
    let me = use_client().me();
    let has_account = memo(move || me.read().as_ref().is_some_and(|me| me.role != Role::Guest));
    view! {
        <NamePart />
        {optional_view(move || has_account.get().then(|| view! { <UsernamePart /> }))}
        <ColourPart />
        {optional_view(move || {
            has_account
                .get()
                .then(|| {
                    view! {
                        <StatusPart />
                        <PlaceAndTimePart />
                    }
                })
        })}
        <OwnDataPart />
    }
}

/// A form of the section, and whether its last change was made.
#[derive(Clone, Copy)]
struct Saving {
    form: FormState,
    is_saved: RwSignal<bool>,
}

impl Saving {
    fn new() -> Self {
        Saving {
            form: FormState::new(),
            is_saved: RwSignal::new(false),
        }
    }

    /// Makes a change, and says so.
    fn save(self, change: ProfileChange) {
        self.is_saved.set(false);
        self.form.submit(async move {
            change.make().await?;
            let _ = self.is_saved.try_set(true);
            Ok(())
        });
    }

    /// That the change was made, for eyes and screen readers.
    fn note(self) -> AnyView {
        view! {
            <p
                class="settings__saved"
                role="status"
                use:set_text=dynamic_text(move || {
                    if self.is_saved.get() { words().profile.saved } else { "" }
                })
            ></p>
        }
        .into_any()
    }
}
