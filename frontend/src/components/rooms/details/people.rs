//! Who is in a direct conversation: always the same people.

use leptos::prelude::*;
use shared::command::Command;
use shared::id::{RoomId, UserId};

use crate::components::avatar::{Avatar, number};
use crate::components::dialogs::{Dialog, use_dialogs};
use crate::i18n::rooms::words;
use crate::state::{shown_name, use_client};
use crate::tr;
use crate::view::{dynamic_text, on, set_text};

/// The people, and the button that opens a conversation with more.
pub(super) fn people(room: RoomId) -> AnyView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let me = client.me().get_untracked().map(|me| me.id);
    let others = untrack(|| client.others_in(room));
    let is_full = others.len() + 1 >= Command::MOST_IN_DIRECT;
    let may_open = client.only_room().get_untracked().is_none();
    let rows: Vec<AnyView> = others
        .into_iter()
        .chain(me)
        .map(|id| person(id, me == Some(id)))
        .collect();
    let add = (!is_full && may_open).then(|| {
        view! {
            <button
                class="button button--quiet"
                type="button"
                on:click=on(move |_| dialogs.open_next(Dialog::NewMessage(Some(room))))
                use:set_text=dynamic_text(|| words().details.add)
            ></button>
        }
        .into_any()
    });
    view! {
        <section class="dialog__section" aria-labelledby="details-people">
            <h3 class="details__title" id="details-people" use:set_text=dynamic_text(|| words().details.people)></h3>
            <ul class="members">{rows}</ul>
            {add}
        </section>
    }
    .into_any()
}

fn person(id: UserId, is_me: bool) -> AnyView {
    let client = use_client();
    let name = untrack(|| client.name_of(id));
    let note = is_me.then(|| {
        view! { <span class="person__note" use:set_text=tr!(people.you)></span> }.into_any()
    });
    view! {
        <li class="member">
            <Avatar id=id name />
            <span
                class="member__name"
                dir="auto"
                translate="no"
                use:set_text=dynamic_text(move || shown_name(&client.name_of(id)).to_owned())
            ></span>
            {number(Some(id))}
            {note}
        </li>
    }
    .into_any()
}
