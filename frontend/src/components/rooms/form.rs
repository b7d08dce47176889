//! Making a room, and changing its name and topic and who posts.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use leptos::prelude::*;
use leptos::{ev, html};
use shared::command::Command;
use shared::error::Field;
use shared::id::{Rev, RoomId};
use shared::model::{Posting, RoomKind};
use shared::text;

use super::choice::{option, segment};
use crate::browser;
use crate::components::dialogs::{CancelButton, Dialog, DialogFrame, use_dialogs};
use crate::components::form::{FormError, FormState, Submit, TextField, value_of};
use crate::i18n::rooms::words;
use crate::state::{Client, Failure, RoomStatus, ToastMessage, use_client};
use crate::tr;
use crate::view::{dynamic_text, effect, on, set_text};

const FIELDS: &[Field] = &[Field::Name, Field::Topic];

/// What both forms have.
#[derive(Clone, Copy)]
struct RoomFields {
    client: Client,
    form: FormState,
    name: NodeRef<html::Input>,
    topic: NodeRef<html::Input>,
    posting: RwSignal<Posting>,
}

impl RoomFields {
    fn new(client: Client, posting: Posting) -> Self {
        RoomFields {
            client,
            form: FormState::for_command(),
            name: NodeRef::new(),
            topic: NodeRef::new(),
            posting: RwSignal::new(posting),
        }
    }

    /// Name and topic, normalised. `None` if one is invalid; its field then shows the error,
    /// without a request to the server.
    fn read(self) -> Option<(String, String)> {
        let limits = self.client.limits().get_untracked();
        let checked = text::name(&value_of(self.name), &limits)
            .and_then(|name| Ok((name, text::topic(&value_of(self.topic), &limits)?)));
        checked.map_err(|error| self.form.refuse(error)).ok()
    }

    fn texts(self, name: String, topic: String, adds_topic: bool) -> AnyView {
        view! {
            <TextField
                form=self.form
                field=Field::Name
                id="room-name"
                label=|| words().form.name
                hint=|| ""
                node=self.name
                value=name
                autofocus=!adds_topic
            />
            <TextField
                form=self.form
                field=Field::Topic
                id="room-topic"
                label=|| words().form.topic
                hint=|| words().form.topic_hint
                node=self.topic
                value=topic
                autofocus=adds_topic
            />
        }
        .into_any()
    }

    /// Who posts.
    fn posting(self) -> AnyView {
        let posting = self.posting;
        let hint = move || match posting.get() {
            Posting::Everybody => words().form.everybody_hint,
            Posting::Managers => words().form.managers_hint,
        };
        view! {
            <fieldset class="choices">
                <legend use:set_text=dynamic_text(|| words().form.posting)></legend>
                <div class="segments">
                    {segment("room-posting", Posting::Everybody, posting, || words().form.everybody)}
                    {segment("room-posting", Posting::Managers, posting, || words().form.managers)}
                </div>
                <p class="dialog__note" use:set_text=dynamic_text(hint)></p>
            </fieldset>
        }
        .into_any()
    }
}

/// Makes a room and opens it. People are added to a private one at once.
#[component]
pub(super) fn CreateRoom() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let fields = RoomFields::new(client, Posting::Everybody);
    let kind = RwSignal::new(RoomKind::Public);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some((name, topic)) = fields.read() else {
            return;
        };
        let (kind, posting) = (kind.get_untracked(), fields.posting.get_untracked());
        fields.form.submit(async move {
            let command = Command::CreateRoom { name, topic, kind };
            let made = client.give(command).await?;
            let room = made.room.ok_or(Failure::Unreachable)?;
            if posting == Posting::Managers {
                limit_posting(client, room, made.rev.unwrap_or_default()).await;
            }
            client.until_member(room).await;
            if fields.form.is_here() {
                dialogs.close();
                client.open_room(room);
                if kind == RoomKind::Private {
                    // After the address has changed, which belongs to no dialog.
                    browser::next_frame(move || dialogs.open(Dialog::AddPeople(room)));
                }
            }
            Ok(())
        });
    };
    view! {
        <DialogFrame title=dynamic_text(|| words().form.create_title)>
            <form class="dialog__form" novalidate on:submit=on(submit)>
                <div class="dialog__body">
                    {fields.texts(String::new(), String::new(), false)}
                    <fieldset class="choices">
                        <legend use:set_text=dynamic_text(|| words().form.kind)></legend>
                        {option("room-kind", RoomKind::Public, kind, || words().form.public, || words().form.public_hint)}
                        {option("room-kind", RoomKind::Private, kind, || words().form.private, || words().form.private_hint)}
                    </fieldset>
                    {fields.posting()}
                    <FormError form=fields.form fields=FIELDS />
                </div>
                <div class="dialog__foot">
                    <CancelButton />
                    <Submit form=fields.form label=|| words().form.create />
                </div>
            </form>
        </DialogFrame>
    }
}

/// A new room is made for everybody; then this is its first change. The room is there if it fails.
async fn limit_posting(client: Client, room: RoomId, rev: Rev) {
    let command = Command::UpdateRoom {
        room,
        rev,
        name: None,
        topic: None,
        posting: Some(Posting::Managers),
    };
    if let Err(failure) = client.give(command).await {
        client.show_toast(ToastMessage::Failed(failure));
    }
}

/// Changes a room. If it was changed elsewhere in the meantime, the form shows that and keeps
/// the input; saving again saves only the changed fields.
#[component]
pub(super) fn EditRoom(
    /// The room.
    room: RoomId,
    /// Whether it is opened for a topic.
    adds_topic: bool,
) -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let (name, topic, rev, old_posting) = match client.room_status(room) {
        RoomStatus::Here(room) => (room.name, room.topic, room.rev, room.posting),
        _ => Default::default(),
    };
    let fields = RoomFields::new(client, old_posting);
    let rests_on = Arc::new(AtomicI64::new(rev.0));
    let present = Arc::clone(&rests_on);
    effect(move || {
        let newer = fields.form.failure(|failure| match failure {
            Failure::Refused(refusal) => refusal.current_room.as_ref().map(|room| room.rev),
            Failure::Unreachable => None,
        });
        if let Some(newer) = newer {
            present.store(newer.0, Ordering::Relaxed);
        }
    });
    let submit = {
        let (old_name, old_topic) = (name.clone(), topic.clone());
        move |event: ev::SubmitEvent| {
            event.prevent_default();
            let Some((name, topic)) = fields.read() else {
                return;
            };
            let name = (name != old_name).then_some(name);
            let topic = (topic != old_topic).then_some(topic);
            let posting = fields.posting.get_untracked();
            let posting = (posting != old_posting).then_some(posting);
            if name.is_none() && topic.is_none() && posting.is_none() {
                dialogs.close();
                return;
            }
            let rev = Rev(rests_on.load(Ordering::Relaxed));
            let command = Command::UpdateRoom {
                room,
                rev,
                name,
                topic,
                posting,
            };
            fields.form.submit(async move {
                client.give(command).await?;
                if fields.form.is_here() {
                    dialogs.close();
                }
                Ok(())
            });
        }
    };
    view! {
        <DialogFrame title=dynamic_text(|| words().form.edit_title)>
            <form class="dialog__form" novalidate on:submit=on(submit)>
                <div class="dialog__body">
                    {fields.texts(name, topic, adds_topic)}
                    {fields.posting()}
                    <FormError form=fields.form fields=FIELDS />
                </div>
                <div class="dialog__foot">
                    <CancelButton />
                    <Submit form=fields.form label=tr!(app.save) />
                </div>
            </form>
        </DialogFrame>
    }
}
