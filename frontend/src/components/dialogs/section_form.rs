//! Making a section of one's own, and renaming one.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::Field;
use shared::id::RoomId;
use shared::model::{SidebarChange, SidebarPlace};
use shared::text;

use super::frame::{CancelButton, DialogFrame};
use super::use_dialogs;
use crate::components::form::{FormError, FormState, Submit, TextField, value_of};
use crate::i18n::arranging::words;
use crate::state::{Client, use_client};
use crate::tr;
use crate::view::on;

const FIELDS: &[Field] = &[Field::Name];

/// Makes a section for a room.
pub(super) fn new_section(room: RoomId) -> AnyView {
    section_form(
        || words().new_section_title,
        String::new(),
        move |client, name| {
            if !client.has_section(&name) {
                client.arrange(SidebarChange::AddSection { name: name.clone() });
            }
            client.arrange(SidebarChange::Move {
                room,
                to: SidebarPlace::Section(name),
                before: None,
            });
        },
    )
}

/// Renames the section that the dialog is about.
pub(super) fn rename_section() -> AnyView {
    let before = use_dialogs().subject();
    section_form(
        || words().rename,
        before.clone(),
        move |client, to| {
            client.rename_section(before.clone(), to);
        },
    )
}

/// A form with a name. What it changes is shown at once, so it does not wait for the server; only what
/// the server cannot know better is checked here.
fn section_form(
    title: fn() -> &'static str,
    before: String,
    change: impl Fn(Client, String) + Send + 'static,
) -> AnyView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let (form, node) = (FormState::new(), NodeRef::<html::Input>::new());
    let old = before.clone();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let limits = client.limits().get_untracked();
        match text::name(&value_of(node), &limits) {
            Ok(name) if name == old => dialogs.close(),
            Ok(name) if !old.is_empty() && client.has_section(&name) => {
                form.refuse(text::TextError {
                    code: shared::error::ErrorCode::NameTaken,
                    field: Field::Name,
                });
            }
            Ok(name) => {
                change(client, name);
                dialogs.close();
            }
            Err(error) => form.refuse(error),
        }
    };
    view! {
        <DialogFrame title=title>
            <form class="dialog__form" novalidate on:submit=on(submit)>
                <div class="dialog__body">
                    <TextField
                        form
                        field=Field::Name
                        id="section-name"
                        label=|| words().section_name
                        hint=|| words().section_hint
                        node
                        value=before
                        autofocus=true
                    />
                    <FormError form fields=FIELDS />
                </div>
                <div class="dialog__foot">
                    <CancelButton />
                    <Submit form label=tr!(app.save) />
                </div>
            </form>
        </DialogFrame>
    }
    .into_any()
}
