//! How a part of the section saves a change, and says that it did.

use leptos::prelude::*;

use crate::api::profile::ProfileChange;
use crate::components::form::FormState;
use crate::i18n::settings::words;
use crate::view::{dynamic_text, set_text};

/// A form of the section, and whether its last change was made.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    pub form: FormState,
    pub is_saved: RwSignal<bool>,
    /// What was chosen while another change was being made.
    next: StoredValue<Vec<ProfileChange>>,
}

impl Saving {
    pub fn new() -> Self {
        Saving {
            form: FormState::new(),
            is_saved: RwSignal::new(false),
            next: StoredValue::new(Vec::new()),
        }
    }

    /// Makes a change, after those that are being made, and says so.
    pub fn save(self, change: ProfileChange) {
        self.is_saved.set(false);
        self.next.update_value(|next| next.push(change));
        self.form.submit(async move {
            let take = |next: &mut Vec<_>| (!next.is_empty()).then(|| next.remove(0));
            let mut result = Ok(());
            while let Some(change) = self.next.update_value(take).flatten() {
                result = result.and(change.make().await);
            }
            result?;
            self.is_saved.try_set(true);
            Ok(())
        });
    }

    /// That the change was made, for eyes and screen readers.
    pub fn note(self) -> AnyView {
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
