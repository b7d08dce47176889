//! Changing one's own name.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::Field;
use shared::text;

use super::frame::{CancelButton, DialogFrame};
use super::use_dialogs;
use crate::components::form::{FormError, FormState, Submit, TextField, value_of};
use crate::state::use_client;
use crate::tr;
use crate::view::on;

/// Changes one's own name.
#[component]
pub(super) fn NameForm() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let form = FormState::for_command();
    let node = NodeRef::<html::Input>::new();
    let present = client
        .me()
        .get_untracked()
        .map(|profile| profile.name)
        .unwrap_or_default();
    let submit = {
        let present = present.clone();
        move |event: ev::SubmitEvent| {
            event.prevent_default();
            match text::name(&value_of(node), &client.limits().get_untracked()) {
                Ok(name) if name == present => dialogs.close(),
                Ok(name) => form.submit(async move {
                    client.rename(name).await?;
                    if form.is_here() {
                        dialogs.close();
                    }
                    Ok(())
                }),
                Err(error) => form.refuse(error),
            }
        }
    };
    view! {
        <DialogFrame title=tr!(name_form.title)>
            <form class="dialog__form" novalidate on:submit=on(submit)>
                <div class="dialog__body">
                    <TextField
                        form
                        field=Field::Name
                        id="own-name"
                        label=tr!(name_form.name)
                        hint=tr!(name_form.hint)
                        node
                        value=present
                        autofocus=true
                        autocomplete="nickname"
                    />
                    <FormError form fields=&[Field::Name] />
                </div>
                <div class="dialog__foot">
                    <CancelButton />
                    <Submit form label=tr!(app.save) />
                </div>
            </form>
        </DialogFrame>
    }
}
