//! What stands at the ends of the rows, and in their place.

use leptos::prelude::*;

use super::{RoomContext, Skeleton};
use crate::components::icons::{Glyph, Icon};
use crate::i18n::t;
use crate::state::timeline::{Edge, TimelinePhase};
use crate::tr;
use crate::view::{dynamic_text, on, reactive, set_text};

/// Above the rows: where the room begins, or that more is coming.
#[component]
pub(super) fn Older(
    /// The room's name.
    name: Signal<String>,
) -> impl IntoView {
    let context = RoomContext::expect();
    let edge = RwSignal::from(context.view().older.clone());
    let phase = RwSignal::from(context.view().phase.clone());
    view! {
        <div class="timeline__edge" data-edge="older">
            {reactive(move || match (phase.get(), edge.get()) {
                // A room that was removed has no name any more, and does not begin.
                (TimelinePhase::Ready, Edge::End) if !name.read().is_empty() => {
                    view! {
                        <p
                            class="timeline__begin"
                            use:set_text=dynamic_text(move || (t().timeline.beginning)(&name.read()))
                        ></p>
                    }
                        .into_any()
                }
                (TimelinePhase::Ready, Edge::Failed) => view! { <Failed /> }.into_any(),
                (TimelinePhase::Ready, Edge::More) => view! { <Skeleton /> }.into_any(),
                _ => ().into_any(),
            })}
        </div>
    }
}

/// Below the rows: that more is coming.
#[component]
pub(super) fn Newer() -> impl IntoView {
    let context = RoomContext::expect();
    let edge = RwSignal::from(context.view().newer.clone());
    view! {
        <div class="timeline__edge" data-edge="newer">
            {reactive(move || match edge.get() {
                Edge::End => ().into_any(),
                Edge::Failed => view! { <Failed /> }.into_any(),
                Edge::More => view! { <Skeleton /> }.into_any(),
            })}
        </div>
    }
}

/// In place of the rows: nothing said yet, not loaded yet, or not to be had.
#[component]
pub(super) fn WholeState() -> impl IntoView {
    let context = RoomContext::expect();
    let phase = RwSignal::from(context.view().phase.clone());
    reactive(move || match phase.get() {
        TimelinePhase::Ready => ().into_any(),
        TimelinePhase::Loading => view! { <Skeleton /> }.into_any(),
        TimelinePhase::Empty => view! {
            <div class="state">
                <Icon glyph=Glyph::Room />
                <h2 class="state__title" use:set_text=tr!(timeline.empty_title)></h2>
                <p use:set_text=tr!(timeline.empty_text)></p>
            </div>
        }
        .into_any(),
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
