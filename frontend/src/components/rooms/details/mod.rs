//! What a room is, who is in it, and its end.

mod endings;
mod member_row;
mod members;
mod people;

use leptos::prelude::*;
use shared::command::Command;
use shared::id::RoomId;
use shared::model::{Posting, Room, RoomKind};
use shared::permission::{Action, Standing};

use crate::components::dialogs::DialogFrame;
use crate::components::form::{FormError, FormState};
use crate::components::icons::{Glyph, Icon};
use crate::components::room_summary::RoomSummary;
use crate::i18n::rooms::words;
use crate::state::{RoomStatus, use_client};
use crate::tr;
use crate::view::{dynamic_text, memo, on, optional_view, reactive, set_text};
use endings::endings;
use members::members;
use people::people;

/// The details.
#[component]
pub(super) fn RoomDetails(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let client = use_client();
    let state = client.room(room);
    let kind = memo(move || state.with(|state| state.here().map(|room| room.kind)));
    // Not with the parts of the room: when the person ends it, they may go before the answer comes.
    let ending = FormState::for_command();
    view! {
        <DialogFrame title=tr!(room.details) light=true>
            <div class="dialog__body">
                {reactive(move || match kind.get() {
                    Some(kind) => room_parts(room, kind, ending).into_any(),
                    None => not_here(room).into_any(),
                })}
            </div>
        </DialogFrame>
    }
}

/// All about a room that is there.
fn room_parts(room: RoomId, kind: RoomKind, ending: FormState) -> impl IntoView {
    let members = match kind {
        RoomKind::Direct => people(room),
        RoomKind::Public | RoomKind::Private => members(room),
    };
    view! {
        <RoomSummary room words=String::new() edit=true />
        {facts(room)}
        {join(room)}
        {members}
        {endings(room, ending)}
    }
}

/// Why the room is not there: it ended, for all or for this person, while the details were open.
fn not_here(room: RoomId) -> impl IntoView {
    let state = use_client().room(room);
    let is_gone = memo(move || state.with(|state| *state == RoomStatus::Gone));
    let is_lost = memo(move || state.with(|state| *state == RoomStatus::Missing));
    let words = move |gone: fn() -> &'static str, lost: fn() -> &'static str| {
        dynamic_text(move || match (is_gone.get(), is_lost.get()) {
            (true, _) => gone().to_owned(),
            (false, true) => lost().to_owned(),
            (false, false) => String::new(),
        })
    };
    view! {
        <div role="status">
            <p>
                <strong use:set_text=words(
                    tr!(room.gone_title),
                    tr!(room.lost_title),
                )></strong>
            </p>
            <p use:set_text=words(tr!(room.gone_text), tr!(room.lost_text))></p>
        </div>
    }
}

/// Who can read it, who posts, and whether it is archived.
fn facts(room: RoomId) -> AnyView {
    let client = use_client();
    let state = client.room(room);
    let holds = move |is: fn(&Room) -> bool| state.with(|state| state.here().is_some_and(is));
    let kind = memo(move || state.with(|state| state.here().map(|room| room.kind)));
    let glyph = move || match kind.get() {
        Some(RoomKind::Private) => Glyph::Lock,
        Some(RoomKind::Direct) => Glyph::Message,
        _ => Glyph::Globe,
    };
    let who = move || {
        let words = &words().details;
        match kind.get() {
            None => "",
            Some(RoomKind::Private) => words.private,
            Some(RoomKind::Direct) if client.others_in(room).is_empty() => words.notes,
            Some(RoomKind::Direct) => words.direct,
            Some(RoomKind::Public) if room == RoomId::LOBBY => words.lobby,
            Some(RoomKind::Public) => words.public,
        }
    };
    let announcements = optional_view(move || {
        let is_limited = holds(|room| room.posting == Posting::Managers);
        is_limited.then(|| fact(Glyph::Edit, || words().details.announcements))
    });
    let public_reading = client.public_reading();
    let readable = optional_view(move || {
        let is_readable = public_reading.get() && holds(|room| room.kind == RoomKind::Public);
        is_readable.then(|| fact(Glyph::Link, || words().details.readable))
    });
    let archived = optional_view(move || {
        let is_archived = holds(|room| room.archived_at.is_some());
        is_archived.then(|| fact(Glyph::Archive, || words().details.archived))
    });
    view! {
        <ul class="facts">
            <li class="fact">
                {reactive(move || view! { <Icon glyph=glyph() /> }.into_any())}
                <span use:set_text=dynamic_text(who)></span>
            </li>
            {readable}
            {announcements}
            {archived}
        </ul>
    }
    .into_any()
}

fn fact(glyph: Glyph, words: fn() -> &'static str) -> AnyView {
    view! {
        <li class="fact">
            <Icon glyph />
            <span use:set_text=dynamic_text(words)></span>
        </li>
    }
    .into_any()
}

/// The button that joins a public room.
fn join(room: RoomId) -> AnyView {
    let client = use_client();
    let form = FormState::for_command();
    let (may_join, standing) = (client.may(Action::Join, room), client.standing(room));
    let can_join = memo(move || may_join.get() && standing.get() == Standing::Outsider);
    let join = move || {
        form.submit(async move { client.give(Command::JoinRoom { room }).await.map(drop) });
    };
    optional_view(move || {
        can_join.get().then(|| {
            view! {
                <button
                    class="button"
                    type="button"
                    aria-disabled=reactive(move || form.busy().then_some("true"))
                    on:click=on(move |_| join())
                    use:set_text=dynamic_text(|| words().details.join)
                ></button>
                <FormError form fields=&[] />
            }
        })
    })
    .into_any()
}
