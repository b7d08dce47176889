//! What stands in the place of a part until the server has said what it shows.

use leptos::prelude::*;

use crate::api::Failure;
use crate::components::form::sentence;
use crate::components::skeleton::Skeleton;
use crate::tr;
use crate::view::{dynamic_text, on, set_text};

/// A placeholder; or why there is no answer, with *Try again*.
pub(super) fn unanswered(failure: Option<Failure>, again: impl Fn() + 'static) -> AnyView {
    let Some(failure) = failure else {
        return view! { <Skeleton label=tr!(app.loading) /> }.into_any();
    };
    view! {
        <div class="settings__part" role="alert">
            <p use:set_text=dynamic_text(move || sentence(&failure))></p>
            <div class="settings__row">
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| again())
                    use:set_text=tr!(sign_in.try_again)
                ></button>
            </div>
        </div>
    }
    .into_any()
}
