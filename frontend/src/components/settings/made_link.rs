//! A link that works once, for whoever has made it.

use leptos::html;
use leptos::prelude::*;

use super::qr_picture::qr_picture;
use crate::api::devices::MadeLink;
use crate::browser;
use crate::components::focus::focus_new;
use crate::i18n::format;
use crate::i18n::settings::{DeviceStrings, words};
use crate::state::{ToastMessage, use_client};
use crate::view::{dynamic_text, on, reactive, set_text};

fn texts() -> &'static DeviceStrings {
    words().devices
}

/// The link, as a picture and as a text that can be copied, and when it ends.
///
/// # Parameters
/// - `label`: what it is called.
/// - `is_new`: it was made just now, and takes the focus.
/// - `copied`: the person has copied it.
pub(super) fn made_link(
    made: MadeLink,
    label: fn() -> &'static str,
    is_new: bool,
    copied: impl Fn() + 'static,
) -> AnyView {
    let MadeLink {
        link,
        qr,
        expires_at,
    } = made;
    let origin = browser::window().location().origin().unwrap_or_default();
    let link = origin + &link;
    let picture = qr_picture(qr.as_deref(), || texts().qr_label);
    let text = link.clone();
    let client = use_client();
    let copy = move |_| {
        client.copy(text.clone(), ToastMessage::LinkCopied);
        copied();
    };
    let node = NodeRef::<html::Div>::new();
    if is_new {
        focus_new(node);
    }
    view! {
        <div class="devices__link" tabindex="-1" role="group" aria-label=reactive(label) node_ref=node>
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
                    on:click=on(copy)
                    use:set_text=dynamic_text(|| texts().copy)
                ></button>
            </div>
        </div>
    }
    .into_any()
}
