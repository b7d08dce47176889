//! How a message of one's own stands, while the server does not have it.

use leptos::prelude::*;
use shared::error::ErrorCode;

use super::RowContext;
use crate::components::composer::Writing;
use crate::components::icons::{Glyph, Icon};
use crate::i18n::t;
use crate::state::timeline::Delivery;
use crate::tr;
use crate::view::{live, on};

/// Quiet while it goes well; a failure says why and offers a way on.
#[component]
pub(super) fn Status(context: RowContext, delivery: Delivery) -> impl IntoView {
    let client = context.room.client;
    // A change of a message that is there already is not taken back.
    let id = context
        .content
        .with_untracked(|content| content.client_id.filter(|_| content.seq.is_none()));
    let cancel = move || {
        id.map(|id| {
            view! {
                <button class="link-button" type="button" on:click=on(move |_| client.cancel(id))>
                    {tr!(message.cancel)}
                </button>
            }
            .into_any()
        })
    };
    let writing = expect_context::<Writing>();
    let take_back = move || {
        let text = context
            .content
            .with_untracked(|content| content.body.clone());
        client.keep_draft(context.room.room, &writing.put_back(text));
        writing.focus_end();
    };
    let inside = match delivery {
        Delivery::Sent => ().into_any(),
        Delivery::Sending => view! {
            <span class="message__note">{tr!(message.pending)}</span>
            {cancel()}
        }
        .into_any(),
        Delivery::Waiting => view! {
            <span class="message__note">
                <Icon glyph=Glyph::Clock />
                {tr!(message.waiting)}
            </span>
            {cancel()}
        }
        .into_any(),
        Delivery::Failed(code, field) => view! {
            <span class="message__note">
                <Icon glyph=Glyph::Alert />
                {tr!(message.failed)}
            </span>
            <span>{live(move || (t().refusal)(code, field))}</span>
            <button
                class="link-button"
                type="button"
                on:click=on(move |_| {
                    if let Some(id) = id {
                        if is_about_the_text(code) {
                            take_back();
                            client.discard(id);
                        } else {
                            client.retry(id);
                        }
                    }
                })
            >
                {live(move || {
                    let words = &t().message;
                    if is_about_the_text(code) { words.edit } else { words.retry }
                })}
            </button>
            <button
                class="link-button"
                type="button"
                on:click=on(move |_| {
                    if let Some(id) = id {
                        client.discard(id);
                    }
                })
            >
                {tr!(message.discard)}
            </button>
        }
        .into_any(),
    };
    view! {
        <div class="message__status" data-delivery=delivery.attribute()>
            {inside}
        </div>
    }
}

/// Whether the same text would be refused again.
fn is_about_the_text(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::TextTooLong | ErrorCode::TextCharacters | ErrorCode::TooLarge
    )
}
