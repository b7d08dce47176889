//! What is shown before and after the rows, and in place of them.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use shared::model::Room;

use crate::components::dialogs::Dialog;
use crate::components::icons::{Glyph, Icon};
use crate::components::room_context::RoomContext;
use crate::components::skeleton::Skeleton;
use crate::i18n::t;
use crate::state::timeline::{Edge, TimelinePhase};
use crate::tr;
use crate::view::{DynamicText, dynamic_text, memo, on, optional_view, reactive, set_text};

/// Before the rows: the beginning of the room, or a placeholder.
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
                // A removed room has no name.
                (TimelinePhase::Ready, Edge::End) if !name.read().is_empty() => {
                    let words = dynamic_text(move || (t().timeline.beginning)(&name.read()));
                    view! { <Beginning words /> }.into_any()
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
        TimelinePhase::Empty => view! { <Beginning words=tr!(timeline.empty_title) /> }.into_any(),
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

/// Where a room begins: its name and topic, and what whoever made it may do next.
#[component]
fn Beginning(
    /// A sentence below the name.
    #[prop(into)]
    words: DynamicText,
) -> impl IntoView {
    let RoomContext {
        client,
        room,
        dialogs,
        ..
    } = RoomContext::expect();
    let (state, may_edit) = (client.room(room), client.may_edit(room));
    let text = move |of: fn(&Room) -> &String| {
        state.with(|state| state.here().map(of).cloned().unwrap_or_default())
    };
    let topic = memo(move || text(|room| &room.topic));
    view! {
        <div class="timeline__begin">
            <h2
                class="timeline__name"
                dir="auto"
                translate="no"
                use:set_text=dynamic_text(move || text(|room| &room.name))
            ></h2>
            <p use:set_text=words></p>
            <p class="timeline__topic" dir="auto" use:set_text=dynamic_text(move || topic.get())></p>
            {optional_view(move || {
                (may_edit.get() && topic.read().is_empty()).then(|| {
                    button(tr!(room.add_topic), on(move |_| dialogs.open(Dialog::EditRoom(room))))
                })
            })}
            {button(tr!(room.invite), on(move |_| client.copy_link(room, None)))}
        </div>
    }
}

fn button(label: fn() -> &'static str, act: Box<dyn FnMut(MouseEvent)>) -> AnyView {
    view! { <button class="button button--quiet" type="button" on:click=act use:set_text=label></button> }
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
