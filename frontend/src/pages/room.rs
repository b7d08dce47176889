//! A room: its head, its conversation, and where one writes.

use std::cell::Cell;

use leptos::prelude::*;
use shared::id::{RoomId, Seq};

use super::home::ToLobby;
use crate::components::composer::{Composer, TypingLine};
use crate::components::icons::{Glyph, Icon};
use crate::components::room_header::RoomHeader;
use crate::components::timeline::{RoomContext, Timeline};
use crate::route::Route;
use crate::state::{Client, RoomState, use_client};
use crate::tr;
use crate::view::{live, memo, watch};

/// A room that may exist or not.
#[component]
pub(super) fn RoomPage(
    /// Which.
    room: RoomId,
) -> impl IntoView {
    let client = use_client();
    let context = RoomContext::enter(room, named_message(client));
    follow_links(context);
    let state = client.room(room);
    let there = memo(move || match state.get() {
        RoomState::Gone => There::Gone,
        RoomState::Missing => There::Missing,
        RoomState::Unknown | RoomState::Here(_) => There::Here,
    });
    let row = client.room_row(room);
    let name = Signal::derive(move || {
        row.with(|row| row.as_ref().map(|row| row.name.clone()))
            .unwrap_or_default()
    });
    view! {
        <main class="shell__main conversation">
            <RoomHeader room />
            {live(move || match there.get() {
                There::Here => {
                    view! {
                        <Timeline name />
                        <TypingLine />
                        <Composer name />
                    }
                        .into_any()
                }
                There::Gone => view! { <NotHere gone=true /> }.into_any(),
                There::Missing => view! { <NotHere gone=false /> }.into_any(),
            })}
        </main>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum There {
    Here,
    Gone,
    Missing,
}

fn named_message(client: Client) -> Option<Seq> {
    match client.route().get_untracked() {
        Route::Message(_, seq) => Some(seq),
        _ => None,
    }
}

/// A link to another message of this room moves the conversation there.
fn follow_links(context: RoomContext) {
    let route = context.client.route();
    let opened = Cell::new(false);
    watch(move || {
        let named = match route.get() {
            Route::Message(room, seq) if room == context.room => Some(seq),
            _ => None,
        };
        // The first one the room has opened at.
        if let (true, Some(seq)) = (opened.replace(true), named) {
            context.client.go_to(&context.view(), seq);
        }
    });
}

/// A room that is not, or not any more.
#[component]
fn NotHere(gone: bool) -> impl IntoView {
    let (title, text) = if gone {
        (tr!(room.gone_title), tr!(room.gone_text))
    } else {
        (tr!(room.missing_title), tr!(room.missing_text))
    };
    view! {
        <div class="state">
            <Icon glyph=Glyph::Alert />
            <h1 class="state__title">{title}</h1>
            <p>{text}</p>
            <ToLobby />
        </div>
    }
}
