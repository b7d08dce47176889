//! What proves who the person is: the password and its second factor. Passkeys stand below.

mod known_account;
mod password;
mod second_factor;
mod second_factor_part;
mod steps;
mod texts;

use leptos::prelude::*;

use crate::api::own_account::own_account;
use crate::components::form::{FormError, FormState};
use crate::components::skeleton::Skeleton;
use crate::tr;
use crate::view::{on, reactive, set_text};
use known_account::KnownAccount;
use password::PasswordPart;
use second_factor::SecondFactor;

/// Both parts of the page.
#[component]
pub(super) fn Credentials() -> impl IntoView {
    let account: KnownAccount = RwSignal::new(None);
    let form = FormState::new();
    let load = move || {
        form.submit(async move {
            account.try_set(Some(own_account().await?));
            Ok(())
        });
    };
    load();
    let has_password = crate::view::memo(move || {
        let account = account.get();
        account.map(|account| account.has_password)
    });
    reactive(move || match has_password.get() {
        Some(has_password) => view! {
            <PasswordPart account has_password />
            {has_password.then(|| view! { <SecondFactor account /> }.into_any())}
        }
        .into_any(),
        None if form.failure(|_| Some(())).is_none() => {
            view! { <div class="settings__part"><Skeleton label=tr!(app.loading) /></div> }
                .into_any()
        }
        None => view! {
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
