//! The timeline: a bounded number of message rows in the DOM.
//!
//! ```text
//! section.timeline[data-state=loading|ready|empty|failed]
//!   div.timeline__scroller[tabindex=0]            the only thing that scrolls
//!     div.timeline__content                       at least as tall as the scroller
//!       div.timeline__edge[data-edge=older]       skeleton | div.timeline__begin | failed + button
//!       ol.timeline__rows
//!         li.row[data-seq][data-delivery=pending|waiting|failed|sent]  .row--marked .row--own
//!           div.row__day > span                   "Today"
//!           div.row__unread > span                "New messages"
//!           article.message                       see `message`
//!       div.timeline__edge[data-edge=newer]
//!   div.timeline__day[aria-hidden]                 the day of the first row in sight
//!   button.timeline__jump  > span.timeline__jump-count
//!   div.visually-hidden[role=log]                 text of new messages only
//! ```
//!
//! The browser's own scroll anchoring is off (`overflow-anchor: none`): Safari has none, and that
//! of other browsers fails when rows are added and removed at both ends at once.
//! [`ScrollAnchor`] replaces it.

mod announcements;
mod day;
mod edges;
mod keys;
mod row_list;
mod scroll_anchor;
mod scroll_state;

use std::rc::Rc;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use announcements::Announcements;
use edges::{Newer, Older, WholeState};
pub(super) use keys::{listen_to_presses, on_key};
use row_list::RowList;
use scroll_anchor::ScrollAnchor;

use crate::browser;
use crate::components::first_frame;
use crate::components::icons::{Glyph, Icon};
use crate::components::message::{copy_code, mark_stops};
use crate::components::room_context::RoomContext;
use crate::components::tools::{PageTools, use_tools};
use crate::i18n::t;
use crate::state::timeline::TimelinePhase;
use crate::view::{dynamic_text, effect, on, optional_view, reactive, set_text};

/// The timeline of the room in the [`RoomContext`].
#[component]
pub fn Timeline(
    /// The room's name, for labels.
    #[prop(into)]
    name: Memo<String>,
) -> impl IntoView {
    let room = RoomContext::expect();
    let scroller = NodeRef::<html::Div>::new();
    let content = NodeRef::<html::Div>::new();
    let list = NodeRef::<html::Ol>::new();
    let day = NodeRef::<html::Div>::new();
    let phase = RwSignal::from(room.view().phase.clone());
    let rows = RwSignal::from(room.view().rows.clone());
    let kept = StoredValue::new(None::<(Rc<RowList>, Rc<ScrollAnchor>)>);
    let parts = move || kept.try_get_value().flatten();
    let anchor = move || parts().map(|(_, anchor)| anchor);
    let owner = StoredValue::new(Owner::current().unwrap_or_default());

    effect(move || {
        let parts = (scroller.get(), content.get(), list.get());
        let (Some(scroller), Some(content), Some(list)) = parts else {
            return;
        };
        let mount = move || {
            let Some(owner) = owner.try_get_value() else {
                return;
            };
            let row_list = Rc::new(RowList::new(owner, list.clone().unchecked_into()));
            row_list.show(&rows.read_untracked());
            let anchor = ScrollAnchor::new(room, scroller.unchecked_into(), list.unchecked_into());
            anchor.observe(&content);
            kept.set_value(Some((row_list, Rc::clone(&anchor))));
            anchor.after_rows_changed();
            room.client.rows_are_mounted();
        };
        if first_frame::is_shown() {
            // It shows the last conversation meanwhile. Together with all the rest of the page the rows
            // would be a long task.
            browser::after(Duration::ZERO, mount);
        } else {
            mount();
        }
    });
    update_rows_on_change(room, rows, parts);
    let tools = use_tools();
    await_tools(room, tools);
    on_cleanup(move || {
        if let Some(anchor) = anchor() {
            anchor.stop();
        }
    });

    browser::on_window("resize", |_| mark_stops()).with_owner();
    for name in ScrollAnchor::CHANGE_SIZES
        .into_iter()
        .chain(ScrollAnchor::SCROLL)
    {
        let note = move |_| {
            if let Some(anchor) = anchor() {
                anchor.note_event(name);
            }
        };
        browser::on_window(name, note).with_owner();
    }

    view! {
        <section
            class="timeline"
            data-state=reactive(move || data_state(phase.get()))
        >
            <div
                class="timeline__scroller"
                id="messages"
                node_ref=scroller
                tabindex="0"
                aria-label=reactive(move || (t().timeline.label)(&name.read()))
                role="region"
                on:scroll=on(move |_| {
                    if let Some(anchor) = anchor() {
                        anchor.scrolled();
                    }
                    if let (Some(scroller), Some(day)) =
                        (scroller.get_untracked(), day.get_untracked())
                    {
                        day::show(&scroller, &day, room.away.get_untracked());
                    }
                })
                on:click=on(move |event| copy_code(room, &event))
                on:keydown=on(move |event: leptos::ev::KeyboardEvent| {
                    tools.run_in(room, move |tools| (tools.on_timeline_key)(room, &event));
                })
            >
                <div class="timeline__content" node_ref=content>
                    <Older name />
                    <WholeState />
                    <ol class="timeline__rows" node_ref=list></ol>
                    <Newer />
                </div>
            </div>
            <div class="timeline__day" aria-hidden="true" node_ref=day></div>
            <Jump />
            <Announcements />
            {tools.view(|tools| (tools.menus)())}
        </section>
    }
}

/// Listens to long presses as soon as it can, and loads what a begun edit needs.
fn await_tools(room: RoomContext, tools: PageTools) {
    effect(move || {
        if let Some(tools) = tools.here().filter(|_| room.touch) {
            (tools.listen_to_presses)(room);
        }
    });
    let editing = RwSignal::from(room.view().editing.clone());
    effect(move || {
        if editing.with(Option::is_some) {
            tools.load();
        }
    });
}

/// Whenever the list of rows changes: inserts and removes them, and restores the scroll anchor
/// before the browser paints.
fn update_rows_on_change(
    context: RoomContext,
    rows: RwSignal<Vec<crate::state::timeline::RowKey>>,
    parts: impl Fn() -> Option<(Rc<RowList>, Rc<ScrollAnchor>)> + Copy + 'static,
) {
    let view = context.view();
    let (held, rendered, goal, newer) = (
        view.held.clone(),
        view.rendered.clone(),
        view.scroll_target.clone(),
        view.newer.clone(),
    );
    effect(move || {
        let keys = rows.get();
        if let Some((row_list, _)) = parts() {
            row_list.show(&keys);
        }
        held.track();
        rendered.track();
        goal.track();
        newer.track();
        // After the effects that render what is before and after the rows.
        spawn_local(async move {
            if let Some((_, anchor)) = parts() {
                anchor.after_rows_changed();
            }
        });
    });
}

/// The button that jumps to the end, with the number of unread messages.
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
    optional_view(move || {
        away.get().then(|| {
            view! {
                <button class="timeline__jump" type="button" on:click=on(jump)>
                    <Icon glyph=Glyph::Down />
                    <span class="timeline__jump-count" use:set_text=dynamic_text(move || match unread.get() {
                            0 => t().timeline.jump_to_latest.to_owned(),
                            count => (t().timeline.jump_to_new)(count),
                        })></span>
                </button>
            }
        })
    })
}

fn data_state(phase: TimelinePhase) -> &'static str {
    match phase {
        TimelinePhase::Loading => "loading",
        TimelinePhase::Ready => "ready",
        TimelinePhase::Empty => "empty",
        TimelinePhase::Failed(_) => "failed",
    }
}
