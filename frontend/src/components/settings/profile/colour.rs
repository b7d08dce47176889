//! The colour of the avatar: one of twelve, or that of the number.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::profile::ProfileChange;
use crate::browser;
use crate::components::avatar::initials;
use crate::components::form::FormError;
use crate::components::settings::saving::Saving;
use crate::i18n::settings::words;
use crate::state::{TONES, tone, use_client};
use crate::view::{dynamic_text, memo, on, reactive, set_text};

/// Whoever goes through the colours by keyboard chooses the one at which this time is over.
const PAUSE: Duration = Duration::from_millis(600);

/// The choice.
#[component]
pub(super) fn ColourPart() -> impl IntoView {
    let me = use_client().me();
    let saving = Saving::new();
    let stored = memo(move || me.get().and_then(|me| me.colour));
    // What is chosen here and not stored yet.
    let picked = RwSignal::new(None::<Option<u8>>);
    let shown = memo(move || picked.get().unwrap_or_else(|| stored.get()));
    // What is picked and was not sent yet.
    let unsent = StoredValue::new(None::<Option<u8>>);
    let pick = move |colour: Option<u8>| {
        picked.set(Some(colour));
        unsent.set_value(Some(colour));
        saving.is_saved.set(false);
        browser::after(PAUSE, move || {
            if unsent.try_get_value() == Some(Some(colour)) {
                unsent.set_value(None);
                saving.save(ProfileChange::Colour(colour));
            }
        });
    };
    // Whoever leaves before the pause is over has chosen too.
    on_cleanup(move || {
        if let Some(colour) = unsent.try_get_value().flatten() {
            spawn_local(async move {
                let _ = ProfileChange::Colour(colour).make().await;
            });
        }
    });
    let swatch = move |colour: Option<u8>| {
        let own = move || {
            let me = me.get();
            let id = me.as_ref().map(|me| me.id);
            colour.unwrap_or_else(|| tone(id, &me.map(|me| me.name).unwrap_or_default()))
        };
        let name = move || match colour {
            None => words().profile.no_colour,
            Some(colour) => words()
                .profile
                .colours
                .get(usize::from(colour))
                .copied()
                .unwrap_or_default(),
        };
        let letters = move || initials(&me.get().map(|me| me.name).unwrap_or_default());
        view! {
            <label class="swatch" title=reactive(name)>
                <input
                    type="radio"
                    name="colour"
                    prop:checked=reactive(move || shown.get() == colour)
                    on:change=on(move |_| pick(colour))
                />
                <span
                    class="avatar"
                    aria-hidden="true"
                    data-tone=reactive(move || own().to_string())
                    use:set_text=dynamic_text(letters)
                ></span>
                <span class="visually-hidden" use:set_text=dynamic_text(name)></span>
            </label>
        }
        .into_any()
    };
    let swatches: Vec<AnyView> = (0..TONES).map(|colour| swatch(Some(colour))).collect();
    view! {
        <section class="settings__part">
            <fieldset class="choices">
            <legend use:set_text=dynamic_text(|| words().profile.colour)></legend>
            <div class="swatches">{swatch(None)} {swatches}</div>
            </fieldset>
            <FormError form=saving.form fields=&[] />
            {saving.note()}
        </section>
    }
}
