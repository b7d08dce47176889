//! A passkey in the list, with its name to change and the question before it is removed.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::Field;
use shared::id::Micros;
use shared::text;

use super::{Open, PasskeyPart, texts};
use crate::api::passkey::OwnPasskey;
use crate::components::form::{Submit, TextField, value_of};
use crate::i18n::{format, t};
use crate::state::use_client;
use crate::view::{dynamic_text, effect, on, reactive, set_text};

/// A row of the list.
pub(super) fn row(part: PasskeyPart, number: i64, passkey: OwnPasskey) -> AnyView {
    let today = use_client().today();
    let name = move || part.read(number, |passkey| passkey.name.clone());
    let (created_at, used_at) = (passkey.created_at, passkey.used_at);
    let day = move |at: Micros| format::day(at, today.get(), &t().when);
    let dates = move || {
        let added = (texts().added)(&day(created_at));
        let used = match used_at {
            Some(at) => (texts().used)(&day(at)),
            None => texts().unused.to_owned(),
        };
        [added, used].join(" · ")
    };
    let elsewhere = (!passkey.is_usable).then(|| {
        let host = passkey.relying_party;
        view! { <p class="field__hint" use:set_text=dynamic_text(move || (texts().elsewhere)(&host))></p> }
            .into_any()
    });
    let id = StoredValue::new(passkey.id);
    // What was opened here takes the focus, and gives it back.
    let was_open = StoredValue::new(None::<Open>);
    let here = move || {
        let open = part.open.get();
        open.filter(|open| matches!(open, Open::Name(at) | Open::Removal(at) if *at == number))
    };
    view! {
        <li class="settings__item">
            {reactive(move || {
                let before = was_open.get_value();
                let open = here();
                was_open.set_value(open);
                match open {
                    None => {
                        view! {
                            <div>
                                <p class="settings__name" dir="auto" use:set_text=dynamic_text(name)></p>
                                <p class="field__hint" use:set_text=dynamic_text(dates)></p>
                            </div>
                            <Buttons part number before />
                        }
                            .into_any()
                    }
                    Some(Open::Name(_)) => {
                        view! { <NameForm part number id=id.get_value() name=untrack(name) /> }
                            .into_any()
                    }
                    Some(Open::Removal(_)) => {
                        view! { <Removal part number id=id.get_value() name=untrack(name) /> }
                            .into_any()
                    }
                }
            })}
            {elsewhere}
        </li>
    }
    .into_any()
}

/// The buttons of a row. The one whose form was closed gets the focus back.
#[component]
fn Buttons(part: PasskeyPart, number: i64, before: Option<Open>) -> impl IntoView {
    let [rename, remove] = [(); 2].map(|()| NodeRef::<html::Button>::new());
    effect(move || {
        let button = match before {
            Some(Open::Name(_)) => rename.get(),
            Some(Open::Removal(_)) => remove.get(),
            None => None,
        };
        if let Some(button) = button {
            let _ = button.focus();
        }
    });
    let name = move || part.read(number, |passkey| passkey.name.clone());
    let open = move |open| {
        part.clear();
        part.open.set(Some(open));
    };
    view! {
        <div class="settings__row">
            <button
                class="button button--quiet"
                type="button"
                node_ref=rename
                aria-label=reactive(move || (texts().rename_label)(&name()))
                on:click=on(move |_| open(Open::Name(number)))
                use:set_text=dynamic_text(|| texts().rename)
            ></button>
            <button
                class="button button--quiet"
                type="button"
                node_ref=remove
                aria-label=reactive(move || (texts().remove_label)(&name()))
                on:click=on(move |_| open(Open::Removal(number)))
                use:set_text=dynamic_text(|| texts().remove)
            ></button>
        </div>
    }
}

#[component]
fn NameForm(part: PasskeyPart, number: i64, id: String, name: String) -> impl IntoView {
    let client = use_client();
    let node = NodeRef::<html::Input>::new();
    effect(move || {
        if let Some(input) = node.get() {
            let _ = input.focus();
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match text::name(&value_of(node), &client.limits().get_untracked()) {
            Ok(name) => part.rename(number, id.clone(), name),
            Err(error) => part.form.refuse(error),
        }
    };
    view! {
        <form class="settings__form" novalidate on:submit=on(submit) on:keydown=on(move |event| escape(part, &event))>
            <TextField
                form=part.form
                field=Field::Name
                id="passkey-name"
                label=|| texts().name
                hint=|| ""
                node
                value=name
                autofocus=true
            />
            <div class="settings__row">
                <Submit form=part.form label=|| texts().save />
                <Cancel part />
            </div>
        </form>
    }
}

#[component]
fn Removal(part: PasskeyPart, number: i64, id: String, name: String) -> impl IntoView {
    let node = NodeRef::<html::Button>::new();
    effect(move || {
        if let Some(button) = node.get() {
            let _ = button.focus();
        }
    });
    view! {
        <div
            class="settings__form"
            role="group"
            aria-labelledby="passkey-removal"
            on:keydown=on(move |event| escape(part, &event))
        >
            <p id="passkey-removal" use:set_text=dynamic_text(move || (texts().remove_sure)(&name))></p>
            <div class="settings__row">
                <button
                    class="button button--alarm"
                    type="button"
                    node_ref=node
                    aria-describedby="passkey-removal"
                    aria-disabled=reactive(move || part.form.busy().then_some("true"))
                    on:click=on(move |_| part.remove(number, id.clone()))
                    use:set_text=dynamic_text(|| texts().remove)
                ></button>
                <Cancel part />
            </div>
        </div>
    }
}

#[component]
fn Cancel(part: PasskeyPart) -> impl IntoView {
    view! {
        <button
            class="button button--quiet"
            type="button"
            on:click=on(move |_| part.close())
            use:set_text=dynamic_text(|| texts().cancel)
        ></button>
    }
}

fn escape(part: PasskeyPart, event: &ev::KeyboardEvent) {
    // Of a composition it closes the candidates.
    if event.key() == "Escape" && !event.is_composing() {
        part.close();
    }
}
