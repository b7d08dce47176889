//! The second factor of the password: an authenticator app and recovery codes, in steps.

use std::sync::Arc;

use leptos::prelude::*;

use super::second_factor_part::{SecondFactorPart, Step};
use super::steps::{codes, removal, set_up, summary};
use super::texts::texts;
use crate::components::settings::confirmation::Confirmation;
use crate::components::settings::known_account::KnownAccount;
use crate::view::{dynamic_text, reactive, set_text};

/// The part of the page.
#[component]
pub(super) fn SecondFactor(account: KnownAccount) -> impl IntoView {
    let part = SecondFactorPart::new(account);
    let again = move || part.act(part.last.get_untracked());
    view! {
        <div class="settings__part">
            <h3 use:set_text=dynamic_text(|| texts().totp_title)></h3>
            {reactive(move || match part.step.get() {
                Step::Summary => summary(part).into_any(),
                Step::SetUp(offer) => set_up(part, offer),
                Step::Codes(list) => codes(part, list),
                Step::Removal => removal(part),
            })}
            <Confirmation form=part.form.state() again=Arc::new(again) />
            <p role="status" use:set_text=dynamic_text(move || {
                part.note.get().map_or("", |note| note())
            })></p>
        </div>
    }
}
