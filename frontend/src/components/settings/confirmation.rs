//! Proving again who it is: a change of credentials needs it ten minutes after the last proof. What
//! was refused for that is done once it is proved.

use std::cell::Cell;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::ErrorCode;
use wasm_bindgen_futures::spawn_local;

use super::at_provider::ConfirmAtProvider;
use crate::api::confirmation;
use crate::api::passkey::{self, PasskeyFailure};
use crate::browser;
use crate::components::form::{FormState, sentence, value_of};
use crate::components::icons::{Glyph, Icon};
use crate::i18n::settings::{ConfirmationStrings, words};
use crate::tr;
use crate::view::{dynamic_text, effect, on, optional_view, reactive, set_text};

/// What is done once it is proved.
pub(super) type Again = Arc<dyn Fn() + Send + Sync>;

fn texts() -> &'static ConfirmationStrings {
    words().confirmation
}

thread_local! {
    // A question belongs to the part that asked last: two at once would say the same twice.
    static ASKING: Cell<Option<FormState>> = const { Cell::new(None) };
}

/// The question, while the change that this form has sent was refused for it.
#[component]
pub(super) fn Confirmation(form: FormState, again: Again) -> impl IntoView {
    optional_view(move || {
        form.needs_confirmation().then(|| {
            let again = Arc::clone(&again);
            view! { <Question form again /> }
        })
    })
}

#[component]
fn Question(form: FormState, again: Again) -> impl IntoView {
    if let Some(before) = ASKING.replace(Some(form)).filter(|before| !before.is(form)) {
        before.clear();
    }
    let proof = FormState::new();
    let (password, code) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let needs_code = RwSignal::new(false);
    // What the page itself has found.
    let found = RwSignal::new(None::<fn() -> &'static str>);
    let has_password = RwSignal::new(true);
    let has_passkey = RwSignal::new(false);
    spawn_local(async move {
        // Until it is known the password is asked for, which nearly everybody has.
        if let Ok(has) = confirmation::has_password().await {
            has_password.try_set(has);
        }
        if browser::has_passkeys()
            && let Ok(own) = passkey::list().await
        {
            has_passkey.try_set(own.iter().any(|passkey| passkey.is_usable));
        }
    });
    let proved = move || {
        form.clear();
        again();
    };
    let proved_by_passkey = proved.clone();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (typed, code) = (value_of(password), value_of(code).trim().to_owned());
        if typed.is_empty() {
            found.set(Some(|| texts().no_password));
            return;
        }
        let proved = proved.clone();
        proof.submit(async move {
            let code = (!code.is_empty()).then_some(&*code);
            match confirmation::confirm(&typed, code).await {
                Ok(()) => proved(),
                Err(failure) if failure.code() == Some(ErrorCode::CodeRequired) => {
                    needs_code.try_set(true);
                }
                Err(failure) => return Err(failure),
            }
            Ok(())
        });
    };
    let by_passkey = move |_| {
        found.set(None);
        let proved = proved_by_passkey.clone();
        proof.submit(async move {
            match passkey::confirm().await {
                Ok(()) => proved(),
                Err(PasskeyFailure::Server(failure)) => return Err(failure),
                Err(PasskeyFailure::Browser(_) | PasskeyFailure::Unknown) => {
                    found.try_set(Some(|| texts().passkey_failed));
                }
            }
            Ok(())
        });
    };
    let why = move || {
        let said = found.get().map(|words| words());
        said.or_else(|| {
            proof.failure(|failure| {
                Some(match failure.code() {
                    Some(ErrorCode::WrongCredentials) => texts().wrong,
                    _ => sentence(failure),
                })
            })
        })
    };
    let error = optional_view(move || {
        why().map(|why| {
            view! {
                <Icon glyph=Glyph::Alert />
                <span use:set_text=dynamic_text(move || why)></span>
            }
        })
    });
    let forget = move |_: ev::Event| {
        found.set(None);
        proof.clear();
    };
    effect(move || {
        let field = if needs_code.get() { code } else { password };
        if let Some(input) = field.get() {
            let _ = input.focus();
        }
    });
    let password_fields = optional_view(move || {
        has_password.get().then(|| {
            view! {
                <label class="field__label" for="confirm-password" use:set_text=dynamic_text(|| texts().password)></label>
                <input
                    class="field__input"
                    id="confirm-password"
                    type="password"
                    autocomplete="current-password"
                    node_ref=password
                    aria-invalid=reactive(move || why().map(|_| "true"))
                    aria-describedby="confirm-error"
                    on:input=on(forget)
                />
            }
        })
    });
    let code_fields = optional_view(move || {
        needs_code.get().then(|| {
            view! {
                <label class="field__label" for="confirm-code" use:set_text=dynamic_text(|| texts().code)></label>
                <input
                    class="field__input"
                    id="confirm-code"
                    type="text"
                    autocomplete="one-time-code"
                    autocapitalize="none"
                    spellcheck="false"
                    node_ref=code
                    aria-describedby="confirm-error confirm-code-hint"
                    on:input=on(forget)
                />
                <p class="field__hint" id="confirm-code-hint" use:set_text=dynamic_text(|| texts().code_hint)></p>
            }
        })
    });
    let escape = move |event: ev::KeyboardEvent| {
        // Of a composition it closes the candidates. What the question stands in stays open.
        if event.key() == "Escape" && !event.is_composing() {
            event.stop_propagation();
            form.clear();
        }
    };
    let busy = move || proof.busy().then_some("true");
    let confirm = optional_view(move || {
        has_password.get().then(|| {
            view! {
                <button
                    class="button"
                    type="submit"
                    aria-disabled=reactive(busy)
                    use:set_text=dynamic_text(|| texts().submit)
                ></button>
            }
        })
    });
    let by_passkey = StoredValue::new(by_passkey);
    let with_passkey = optional_view(move || {
        has_passkey.get().then(|| {
            view! {
                <button
                    class="button button--quiet"
                    type="button"
                    aria-disabled=reactive(busy)
                    on:click=on(move |event: ev::MouseEvent| by_passkey.with_value(|act| act(event)))
                    use:set_text=dynamic_text(|| texts().passkey)
                ></button>
            }
        })
    });
    view! {
        <form
            class="settings__form"
            novalidate
            aria-labelledby="confirm-title"
            on:submit=on(submit)
            on:keydown=on(escape)
        >
            <h4 id="confirm-title" use:set_text=dynamic_text(|| texts().title)></h4>
            <p use:set_text=dynamic_text(|| texts().lead)></p>
            <div class="field">
                {password_fields}
                {code_fields}
                <p class="field__error" id="confirm-error" role="alert">{error}</p>
            </div>
            <div class="settings__row">
                {confirm}
                {with_passkey}
                <ConfirmAtProvider form=proof />
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| form.clear())
                    use:set_text=tr!(app.cancel)
                ></button>
            </div>
        </form>
    }
}
