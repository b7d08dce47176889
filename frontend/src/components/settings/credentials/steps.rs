//! The steps of the second factor, as they are shown.

use leptos::prelude::*;
use leptos::{ev, html};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::super::qr_picture::qr_picture;
use super::second_factor_part::{Action, SecondFactorPart, Step};
use super::texts::texts;
use crate::api::own_account::TotpOffer;
use crate::browser;
use crate::components::account::field::{AccountField, AccountSubmit, CODE};
use crate::components::focus::scroll_to_nearest;
use crate::view::{dynamic_text, effect, on, reactive, set_text};

/// What a step says first. It gets the focus, unless it is the first step.
#[component]
fn Lead(part: SecondFactorPart, words: Box<dyn Fn() -> String + Send + Sync>) -> impl IntoView {
    let node = NodeRef::<html::P>::new();
    effect(move || {
        if let Some(lead) = node.get().filter(|_| part.has_moved.get_untracked()) {
            let _ = lead.focus();
            // With what the step is about.
            if let Some(part) = lead.parent_element() {
                scroll_to_nearest(&part);
            }
        }
    });
    view! { <p tabindex="-1" node_ref=node use:set_text=dynamic_text(words)></p> }
}

/// A button that does something at once.
fn button(
    part: SecondFactorPart,
    class: &'static str,
    label: fn() -> &'static str,
    act: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    view! {
        <button
            class=class
            type="button"
            aria-disabled=reactive(move || part.form.busy().then_some("true"))
            on:click=on(move |_| act())
            use:set_text=dynamic_text(label)
        ></button>
    }
    .into_any()
}

/// Why an action failed that has no field.
#[component]
fn ActionError(part: SecondFactorPart) -> impl IntoView {
    view! {
        <p
            class="dialog__error"
            role="alert"
            use:set_text=dynamic_text(move || part.form.error().unwrap_or_default())
        ></p>
    }
}

pub(super) fn summary(part: SecondFactorPart) -> AnyView {
    let is_on = move || part.account.get().is_some_and(|account| account.totp);
    let words = move || match part.account.get() {
        Some(account) if account.totp => (texts().on_lead)(account.recovery_codes),
        _ => texts().off_lead.to_owned(),
    };
    let quiet = "button button--quiet";
    let buttons = reactive(move || {
        let offer = move || part.act(Action::Offer);
        if is_on() {
            view! {
                {button(part, quiet, || texts().new_codes, move || part.act(Action::ReplaceCodes))}
                {button(part, quiet, || texts().another_app, offer)}
                {button(part, quiet, || texts().turn_off, move || {
                    part.close();
                    part.go(Step::Removal);
                })}
            }
            .into_any()
        } else {
            button(part, "button", || texts().set_up, offer)
        }
    });
    view! {
        <Lead part words=Box::new(words) />
        <div class="settings__row">{buttons}</div>
        <ActionError part />
    }
    .into_any()
}

pub(super) fn set_up(part: SecondFactorPart, offer: TotpOffer) -> AnyView {
    let TotpOffer { key, uri, qr } = offer;
    let picture = qr_picture(qr.as_deref(), || texts().qr);
    let mut groups = String::new();
    for (at, character) in key.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            groups.push(' ');
        }
        groups.push(character);
    }
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        part.act(Action::TurnOn);
    };
    view! {
        <Lead part words=Box::new(|| texts().setup_lead.to_owned()) />
        {picture}
        <p use:set_text=dynamic_text(|| texts().key)></p>
        <code class="settings__key" use:set_text=groups></code>
        <div class="settings__row">
            <a class="button button--quiet" href=uri use:set_text=dynamic_text(|| texts().open_app)></a>
        </div>
        <form class="settings__form" novalidate on:submit=on(submit)>
            <AccountField form=part.form kind=CODE node=part.code />
            <AccountSubmit form=part.form label=|| texts().turn_on />
            {button(part, "button button--quiet", || texts().cancel, move || part.close())}
        </form>
    }
    .into_any()
}

pub(super) fn codes(part: SecondFactorPart, list: Vec<String>) -> AnyView {
    let text = list.join("\n");
    let file = format!("data:text/plain,{}", js_sys::encode_uri_component(&text));
    let copy = move || {
        let text = text.clone();
        spawn_local(async move {
            if let Some(clipboard) = browser::clipboard()
                && JsFuture::from(clipboard.write_text(&text)).await.is_ok()
            {
                part.note.try_set(Some(|| texts().is_copied));
            }
        });
    };
    let copy = browser::clipboard()
        .is_some()
        .then(|| button(part, "button button--quiet", || texts().copy, copy));
    let items: Vec<AnyView> = list
        .into_iter()
        .map(|code| view! { <li><code use:set_text=code></code></li> }.into_any())
        .collect();
    view! {
        <Lead part words=Box::new(|| texts().codes_lead.to_owned()) />
        <ul class="settings__codes">{items}</ul>
        <div class="settings__row">
            {button(part, "button", || texts().done, move || part.have_kept())}
            {copy}
            <a
                class="button button--quiet"
                href=file
                download="recovery-codes.txt"
                use:set_text=dynamic_text(|| texts().download)
            ></a>
        </div>
    }
    .into_any()
}

pub(super) fn removal(part: SecondFactorPart) -> AnyView {
    view! {
        <Lead part words=Box::new(|| texts().off_sure.to_owned()) />
        <div class="settings__row">
            {button(part, "button button--alarm", || texts().turn_off, move || {
                part.act(Action::TurnOff);
            })}
            {button(part, "button button--quiet", || texts().cancel, move || part.close())}
        </div>
        <ActionError part />
    }
    .into_any()
}
