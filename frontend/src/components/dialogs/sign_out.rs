//! Signing out, after a question: a guest cannot return under the same name.

use leptos::prelude::*;
use shared::model::Role;

use super::frame::{CancelButton, DialogFrame};
use super::use_dialogs;
use crate::components::form::{FormError, FormState};
use crate::i18n::t;
use crate::state::use_client;
use crate::tr;
use crate::view::{dynamic_text, on, reactive, set_text};

/// The question.
#[component]
pub(super) fn SignOutDialog() -> impl IntoView {
    let (client, dialogs) = (use_client(), use_dialogs());
    let form = FormState::new();
    let me = client.me().get_untracked();
    let is_guest = me.is_none_or(|me| me.role == Role::Guest);
    let text = move || {
        let settings = &t().settings;
        if is_guest {
            settings.sign_out_guest
        } else {
            settings.sign_out_text
        }
    };
    let sign_out = move || {
        form.submit(async move {
            client.sign_out().await?;
            dialogs.close();
            Ok(())
        });
    };
    view! {
        <DialogFrame title=tr!(settings.sign_out_sure)>
            <div class="dialog__body">
                <p id="sign-out-text" use:set_text=dynamic_text(text)></p>
                <FormError form fields=&[] />
            </div>
            <div class="dialog__foot">
                <CancelButton />
                <button
                    class="button button--alarm"
                    type="button"
                    aria-describedby="sign-out-text"
                    aria-disabled=reactive(move || form.busy().then_some("true"))
                    on:click=on(move |_| sign_out())
                    use:set_text=tr!(settings.sign_out)
                ></button>
            </div>
        </DialogFrame>
    }
}
