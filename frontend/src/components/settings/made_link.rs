//! A link that works once, for whoever has made it.

use leptos::prelude::*;

use super::qr_picture::qr_picture;
use crate::api::devices::MadeLink;
use crate::browser;
use crate::i18n::format;
use crate::i18n::settings::{DeviceStrings, words};
use crate::state::{ToastMessage, use_client};
use crate::view::{dynamic_text, on, reactive, set_text};

fn texts() -> &'static DeviceStrings {
    words().devices
}

/// The link, as a picture and as a text that can be copied, and when it ends.
pub(super) fn made_link(made: MadeLink, label: fn() -> &'static str) -> AnyView {
    let MadeLink {
        link,
        qr,
        expires_at,
    } = made;
    let origin = browser::window().location().origin().unwrap_or_default();
    let link = origin + &link;
    let picture = qr_picture(qr.as_deref(), || texts().qr_label);
    let copied = link.clone();
    let client = use_client();
    view! {
        <div class="devices__link">
            {picture}
            <p use:set_text=dynamic_text(move || (texts().until)(&format::time(expires_at)))></p>
            <div class="field__line">
                <input
                    class="field__input"
                    readonly
                    type="text"
                    value=link
                    aria-label=reactive(label)
                />
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| client.copy(copied.clone(), ToastMessage::LinkCopied))
                    use:set_text=dynamic_text(|| texts().copy)
                ></button>
            </div>
        </div>
    }
    .into_any()
}
