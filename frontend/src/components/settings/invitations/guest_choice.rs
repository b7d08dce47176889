//! What else a guest's invitation says: to which room it leads, and whether what was written before is
//! seen.

use leptos::ev;
use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::RoomKind;

use super::state::Invitations;
use crate::i18n::format;
use crate::i18n::settings::words;
use crate::state::{KnownRoom, use_client};
use crate::view::{Entry, dynamic_text, list, on, reactive, set_text};

/// The choice.
#[derive(Clone, Copy)]
pub(super) struct GuestChoice {
    /// The room; none was chosen: the first one that is offered.
    room: RwSignal<Option<RoomId>>,
    first: RwSignal<Option<RoomId>>,
    pub(super) with_history: RwSignal<bool>,
}

impl GuestChoice {
    pub(super) fn new() -> Self {
        GuestChoice {
            room: RwSignal::new(None),
            first: RwSignal::new(None),
            with_history: RwSignal::new(false),
        }
    }

    /// The room, as the invitation names it.
    pub(super) fn rooms(self) -> Vec<RoomId> {
        let room = self.room.get_untracked().or(self.first.get_untracked());
        room.into_iter().collect()
    }
}

/// The fields.
pub(super) fn guest_choice(invitations: Invitations, choice: GuestChoice) -> AnyView {
    let client = use_client();
    // Public rooms, and the private ones that the person manages.
    let offered = move || {
        let managed = match invitations.answer.get() {
            Some(Ok(page)) => page.rooms,
            _ => Vec::new(),
        };
        // Which rooms there are has no signal of its own.
        client.room_ids().track();
        let is_offered = |room: &KnownRoom| {
            let is_managed = managed.iter().any(|managed| managed.id == room.id);
            !room.is_archived && (is_managed || room.kind == RoomKind::Public)
        };
        let mut rooms = client.known_rooms();
        rooms.retain(is_offered);
        let is_lobby = |room: &KnownRoom| room.id == RoomId::LOBBY;
        rooms.sort_by(|a, b| {
            let lobby = is_lobby(b).cmp(&is_lobby(a));
            lobby.then_with(|| format::compare(&a.name, &b.name))
        });
        let rooms: Vec<(RoomId, String)> =
            rooms.into_iter().map(|room| (room.id, room.name)).collect();
        choice.first.set(rooms.first().map(|(id, _)| *id));
        rooms
    };
    let entries = move || {
        let entry = |(id, name): (RoomId, String)| {
            Entry::new((id.0, 0), move || {
                view! {
                    <option
                        value=id.to_string()
                        prop:selected=reactive(move || choice.room.get() == Some(id))
                        use:set_text=name
                    ></option>
                }
            })
        };
        offered().into_iter().map(entry).collect()
    };
    let choose = move |event: ev::Event| {
        let id = event_target_value(&event).parse().ok();
        choice.room.set(id.map(RoomId));
    };
    view! {
        <div class="settings__fields">
            <div class="field">
                <label class="field__label" for="invite-room" use:set_text=dynamic_text(|| words().invitations.guest_room)></label>
                <select class="field__input" id="invite-room" translate="no" on:change=on(choose)>
                    {list(entries)}
                </select>
            </div>
        </div>
        <label class="settings__check">
            <input
                type="checkbox"
                id="invite-history"
                prop:checked=reactive(move || choice.with_history.get())
                on:change=on(move |_| choice.with_history.update(|with| *with = !*with))
            />
            <span use:set_text=dynamic_text(|| words().invitations.with_history)></span>
        </label>
        <p class="settings__aside" use:set_text=dynamic_text(|| words().invitations.guest_hint)></p>
    }
    .into_any()
}
