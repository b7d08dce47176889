//! The delivery status of one's own message, until the server has stored it.

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::id::ClientId;
use shared::limits::RECEIPT_DAYS;

use super::row_context::RowContext;
use crate::components::composer::TextEntry;
use crate::components::icons::{Glyph, Icon};
use crate::i18n::t;
use crate::state::Client;
use crate::state::timeline::Delivery;
use crate::tr;
use crate::view::{DynamicText, Handler, dynamic_text, on, provided_context, set_text};

/// Unobtrusive while pending; a failure shows the reason and buttons.
#[component]
pub(super) fn Status(context: RowContext, delivery: Delivery) -> impl IntoView {
    let client = context.room.client;
    // An edit of a stored message cannot be cancelled.
    let id = context
        .content
        .with_untracked(|content| content.client_id.filter(|_| content.seq.is_none()));
    let cancel = move || {
        id.map(|id| {
            view! {
                <button class="link-button" type="button" on:click=on(move |_| client.cancel(id)) use:set_text=tr!(message.cancel)></button>
            }
            .into_any()
        })
    };
    let writing = provided_context::<TextEntry>();
    let take_back = move || {
        let text = context
            .content
            .with_untracked(|content| content.body.clone());
        client.return_text(context.room.room, text);
        writing.focus_end();
    };
    let inside = match delivery {
        Delivery::Sent => ().into_any(),
        Delivery::Sending => view! {
            <span class="message__note" use:set_text=tr!(message.pending)></span>
            {cancel()}
        }
        .into_any(),
        Delivery::Waiting => view! {
            <span class="message__note">
                <Icon glyph=Glyph::Clock />
                <span use:set_text=tr!(message.waiting)></span>
            </span>
            {cancel()}
        }
        .into_any(),
        Delivery::Failed(code, field) => {
            let is_about_the_text = is_about_the_text(code);
            let again = move |id| {
                if is_about_the_text {
                    take_back();
                    client.discard(id);
                } else {
                    client.retry(id);
                }
            };
            let label = if is_about_the_text {
                tr!(message.edit)
            } else {
                tr!(message.retry)
            };
            let why = dynamic_text(move || (t().refusal)(code, field));
            undecided(client, id, (tr!(message.failed), why), label, on(again))
        }
        Delivery::Expired => {
            let why = dynamic_text(|| (t().message.expired)(RECEIPT_DAYS.unsigned_abs()));
            let again = on(move |id| client.retry(id));
            undecided(
                client,
                id,
                (tr!(message.send_it), why),
                tr!(message.send_anyway),
                again,
            )
        }
    };
    view! {
        <div class="message__status" data-delivery=delivery.attribute()>
            {inside}
        </div>
    }
}

/// A message that waits for the person's decision: title, reason, and two buttons.
fn undecided(
    client: Client,
    id: Option<ClientId>,
    (title, why): (fn() -> &'static str, DynamicText),
    label: fn() -> &'static str,
    mut again: Handler<ClientId>,
) -> AnyView {
    view! {
        <span class="message__note">
            <Icon glyph=Glyph::Alert />
            <span use:set_text=title></span>
        </span>
        <span use:set_text=why></span>
        <button
            class="link-button"
            type="button"
            on:click=on(move |_| {
                if let Some(id) = id {
                    again.run(id);
                }
            })
            use:set_text=label
        ></button>
        <button
            class="link-button"
            type="button"
            on:click=on(move |_| {
                if let Some(id) = id {
                    client.discard(id);
                }
            })
            use:set_text=tr!(message.discard)
        ></button>
    }
    .into_any()
}

/// Whether the same text would be refused again.
fn is_about_the_text(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::TextTooLong | ErrorCode::TextCharacters | ErrorCode::TooLarge
    )
}
