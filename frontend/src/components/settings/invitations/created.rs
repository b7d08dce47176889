//! An invitation that was just made: its link, to be copied, shared or held before a camera.

use js_sys::{Function, Object, Reflect};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::super::qr_picture::qr_picture;
use super::state::{Invitations, MadeInvitation};
use crate::browser;
use crate::components::focus::{focus_new, focus_on};
use crate::i18n::settings::words;
use crate::state::{ToastMessage, use_client};
use crate::view::{dynamic_text, on, set_text};

/// The link. The page has it until the person closes it.
pub(super) fn created(invitations: Invitations, made: MadeInvitation) -> AnyView {
    let client = use_client();
    let origin = browser::window().location().origin().unwrap_or_default();
    let link = origin + made.invite.link.as_deref().unwrap_or_default();
    let (title, field) = (
        format!("invite-made-{}", made.number),
        format!("invite-link-{}", made.number),
    );
    let node = NodeRef::<html::Div>::new();
    if made.is_new {
        focus_new(node);
    }
    let made = StoredValue::new(made);
    // It is with the person, wherever they put it.
    let has_kept = move || made.with_value(|made| invitations.has_kept(&made.invite));
    let share = share_function().map(|_| {
        let link = link.clone();
        let share = move |_| {
            share(&link);
            has_kept();
        };
        view! {
            <button
                class="button button--quiet"
                type="button"
                on:click=on(share)
                use:set_text=dynamic_text(|| words().invitations.share)
            ></button>
        }
        .into_any()
    });
    let qr = made.with_value(|made| made.invite.qr.clone());
    let picture = qr_picture(qr.as_deref(), || words().invitations.qr);
    let copied = link.clone();
    let copy = move |_| {
        client.copy(copied.clone(), ToastMessage::LinkCopied);
        has_kept();
    };
    let close = move |_| {
        invitations.close(&made.get_value());
        // The button that was pressed is gone.
        focus_on("#invite-role");
    };
    view! {
        <div
            class="settings__part"
            tabindex="-1"
            role="group"
            aria-labelledby=title
            node_ref=node
        >
            <h3 id=title.clone() use:set_text=dynamic_text(|| words().invitations.made_title)></h3>
            <p use:set_text=dynamic_text(|| words().invitations.made_text)></p>
            <div class="field">
                <label class="field__label" for=field.clone() use:set_text=dynamic_text(|| words().invitations.link)></label>
                <input class="field__input" id=field type="text" readonly=true value=link dir="ltr" />
            </div>
            <div class="settings__row">
                <button
                    class="button"
                    type="button"
                    on:click=on(copy)
                    use:set_text=dynamic_text(|| words().invitations.copy)
                ></button>
                {share}
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(close)
                    use:set_text=dynamic_text(|| words().invitations.kept)
                ></button>
            </div>
            {picture}
        </div>
    }
    .into_any()
}

/// The link is in a mail, and nowhere else.
pub(super) fn mailed(to: String) -> AnyView {
    let node = NodeRef::<html::Div>::new();
    focus_new(node);
    view! {
        <div
            class="settings__part"
            tabindex="-1"
            role="group"
            aria-labelledby="invite-mailed"
            node_ref=node
        >
            <h3 id="invite-mailed" use:set_text=dynamic_text(|| words().invitations.mailed_title)></h3>
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
