//! What the server has stored about the person.

use leptos::prelude::*;

use crate::api::profile::EXPORT;
use crate::i18n::settings::words;
use crate::view::{dynamic_text, set_text};

/// The part.
#[component]
pub(super) fn OwnDataPart() -> impl IntoView {
    view! {
        <section class="settings__part">
            <h3 use:set_text=dynamic_text(|| words().profile.own_data)></h3>
            <p use:set_text=dynamic_text(|| words().profile.export_text)></p>
            <div class="settings__row">
                <a
                    class="button button--quiet"
                    href=EXPORT
                    download="madang-export.json"
                    rel="external"
                    use:set_text=dynamic_text(|| words().profile.export)
                ></a>
            </div>
        </section>
    }
}
