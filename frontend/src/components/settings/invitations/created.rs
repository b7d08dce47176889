//! An invitation that was just made: its link, to be copied, shared or held before a camera.

use js_sys::{Function, Object, Reflect};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::super::qr_picture::qr_picture;
use crate::api::invites::CreatedInvite;
use crate::browser;
use crate::i18n::settings::words;
use crate::state::{ToastMessage, use_client};
use crate::view::{dynamic_text, effect, on, set_text};

/// The link. The page has it this once.
pub(super) fn created(invite: &CreatedInvite, path: &str) -> AnyView {
    let client = use_client();
    let origin = browser::window().location().origin().unwrap_or_default();
    let link = origin + path;
    let node = NodeRef::<html::Div>::new();
    // Where one would look after pressing the button.
    effect(move || {
        if let Some(node) = node.get() {
            let _ = node.focus();
        }
    });
    let share = share_function().map(|_| {
        let link = link.clone();
        view! {
            <button
                class="button button--quiet"
                type="button"
                on:click=on(move |_| share(&link))
                use:set_text=dynamic_text(|| words().invitations.share)
            ></button>
        }
        .into_any()
    });
    let picture = qr_picture(invite.qr.as_deref(), || words().invitations.qr);
    let copied = link.clone();
    view! {
        <div
            class="settings__part"
            tabindex="-1"
            role="group"
            aria-labelledby="invite-made"
            node_ref=node
        >
            <h3 id="invite-made" use:set_text=dynamic_text(|| words().invitations.made_title)></h3>
            <p use:set_text=dynamic_text(|| words().invitations.made_text)></p>
            <div class="field">
                <label class="field__label" for="invite-link" use:set_text=dynamic_text(|| words().invitations.link)></label>
                <input class="field__input" id="invite-link" type="text" readonly=true value=link dir="ltr" />
            </div>
            <div class="settings__row">
                <button
                    class="button"
                    type="button"
                    on:click=on(move |_| client.copy(copied.clone(), ToastMessage::LinkCopied))
                    use:set_text=dynamic_text(|| words().invitations.copy)
                ></button>
                {share}
            </div>
            {picture}
        </div>
    }
    .into_any()
}

/// The link is in a mail, and nowhere else.
pub(super) fn mailed(to: String) -> AnyView {
    view! {
        <div class="settings__part" role="status">
            <h3 use:set_text=dynamic_text(|| words().invitations.mailed_title)></h3>
            <p use:set_text=dynamic_text(move || (words().invitations.mailed_text)(&to))></p>
        </div>
    }
    .into_any()
}

/// The browser's own way to hand something to another program; few desktops have one.
fn share_function() -> Option<Function> {
    let navigator = browser::window().navigator();
    Reflect::get(&navigator, &"share".into())
        .ok()?
        .dyn_into()
        .ok()
}

fn share(link: &str) {
    let Some(function) = share_function() else {
        return;
    };
    let data = Object::new();
    for (key, value) in [("title", words().invitations.share_title), ("url", link)] {
        // Setting a field of a fresh object cannot fail.
        let _ = Reflect::set(&data, &key.into(), &JsValue::from_str(value));
    }
    // It ends without a word if the person changes their mind.
    if let Ok(promise) = function.call1(&browser::window().navigator(), &data)
        && let Ok(promise) = promise.dyn_into::<js_sys::Promise>()
    {
        wasm_bindgen_futures::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        });
    }
}
