//! What proves who the person is: the password and its second factor. Passkeys stand below.

mod password;
mod second_factor;
mod second_factor_part;
mod steps;
mod texts;

use leptos::prelude::*;

use super::known_account::KnownAccount;
use crate::api::own_account::own_account;
use crate::components::form::{FormError, FormState};
use crate::components::skeleton::Skeleton;
use crate::tr;
use crate::view::{memo, on, optional_view, reactive, set_text};
use password::PasswordPart;
use second_factor::SecondFactor;

/// Both parts of the page.
#[component]
pub(super) fn Credentials(
    /// What the account has; loaded here.
    account: KnownAccount,
) -> impl IntoView {
    let form = FormState::new();
    let load = move || {
        form.submit(async move {
            account.try_set(Some(own_account().await?));
            Ok(())
        });
    };
    load();
    let is_known = memo(move || account.with(Option::is_some));
    let has_password = memo(move || {
        account.with(|account| account.as_ref().is_some_and(|account| account.has_password))
    });
    reactive(move || match is_known.get() {
        // The part for the password stays when there is a first one: it says so.
        true => view! {
            <PasswordPart account has_password />
            {optional_view(move || has_password.get().then(|| view! { <SecondFactor account /> }))}
        }
        .into_any(),
        false if form.failure(|_| Some(())).is_none() => {
            view! { <div class="settings__part"><Skeleton label=tr!(app.loading) /></div> }
                .into_any()
        }
        false => view! {
            <div class="settings__part">
                <FormError form fields=&[] />
                <div class="settings__row">
                    <button
                        class="button button--quiet"
                        type="button"
                        on:click=on(move |_| load())
                        use:set_text=tr!(sign_in.try_again)
                    ></button>
                </div>
            </div>
        }
        .into_any(),
    })
}
