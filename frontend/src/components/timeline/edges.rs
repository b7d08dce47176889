//! What is shown before and after the rows, and in place of them.

use leptos::prelude::*;

use crate::components::icons::{Glyph, Icon};
use crate::components::room_context::RoomContext;
use crate::components::room_summary::RoomSummary;
use crate::components::skeleton::Skeleton;
use crate::i18n::t;
use crate::state::timeline::{Edge, TimelinePhase};
use crate::tr;
use crate::view::{DynamicText, dynamic_text, on, reactive, set_text};

/// Before the rows: the beginning of the room, or a placeholder.
#[component]
pub(super) fn Older(
    /// The room's name.
    name: Memo<String>,
) -> impl IntoView {
    let context = RoomContext::expect();
    let edge = RwSignal::from(context.view().older.clone());
    let phase = RwSignal::from(context.view().phase.clone());
    view! {
        <div class="timeline__edge" data-edge="older">
            {reactive(move || match (phase.get(), edge.get()) {
                // A removed room has no name.
                (TimelinePhase::Ready, Edge::End) if !name.read().is_empty() => {
                    let words = dynamic_text(move || (t().timeline.beginning)(&name.read()));
                    beginning(words)
                }
                (TimelinePhase::Ready, Edge::Failed) => view! { <Failed /> }.into_any(),
                (TimelinePhase::Ready, Edge::More) => view! { <Skeleton label=tr!(timeline.loading) /> }.into_any(),
                _ => ().into_any(),
            })}
        </div>
    }
}

/// After the rows: a placeholder.
#[component]
pub(super) fn Newer() -> impl IntoView {
    let context = RoomContext::expect();
    let edge = RwSignal::from(context.view().newer.clone());
    view! {
        <div class="timeline__edge" data-edge="newer">
            {reactive(move || match edge.get() {
                Edge::End => ().into_any(),
                Edge::Failed => view! { <Failed /> }.into_any(),
                Edge::More => view! { <Skeleton label=tr!(timeline.loading) /> }.into_any(),
            })}
        </div>
    }
}

/// In place of the rows: empty, loading, or failed.
#[component]
pub(super) fn WholeState() -> impl IntoView {
    let context = RoomContext::expect();
    let phase = RwSignal::from(context.view().phase.clone());
    reactive(move || match phase.get() {
        TimelinePhase::Ready => ().into_any(),
        TimelinePhase::Loading => view! { <Skeleton label=tr!(timeline.loading) /> }.into_any(),
        TimelinePhase::Empty => beginning(tr!(timeline.empty_title).into()),
        TimelinePhase::Failed(code) => view! {
            <div class="state">
                <Icon glyph=Glyph::Alert />
                <h2 class="state__title" use:set_text=tr!(timeline.load_failed)></h2>
                <p use:set_text=dynamic_text(move || (t().refusal)(code, None))></p>
            </div>
        }
        .into_any(),
    })
}

/// Where a room begins, it welcomes.
fn beginning(words: DynamicText) -> AnyView {
    let room = RoomContext::expect().room;
    view! {
        <div class="timeline__begin">
            <RoomSummary room words edit=false />
        </div>
    }
    .into_any()
}

#[component]
fn Failed() -> impl IntoView {
    let context = RoomContext::expect();
    view! {
        <div class="timeline__failed" role="status">
            <span use:set_text=tr!(timeline.load_failed)></span>
            <button
                class="button"
                type="button"
                on:click=on(move |_| context.client.try_history_again(&context.view()))
            use:set_text=tr!(timeline.retry)></button>
        </div>
    }
}
