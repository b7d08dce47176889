//! What else a guest's invitation says: to which room it leads, and whether what was written before is
//! seen.

use leptos::ev;
use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::RoomKind;

use super::state::Invitations;
use crate::i18n::format;
use crate::i18n::settings::words;
use crate::state::{Client, KnownRoom, use_client};
use crate::view::{Entry, dynamic_text, effect, list, memo, on, reactive, set_text};

/// The rooms that are offered, with their names.
type OfferedRooms = Vec<(RoomId, String)>;

/// The choice.
#[derive(Clone, Copy)]
pub(super) struct GuestChoice {
    /// The room that is chosen, and stays so while others come and go.
    room: RwSignal<Option<RoomId>>,
    offered: Memo<OfferedRooms>,
    pub(super) with_history: RwSignal<bool>,
}

impl GuestChoice {
    pub(super) fn new(invitations: Invitations) -> Self {
        let client = use_client();
        let room = RwSignal::new(None);
        let offered = memo(move || offered_rooms(client, invitations));
        // The list shows its first room before anything is chosen.
        effect(move || {
            let chosen = offered.with(|offered| chosen_room(offered, room.get()));
            if chosen != room.get_untracked() {
                room.set(chosen);
            }
        });
        GuestChoice {
            room,
            offered,
            with_history: RwSignal::new(false),
        }
    }

    /// The room, as the invitation names it.
    pub(super) fn rooms(self) -> Vec<RoomId> {
        let offered = self.offered.get_untracked();
        let room = chosen_room(&offered, self.room.get_untracked());
        room.into_iter().collect()
    }
}

/// The chosen room if it is still offered, else the first one.
fn chosen_room(offered: &[(RoomId, String)], chosen: Option<RoomId>) -> Option<RoomId> {
    let is_offered = |room: &RoomId| offered.iter().any(|(id, _)| id == room);
    chosen
        .filter(is_offered)
        .or_else(|| offered.first().map(|(id, _)| *id))
}

/// Public rooms, and the private ones that the person manages; tracked.
fn offered_rooms(client: Client, invitations: Invitations) -> OfferedRooms {
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
    // Names change, and rooms end.
    for room in &rooms {
        client.room(room.id).track();
    }
    let is_lobby = |room: &KnownRoom| room.id == RoomId::LOBBY;
    rooms.sort_by(|a, b| {
        let lobby = is_lobby(b).cmp(&is_lobby(a));
        lobby.then_with(|| format::compare(&a.name, &b.name))
    });
    rooms.into_iter().map(|room| (room.id, room.name)).collect()
}

/// The fields.
pub(super) fn guest_choice(choice: GuestChoice) -> AnyView {
    let entries = move || {
        let entry = |id: RoomId| {
            let name = move || {
                let offered = choice.offered.read();
                let room = offered.iter().find(|(other, _)| *other == id);
                room.map_or_else(String::new, |(_, name)| name.clone())
            };
            Entry::new((id.0, 0), move || {
                view! {
                    <option
                        value=id.to_string()
                        prop:selected=reactive(move || choice.room.get() == Some(id))
                        use:set_text=dynamic_text(name)
                    ></option>
                }
            })
        };
        let offered = choice.offered.read();
        offered.iter().map(|(id, _)| entry(*id)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_room_stays_while_others_come_and_go() {
        let rooms = |ids: &[i64]| -> OfferedRooms {
            ids.iter().map(|id| (RoomId(*id), String::new())).collect()
        };
        let chosen = |ids: &[i64], chosen: Option<i64>| {
            chosen_room(&rooms(ids), chosen.map(RoomId)).map(|room| room.0)
        };
        assert_eq!(chosen(&[], None), None);
        assert_eq!(chosen(&[2, 3], None), Some(2));
        assert_eq!(chosen(&[1, 2, 3], Some(2)), Some(2));
        assert_eq!(chosen(&[1, 3], Some(2)), Some(1));
    }
}
