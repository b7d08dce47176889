//! The conversation: rows of messages in a bounded piece of DOM.
//!
//! ```text
//! section.timeline[data-state=loading|ready|empty|failed]
//!   div.timeline__scroller[tabindex=0]            the only thing that scrolls
//!     div.timeline__content                       at least as tall as the scroller
//!       div.timeline__edge[data-edge=older]       skeleton | p.timeline__begin | failed + button
//!       ol.timeline__rows
//!         li.row[data-seq][data-delivery=pending|waiting|failed|sent]  .row--marked .row--own
//!           div.row__day > span                   "Today"
//!           div.row__unread > span                "New messages"
//!           article.message                       see `message`
//!       div.timeline__edge[data-edge=newer]
//!   button.timeline__jump  > span.timeline__jump-count
//!   div.visually-hidden[role=log]                 text of new messages only
//! ```
//!
//! The browser's own scroll anchoring is off (`overflow-anchor: none`): Safari has
//! none, and the others' does not see rows come and go at both ends at once.
//! [`Keeper`] holds the reader's line instead.

mod context;
mod edges;
mod keeper;
mod keys;
mod log;
mod rows;

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

pub use context::RoomContext;
use edges::{Newer, Older, WholeState};
use keeper::Keeper;
use log::Log;
use rows::Rows;

use crate::browser;
use crate::components::icons::{Glyph, Icon};
use crate::components::message::{MessageMenu, mark_stops};
use crate::i18n::t;
use crate::state::timeline::Phase;
use crate::tr;
use crate::view::{live, on, part, says, watch, words};

/// The conversation of the room in the [`RoomContext`].
#[component]
pub fn Timeline(
    /// The room's name, for labels.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let room = RoomContext::expect();
    let scroller = NodeRef::<html::Div>::new();
    let content = NodeRef::<html::Div>::new();
    let list = NodeRef::<html::Ol>::new();
    let phase = RwSignal::from(room.view().phase.clone());
    let rows = RwSignal::from(room.view().rows.clone());
    let kept = StoredValue::new_local(None::<(Rc<Rows>, Rc<Keeper>)>);
    let parts = move || kept.try_get_value().flatten();
    let keeper = move || parts().map(|(_, keeper)| keeper);
    let owner = StoredValue::new_local(Owner::current().unwrap_or_default());

    watch(move || {
        let parts = (scroller.get(), content.get(), list.get());
        if let (Some(scroller), Some(content), Some(list)) = parts {
            let standing = Rc::new(Rows::new(owner.get_value(), list.clone().unchecked_into()));
            standing.show(&rows.read_untracked());
            let keeper = Keeper::new(room, scroller.unchecked_into(), list.unchecked_into());
            keeper.observe(&content);
            kept.try_set_value(Some((standing, Rc::clone(&keeper))));
            keeper.settle();
        }
    });
    keep_after_changes(room, rows, parts);
    on_cleanup(move || {
        if let Some(keeper) = keeper() {
            keeper.let_go();
        }
    });

    browser::on_window("resize", |_| mark_stops()).with_owner();

    view! {
        <section
            class="timeline"
            data-state=live(move || data_state(phase.get()))
        >
            <div
                class="timeline__scroller"
                id="messages"
                node_ref=scroller
                tabindex="0"
                aria-label=live(move || (t().timeline.label)(&name.read()))
                role="region"
                on:scroll=on(move |_| {
                    if let Some(keeper) = keeper() {
                        keeper.scrolled();
                    }
                })
                on:keydown=on(move |event| keys::on_key(room, &event))
            >
                <div class="timeline__content" node_ref=content>
                    <Older name />
                    <WholeState />
                    <ol class="timeline__rows" node_ref=list></ol>
                    <Newer />
                </div>
            </div>
            <Jump />
            <Log />
            <MessageMenu />
        </section>
    }
}

/// Whenever rows have come or gone: they are put into the document or taken out, and the
/// reader's line is put back where it was, before anything is painted.
fn keep_after_changes(
    context: RoomContext,
    rows: RwSignal<Vec<crate::state::timeline::RowKey>>,
    parts: impl Fn() -> Option<(Rc<Rows>, Rc<Keeper>)> + Copy + 'static,
) {
    let view = context.view();
    let (held, goal, newer) = (view.held.clone(), view.goal.clone(), view.newer.clone());
    watch(move || {
        let keys = rows.get();
        if let Some((standing, _)) = parts() {
            standing.show(&keys);
        }
        held.track();
        goal.track();
        newer.track();
        // What stands above and below the rows is drawn by effects of its own that are
        // due as well: after them.
        spawn_local(async move {
            if let Some((_, keeper)) = parts() {
                keeper.settle();
            }
        });
    });
}

/// The way back to the end, with how much is unread.
#[component]
fn Jump() -> impl IntoView {
    let context = RoomContext::expect();
    let unread = RwSignal::from(context.view().unread.clone());
    let away = context.away;
    let jump = move |_| {
        let view = context.view();
        context.client.jump_to_latest(&view);
        context.focus_composer();
    };
    part(move || {
        away.get().then(|| {
            view! {
                <button class="timeline__jump" type="button" on:click=on(jump)>
                    <Icon glyph=Glyph::Down />
                    <span class="timeline__jump-count" use:says=words(move || match unread.get() {
                            0 => t().timeline.jump_to_latest.to_owned(),
                            count => (t().timeline.jump_to_new)(count),
                        })></span>
                </button>
            }
        })
    })
}

fn data_state(phase: Phase) -> &'static str {
    match phase {
        Phase::Loading => "loading",
        Phase::Ready => "ready",
        Phase::Empty => "empty",
        Phase::Failed(_) => "failed",
    }
}

/// A skeleton of messages, for screen readers a word. It has its place from the start
/// and is seen after a while: one that came later would move the lines.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden" use:says=tr!(timeline.loading)></span>
            <div class="skeleton__line"></div>
            <div class="skeleton__line"></div>
            <div class="skeleton__line"></div>
        </div>
    }
}
