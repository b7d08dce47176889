//! A member in the list, with a menu of what can be done, and the question before it is.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::command::Command;
use shared::id::{RoomId, UserId};
use shared::model::{Member, MemberRole, RoomKind};
use shared::permission::Action;

use crate::components::avatar::{Avatar, number};
use crate::components::dialogs::use_dialogs;
use crate::components::form::FormState;
use crate::components::icons::{Glyph, Icon};
use crate::components::menu::Menu;
use crate::i18n::rooms::words;
use crate::state::{shown_name, use_client};
use crate::tr;
use crate::view::{dynamic_text, effect, on, optional_view, reactive, set_text};

/// What is done to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberDeed {
    SetRole(MemberRole),
    Remove,
}

/// What all rows share.
#[derive(Clone, Copy)]
pub(super) struct RowState {
    /// What is being done to a member.
    pub form: FormState,
    /// About whom a question is asked.
    pub asks: RwSignal<Option<(UserId, MemberDeed)>>,
    /// What was done last.
    pub note: RwSignal<String>,
    /// Whose row takes the focus when it is made.
    pub focus: StoredValue<Option<UserId>>,
}

impl RowState {
    pub fn new() -> Self {
        RowState {
            form: FormState::for_command(),
            asks: RwSignal::new(None),
            note: RwSignal::new(String::new()),
            focus: StoredValue::new(None),
        }
    }

    fn ask(self, user: UserId, deed: MemberDeed) {
        self.form.clear();
        self.note.set(String::new());
        self.asks.set(Some((user, deed)));
    }
}

/// The row.
pub(super) fn member_row(
    state: RowState,
    room: RoomId,
    member: Member,
    act: impl Fn(UserId, MemberDeed) + Copy + Send + Sync + 'static,
) -> AnyView {
    let client = use_client();
    let Member { person, role, .. } = member;
    let id = person.id;
    let is_me = client.me().get_untracked().is_some_and(|me| me.id == id);
    let name = shown_name(&person.name).to_owned();
    let you = is_me.then(|| {
        view! { <span class="person__note" use:set_text=tr!(people.you)></span> }.into_any()
    });
    let manager = (role == MemberRole::Manager).then(|| {
        view! { <span class="member__role" use:set_text=dynamic_text(|| words().details.manager)></span> }
            .into_any()
    });
    let asked = move || state.asks.get().filter(|(user, _)| *user == id);
    let avatar = view! { <Avatar id=id name=person.name.clone() /> };
    view! {
        <li class="member" id=format!("member-{id}")>
            {avatar}
            <span class="member__name" dir="auto" translate="no" use:set_text=name.clone()></span>
            {number(Some(id))}
            {you}
            {manager}
            {menu(state, room, id, role, is_me, &name, act)}
            {optional_view({
                let name = name.clone();
                move || asked().map(|(_, deed)| question(state, room, id, deed, is_me, &name, act))
            })}
        </li>
    }
    .into_any()
}

/// What can be done to the member.
fn menu(
    state: RowState,
    room: RoomId,
    id: UserId,
    role: MemberRole,
    is_me: bool,
    name: &str,
    act: impl Fn(UserId, MemberDeed) + Copy + Send + Sync + 'static,
) -> AnyView {
    let client = use_client();
    let (may_appoint, may_remove) = (
        client.may(Action::Appoint, room),
        client.may(Action::RemoveMembers, room),
    );
    let may_write = client.only_room().get_untracked().is_none() && !is_me;
    let name = name.to_owned();
    optional_view(move || {
        let appoints = may_appoint.get() && (!is_me || role == MemberRole::Manager);
        let removes = may_remove.get() && !is_me;
        (appoints || removes || may_write).then(|| {
            let label = name.clone();
            let face = view! {
                <Icon glyph=Glyph::More />
                <span class="visually-hidden" use:set_text=dynamic_text(move || (words().details.actions)(&label))></span>
            };
            let message = may_write.then(|| message_item(state, id));
            let appoint = appoints.then(|| appoint_item(state, id, role, is_me, act));
            let remove = removes.then(|| {
                let ask = move || state.ask(id, MemberDeed::Remove);
                item(state, Glyph::Trash, || words().details.remove, ask)
            });
            follow_focus(state, id);
            view! {
                <Menu
                    id=format!("member-menu-{id}")
                    label=|| words().details.menu
                    face=("icon-button member__menu", face.into_any())
                >
                    {message}{appoint}{remove}
                </Menu>
            }
        })
    })
    .into_any()
}

/// After a change the row is another one: the focus goes on there.
fn follow_focus(state: RowState, id: UserId) {
    if state.focus.get_value() == Some(id) {
        state.focus.set_value(None);
        crate::browser::next_frame(move || {
            crate::components::focus::focus_on(&format!("#member-{id} .member__menu"));
        });
    }
}

fn message_item(state: RowState, id: UserId) -> AnyView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let open = move || {
        state.form.submit(async move {
            let command = Command::OpenDirect { users: vec![id] };
            let room = client.make_room(command).await?;
            dialogs.close();
            client.open_room(room);
            Ok(())
        });
    };
    item(state, Glyph::Message, || words().details.message, open)
}

/// An action of the menu. One thing is done at a time, and the others wait.
fn item(
    state: RowState,
    glyph: Glyph,
    label: fn() -> &'static str,
    act: impl Fn() + 'static,
) -> AnyView {
    let choose = move |_| {
        if !untrack(|| state.form.busy()) {
            act();
        }
    };
    view! {
        <button
            class="menu__item"
            type="button"
            role="menuitem"
            tabindex="-1"
            aria-disabled=reactive(move || state.form.busy().then_some("true"))
            on:click=on(choose)
        >
            <Icon glyph />
            <span use:set_text=label></span>
        </button>
    }
    .into_any()
}

fn appoint_item(
    state: RowState,
    id: UserId,
    role: MemberRole,
    is_me: bool,
    act: impl Fn(UserId, MemberDeed) + Copy + Send + Sync + 'static,
) -> AnyView {
    let label: fn() -> &'static str = match role {
        _ if is_me => || words().details.step_down,
        MemberRole::Manager => || words().details.make_member,
        MemberRole::Member => || words().details.make_manager,
    };
    let deed = MemberDeed::SetRole(match role {
        MemberRole::Manager => MemberRole::Member,
        MemberRole::Member => MemberRole::Manager,
    });
    // Others can be made managers again at once, oneself not.
    let choose = move || {
        if is_me {
            state.ask(id, deed);
        } else {
            act(id, deed);
        }
    };
    item(state, Glyph::People, label, choose)
}

/// What a deed means, and the button that does it.
fn question(
    state: RowState,
    room: RoomId,
    id: UserId,
    deed: MemberDeed,
    is_me: bool,
    name: &str,
    act: impl Fn(UserId, MemberDeed) + Copy + Send + Sync + 'static,
) -> AnyView {
    let node = NodeRef::<html::Button>::new();
    effect(move || {
        if let Some(button) = node.get() {
            let _ = button.focus();
        }
    });
    let kind = use_client().room_status(room).here().map(|room| room.kind);
    let is_private = kind == Some(RoomKind::Private);
    let name = name.to_owned();
    let ask = move || match deed {
        MemberDeed::Remove => (words().details.remove_sure)(&name),
        MemberDeed::SetRole(_) => words().details.step_down_sure.to_owned(),
    };
    let text = move || {
        let words = &words().details;
        match deed {
            MemberDeed::SetRole(_) => words.step_down_text,
            MemberDeed::Remove if is_private => words.remove_private_text,
            MemberDeed::Remove => words.remove_public_text,
        }
    };
    let label = move || {
        let words = &words().details;
        if is_me { words.step_down } else { words.remove }
    };
    let close = move || {
        state.asks.set(None);
        crate::components::focus::focus_on(&format!("#member-{id} .member__menu"));
    };
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            // Not the dialog.
            event.prevent_default();
            close();
        }
    };
    view! {
        <div class="question" role="group" aria-labelledby="member-question" on:keydown=on(escape)>
            <p class="question__title" id="member-question" use:set_text=dynamic_text(ask)></p>
            <p class="dialog__note" use:set_text=dynamic_text(text)></p>
            <div class="settings__row">
                <button
                    class="button button--alarm"
                    type="button"
                    node_ref=node
                    aria-describedby="member-question"
                    aria-disabled=reactive(move || state.form.busy().then_some("true"))
                    on:click=on(move |_| act(id, deed))
                    use:set_text=dynamic_text(label)
                ></button>
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| close())
                    use:set_text=tr!(app.cancel)
                ></button>
            </div>
        </div>
    }
    .into_any()
}
