//! Making a room, and changing its name and topic.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::Field;
use shared::id::{Rev, RoomId};
use shared::text;

use super::frame::{CancelButton, DialogFrame};
use super::use_dialogs;
use crate::components::form::{FormError, FormState, Submit, TextField, value_of};
use crate::state::{Client, Failure, RoomStatus, use_client};
use crate::tr;
use crate::view::{effect, on};

const FIELDS: &[Field] = &[Field::Name, Field::Topic];

/// The two fields of both forms.
#[derive(Clone, Copy)]
struct RoomFields {
    client: Client,
    form: FormState,
    name: NodeRef<html::Input>,
    topic: NodeRef<html::Input>,
}

impl RoomFields {
    fn new(client: Client) -> Self {
        RoomFields {
            client,
            form: FormState::for_command(),
            name: NodeRef::new(),
            topic: NodeRef::new(),
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

    fn view(
        self,
        name: String,
        topic: String,
        hint: fn() -> &'static str,
        adds_topic: bool,
    ) -> impl IntoView {
        view! {
            <TextField
                form=self.form
                field=Field::Name
                id="room-name"
                label=tr!(room_form.name)
                hint
                node=self.name
                value=name
                autofocus=!adds_topic
            />
            <TextField
                form=self.form
                field=Field::Topic
                id="room-topic"
                label=tr!(room_form.topic)
                hint=tr!(room_form.topic_hint)
                node=self.topic
                value=topic
                autofocus=adds_topic
            />
            <FormError form=self.form fields=FIELDS />
        }
    }
}

/// Makes a room and opens it.
#[component]
pub(super) fn CreateRoom() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let fields = RoomFields::new(client);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some((name, topic)) = fields.read() {
            fields.form.submit(async move {
                let room = client.create_room(name, topic).await?;
                if fields.form.is_here() {
                    dialogs.close();
                    client.open_room(room);
                }
                Ok(())
            });
        }
    };
    view! {
        <DialogFrame title=tr!(room_form.create_title)>
            <form class="dialog__form" novalidate on:submit=on(submit)>
                <div class="dialog__body">
                    {fields.view(String::new(), String::new(), tr!(room_form.name_hint), false)}
                </div>
                <div class="dialog__foot">
                    <CancelButton />
                    <Submit form=fields.form label=tr!(room_form.create) />
                </div>
            </form>
        </DialogFrame>
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
    let fields = RoomFields::new(client);
    let (name, topic, rev) = match client.room_status(room) {
        RoomStatus::Here(room) => (room.name, room.topic, room.rev),
        _ => Default::default(),
    };
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
            if name.is_none() && topic.is_none() {
                dialogs.close();
                return;
            }
            let rev = Rev(rests_on.load(Ordering::Relaxed));
            fields.form.submit(async move {
                client.update_room(room, rev, name, topic).await?;
                if fields.form.is_here() {
                    dialogs.close();
                }
                Ok(())
            });
        }
    };
    view! {
        <DialogFrame title=tr!(room_form.edit_title)>
            <form class="dialog__form" novalidate on:submit=on(submit)>
                <div class="dialog__body">{fields.view(name, topic, || "", adds_topic)}</div>
                <div class="dialog__foot">
                    <CancelButton />
                    <Submit form=fields.form label=tr!(app.save) />
                </div>
            </form>
        </DialogFrame>
    }
}
