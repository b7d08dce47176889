//! What stands in the place of the composer where the person cannot write, and why.
//!
//! `div.bar > p, button, p.state__draft`

use leptos::prelude::*;
use shared::command::Command;
use shared::id::{Micros, RoomId};
use shared::model::{Posting, Room};
use shared::permission::{Action, Standing};

use super::form::{FormError, FormState};
use super::room_context::RoomContext;
use crate::i18n::{format, t};
use crate::state::{RoomStatus, use_client};
use crate::tr;
use crate::view::{dynamic_text, effect, memo, on, optional_view, reactive, set_text};

/// Why the person cannot write in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// Nobody is signed in, and the room is read all the same.
    SignedOut,
    /// The person is no member of this public room, and reads it.
    Reading,
    /// Only managers post.
    Announcements,
    /// It is archived.
    Archived,
    /// Who manages the place lets the person only read until then.
    TimedOut(Micros),
}

/// Whether the person can write in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// It is not known yet.
    Unknown,
    /// The composer is there.
    Allowed,
    /// Something stands in its place.
    Barred(Barrier),
}

/// Whether the person can write in a room, which at a first visit is not known at once. Until a
/// room itself is known, the answer is the usual one.
pub fn writing(room: RoomId) -> Memo<Writing> {
    let client = use_client();
    let (state, standing) = (client.room(room), client.standing(room));
    let (known, may_join) = (client.list_known(), client.may(Action::Join, room));
    let (may_post, timed_out) = (client.may(Action::Post, room), client.timed_out());
    memo(move || {
        if client.is_reading() {
            return Writing::Barred(Barrier::SignedOut);
        }
        let is_archived = state.with(|state| match state {
            RoomStatus::Here(room) => Some(room.archived_at.is_some()),
            _ => None,
        });
        match is_archived {
            Some(true) => Writing::Barred(Barrier::Archived),
            // In the lobby one is whatever else is known.
            _ if !known.get() && room != RoomId::LOBBY => Writing::Unknown,
            Some(false) if may_join.get() && standing.get() == Standing::Outsider => {
                Writing::Barred(Barrier::Reading)
            }
            Some(false) if !may_post.get() => Writing::Barred(Barrier::Announcements),
            _ => timed_out.get().map_or(Writing::Allowed, |until| {
                Writing::Barred(Barrier::TimedOut(until))
            }),
        }
    })
}

/// The bar.
#[component]
pub fn RoomBar(
    /// The room's name.
    name: Memo<String>,
    /// Why the person cannot write.
    barrier: Barrier,
) -> impl IntoView {
    let context = RoomContext::expect();
    let (client, room) = (context.client, context.room);
    effect(move || context.focus_room());
    let may_restore = client.may(Action::Archive, room);
    let words = dynamic_text(move || match barrier {
        Barrier::SignedOut => (t().room.reading_signed_out)(&name.read()),
        Barrier::Reading => (t().room.reading)(&name.read()),
        Barrier::Announcements => t().room.announcements.to_owned(),
        Barrier::Archived => t().room.archived.to_owned(),
        Barrier::TimedOut(until) => (t().room.timed_out)(&format::exact(until)),
    });
    let button = move || match barrier {
        Barrier::SignedOut => Some(sign_in_button(context)),
        Barrier::Reading => {
            let (label, waiting) = (tr!(room.join), tr!(room.joining));
            Some(act(label, waiting, Command::JoinRoom { room }))
        }
        Barrier::Archived if may_restore.get() => {
            let archived = false;
            let (label, waiting) = (tr!(room.restore), tr!(room.restore));
            Some(act(label, waiting, Command::ArchiveRoom { room, archived }))
        }
        Barrier::Archived | Barrier::Announcements | Barrier::TimedOut(_) => None,
    };
    view! {
        <div class="bar">
            <p use:set_text=words></p>
            {optional_view(button)}
            {unsent_draft(context)}
        </div>
    }
}

/// A button that leads to the form to sign in.
pub fn sign_in_button(context: RoomContext) -> AnyView {
    let (client, room) = (context.client, context.room);
    let state = client.room(room);
    let writes = |room: &Room| room.archived_at.is_none() && room.posting == Posting::Everybody;
    let label = move || {
        if state.with(|state| state.here().is_some_and(writes)) {
            t().room.sign_in_to_write
        } else {
            t().room.sign_in
        }
    };
    let sign_in = move |_: leptos::ev::MouseEvent| client.sign_in_to_write(room);
    view! {
        <button class="button" type="button" on:click=on(sign_in) use:set_text=dynamic_text(label)></button>
    }
    .into_any()
}

/// A button that gives a command and waits for its answer, with another label meanwhile.
fn act(label: fn() -> &'static str, waiting: fn() -> &'static str, command: Command) -> AnyView {
    let client = use_client();
    // The bar goes when the change arrives, perhaps before the answer.
    let form = FormState::new();
    let press = move |_: leptos::ev::MouseEvent| {
        let command = command.clone();
        form.submit(async move { client.give(command).await.map(|_| ()) });
    };
    view! {
        <button
            class="button"
            type="button"
            aria-disabled=reactive(move || form.busy().then_some("true"))
            on:click=on(press)
            use:set_text=dynamic_text(move || if form.busy() { waiting() } else { label() })
        ></button>
        <FormError form fields=&[] />
    }
    .into_any()
}

/// What was typed in a room that has no composer now.
pub fn unsent_draft(context: RoomContext) -> AnyView {
    let returned = RwSignal::from(context.view().returned.clone());
    let draft = memo(move || {
        returned.track();
        context.client.draft(context.room)
    });
    let shown = optional_view(move || {
        (!draft.read().is_empty()).then(|| {
            view! {
                <p use:set_text=tr!(room.unsent_draft)></p>
                <p class="state__draft" dir="auto" translate="no" tabindex="0" use:set_text=draft.get()></p>
            }
        })
    });
    view! { {shown} }.into_any()
}
