//! A room in the list.

use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::Posting;
use shared::permission::{Action, Standing};

use super::part::DirectoryPart;
use crate::api::rooms::RoomEntry;
use crate::components::icons::{Glyph, Icon};
use crate::i18n::rooms::words;
use crate::route::Route;
use crate::view::{dynamic_text, memo, on, optional_view, reactive, set_text};

/// The row.
pub(super) fn row(part: DirectoryPart, entry: RoomEntry, stop: Memo<Option<RoomId>>) -> AnyView {
    let client = part.client;
    let RoomEntry {
        room,
        members,
        is_member,
    } = entry;
    let id = room.id;
    let is_lobby = id == RoomId::LOBBY;
    // The lobby that nobody has renamed has a name in each language.
    let state = client.room(id);
    let given = room.name.clone();
    let name = memo(move || {
        state.with(|state| state.here().map_or(given.clone(), |room| room.name.clone()))
    });
    let standing = client.standing(id);
    let is_in = memo(move || standing.get() != Standing::Outsider);
    let count = move || {
        if is_lobby {
            return words().directory.everybody.to_owned();
        }
        // As the page has learned it since.
        let others = members.saturating_sub(u32::from(is_member));
        (words().directory.members)(u64::from(others + u32::from(is_in.get())))
    };
    let (may_join, may_leave) = (client.may(Action::Join, id), client.may(Action::Leave, id));
    let has_action = memo(move || {
        if is_in.get() {
            may_leave.get()
        } else {
            may_join.get()
        }
    });
    let action = optional_view(move || has_action.get().then(|| action(part, id, name, is_in)));
    let announcements = (room.posting == Posting::Managers).then(|| {
        view! { <span class="directory__fact" use:set_text=dynamic_text(|| words().directory.announcements)></span> }
            .into_any()
    });
    let topic = (!room.topic.is_empty()).then(|| {
        view! { <span class="directory__topic" dir="auto" use:set_text=room.topic></span> }
            .into_any()
    });
    view! {
        <li class="directory__row" data-room=id.to_string()>
            <a
                class="directory__open"
                href=Route::Room(id).path()
                tabindex=reactive(move || if stop.get() == Some(id) { "0" } else { "-1" })
            >
                <Icon glyph=Glyph::Room />
                <span class="directory__words">
                    <span class="directory__name" dir="auto" translate="no" use:set_text=dynamic_text(move || name.get())></span>
                    {topic}
                    <span class="directory__facts">
                        <span class="directory__fact" use:set_text=dynamic_text(count)></span>
                        {announcements}
                        {optional_view(move || (is_in.get() && !is_lobby).then(|| view! {
                            <span class="directory__fact directory__in" use:set_text=dynamic_text(|| words().directory.joined)></span>
                        }))}
                    </span>
                </span>
            </a>
            {action}
        </li>
    }
    .into_any()
}

/// Joins the room, or leaves it. One button, so that the focus stays.
fn action(part: DirectoryPart, room: RoomId, name: Memo<String>, is_in: Memo<bool>) -> AnyView {
    let was_in = memo(move || part.was_member(room));
    let label = move || {
        let words = &words().directory;
        let label = if is_in.get() {
            words.leave_label
        } else {
            words.join_label
        };
        // While it is done, the text is the name.
        was_in.get().is_none().then(|| label(&name.read()))
    };
    let text = move || {
        let words = &words().directory;
        match (was_in.get(), is_in.get()) {
            (Some(true), _) => words.leaving,
            (Some(false), _) => words.joining,
            (None, true) => words.leave,
            (None, false) => words.join,
        }
    };
    let class = move || {
        if is_in.get() {
            "button button--quiet directory__action"
        } else {
            "button directory__action"
        }
    };
    view! {
        <button
            class=reactive(class)
            type="button"
            // Arrows lead here; on a phone it is pressed.
            tabindex="-1"
            aria-label=reactive(label)
            aria-disabled=reactive(move || was_in.get().map(|_| "true"))
            on:click=on(move |_| part.set_member(room, !is_in.get_untracked()))
            use:set_text=dynamic_text(text)
        ></button>
    }
    .into_any()
}
