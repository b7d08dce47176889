//! The author and the time of a message.

use leptos::prelude::*;

use super::row_context::RowContext;
use crate::components::avatar::{number, show_person};
use crate::i18n::format;
use crate::state::shown_name;
use crate::tr;
use crate::view::{dynamic_text, effect, memo, reactive, set_text};

/// The author and the time, above the first of several messages.
#[component]
pub(super) fn Head(context: RowContext) -> impl IntoView {
    let message = context.content;
    let name = memo(move || message.with(|content| content.author.clone()));
    let (id, at) = message.with_untracked(|content| (content.author_id, content.at));
    if let Some(id) = id {
        let client = context.room.client;
        effect(move || name.with(|name| client.note_person(id, name)));
    }
    // Programs of the simple protocol have no id. While there are no accounts, everybody else is
    // a guest, which needs no word.
    let app = id.is_none().then(|| {
        view! { <span class="message__badge" use:set_text=tr!(people.app)></span> }.into_any()
    });
    view! {
        <span class="avatar" aria-hidden="true" use:show_person=(id, name)></span>
        <header class="message__head">
            <span
                class="message__author"
                dir="auto"
                translate="no"
                use:set_text=dynamic_text(move || shown_name(&name.read()).to_owned())
            ></span>
            {number(id)}
            {app}
            <Time at short=false />
        </header>
    }
}

/// The time of a message below another one of the same author, and the author for screen
/// readers.
#[component]
pub(super) fn AsideTime(context: RowContext) -> impl IntoView {
    let (message, client) = (context.content, context.room.client);
    let at = message.with_untracked(|content| content.at);
    view! {
        <span
            class="visually-hidden"
            translate="no"
            use:set_text=dynamic_text(move || {
                message.with(|content| client.full_name(content.author_id, &content.author))
            })
        ></span>
        <Time at short=true />
    }
}

/// A time: short in the text, exact on hover and for screen readers. The form for the margin is
/// without AM and PM.
#[component]
pub(super) fn Time(at: shared::id::Micros, short: bool) -> impl IntoView {
    view! {
        <time
            class=if short { "message__time message__time--aside" } else { "message__time" }
            datetime=iso(at)
            title=reactive(move || format::exact(at))
        use:set_text=dynamic_text(move || {
                let time = format::time(at);
                if short { format::digits(&time).to_owned() } else { time }
            })></time>
    }
}

/// RFC 3339, in UTC.
fn iso(at: shared::id::Micros) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a date has no more than 53 bits of milliseconds"
    )]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(
        at.0.div_euclid(1_000) as f64
    ));
    // For a date out of range the browser throws.
    if date.get_time().is_nan() {
        return String::new();
    }
    date.to_iso_string().into()
}
