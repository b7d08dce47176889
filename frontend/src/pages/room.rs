//! A room: header, timeline and composer.

use std::cell::Cell;

use leptos::prelude::*;
use shared::id::{RoomId, Seq};

use super::home::ToLobby;
use crate::components::composer::{Composer, TextEntry, TypingLine};
use crate::components::drawers;
use crate::components::icons::{Glyph, Icon};
use crate::components::room_bar::{RoomBar, Writing, sign_in_button, unsent_draft, writing};
use crate::components::room_context::RoomContext;
use crate::components::room_header::RoomHeader;
use crate::components::timeline::Timeline;
use crate::components::tools::use_tools;
use crate::route::Route;
use crate::state::{Client, RoomStatus, use_client};
use crate::tr;
use crate::view::{effect, memo, optional_view, reactive, set_text};

/// The page of a room, which may not exist.
#[component]
pub(super) fn RoomPage(
    /// Which.
    room: RoomId,
) -> impl IntoView {
    let client = use_client();
    let context = RoomContext::enter(room, named_message(client));
    let tools = use_tools();
    follow_links(context);
    // Shared with the rows: a refused message can be returned to the composer.
    provide_context(TextEntry::new());
    let (state, there) = (client.room(room), client.is_there(room));
    let writing = writing(room);
    let was_here = StoredValue::new(false);
    effect(move || {
        if state.with(|state| state.here().is_some()) {
            was_here.set_value(true);
        }
        if !there.get() {
            // The drawer showed the people of the room.
            drawers::close(client);
        }
    });
    // A new room may not be in the list of rooms yet.
    let name = memo(move || {
        state
            .with(|state| state.here().map(|room| room.name.clone()))
            .unwrap_or_default()
    });
    view! {
        <main class="shell__main conversation" tabindex="-1">
            <RoomHeader room />
            {reactive(move || {
                if there.get() {
                    view! {
                        <Timeline name />
                        <TypingLine />
                        {tools.view(|tools| (tools.editor_on_touch)())}
                        {reactive(move || match writing.get() {
                            Writing::Unknown => unknown().into_any(),
                            Writing::Allowed => view! { <Composer name /> }.into_any(),
                            Writing::Barred(barrier) => view! { <RoomBar name barrier /> }.into_any(),
                        })}
                    }
                        .into_any()
                } else {
                    let gone = state.with_untracked(|state| *state == RoomStatus::Gone);
                    let why = match (gone, was_here.get_value()) {
                        (true, _) => (tr!(room.gone_title), tr!(room.gone_text)),
                        (false, true) => (tr!(room.lost_title), tr!(room.lost_text)),
                        (false, false) => (tr!(room.missing_title), tr!(room.missing_text)),
                    };
                    view! { <NotHere why name /> }.into_any()
                }
            })}
        </main>
    }
}

/// The place of the composer, as the first paint shows it.
fn unknown() -> impl IntoView {
    view! { <div class="composer"><div class="composer__frame frame-composer"></div></div> }
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
    effect(move || {
        let named = match route.get() {
            Route::Message(room, seq) if room == context.room => Some(seq),
            _ => None,
        };
        // The room was opened at the first one.
        if let (true, Some(seq)) = (opened.replace(true), named) {
            context.client.go_to(&context.view(), seq);
        }
    });
}

/// Why a room is not here: a title and a sentence.
type Absence = (fn() -> &'static str, fn() -> &'static str);

/// A room that does not exist, or not any more.
#[component]
fn NotHere(why: Absence, name: Memo<String>) -> impl IntoView {
    let context = RoomContext::expect();
    // Unsent messages can still be read and deleted.
    let unsent = RwSignal::from(context.view().rows.clone());
    // For a guest of this room there is no other one.
    let is_only = context.client.only_room().get_untracked() == Some(context.room);
    let reads = untrack(|| context.client.is_reading());
    let (title, text) = why;
    let text = match (reads, is_only) {
        (true, _) => tr!(room.reader_gone_text),
        (false, true) => tr!(room.only_gone_text),
        (false, false) => text,
    };
    view! {
        <div class="state">
            <Icon glyph=Glyph::Alert />
            <h1 class="state__title" use:set_text=title></h1>
            <p use:set_text=text></p>
            {(!is_only).then(|| view! { <ToLobby /> }.into_any())}
            {reads.then(|| sign_in_button(context))}
            {unsent_draft(context)}
        </div>
        {optional_view(move || (!unsent.read().is_empty()).then(|| view! { <Timeline name /> }))}
        <TypingLine />
    }
}
