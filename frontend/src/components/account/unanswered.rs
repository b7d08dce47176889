//! What stands in the place of a form until the server has said what its link is for.

use leptos::prelude::*;
use shared::error::ErrorCode;

use super::signed_in::DeadLink;
use crate::api::Failure;
use crate::components::form::sentence;
use crate::components::icons::{Glyph, Icon};
use crate::components::skeleton::Skeleton;
use crate::i18n::account::words;
use crate::tr;
use crate::view::{dynamic_text, on, set_text};

/// A placeholder; or why the link could not be looked up, with *Try again* unless it is dead.
pub(super) fn unanswered(failure: Option<Failure>, again: Box<dyn Fn()>) -> AnyView {
    let Some(failure) = failure else {
        return view! { <div class="card"><Skeleton label=tr!(app.loading) /></div> }.into_any();
    };
    if failure.code() == Some(ErrorCode::LinkInvalid) {
        return view! { <DeadLink /> }.into_any();
    }
    view! {
        <div class="card">
            <div class="state" role="alert">
                <Icon glyph=Glyph::Alert />
                <h1 class="state__title" use:set_text=dynamic_text(|| words().failed_title)></h1>
                <p use:set_text=dynamic_text(move || sentence(&failure))></p>
                <button
                    class="button"
                    type="button"
                    on:click=on(move |_| again())
                    use:set_text=tr!(sign_in.try_again)
                ></button>
            </div>
        </div>
    }
    .into_any()
}
