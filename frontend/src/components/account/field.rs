//! A field of a form of accounts, which a password manager can fill; and what stands above and below them.

use leptos::html;
use leptos::prelude::*;

use super::form::{AccountForm, Entry};
use crate::components::icons::{Glyph, Icon};
use crate::components::wordmark::Wordmark;
use crate::i18n::account::words;
use crate::view::{dynamic_text, effect, on, optional_view, reactive, set_text};

/// What a field is for.
#[derive(Clone, Copy)]
pub(in crate::components) struct FieldKind {
    pub(in crate::components) entry: Entry,
    /// Unique in the page; also the name that a password manager sees.
    pub(in crate::components) id: &'static str,
    pub(in crate::components) autocomplete: &'static str,
    /// Which keyboard a phone shows.
    pub(in crate::components) inputmode: Option<&'static str>,
    pub(in crate::components) label: fn() -> &'static str,
    pub(in crate::components) hint: fn() -> &'static str,
}

/// One line of text. The first field of a form gets the focus.
#[component]
pub(in crate::components) fn AccountField(
    form: AccountForm,
    kind: FieldKind,
    node: NodeRef<html::Input>,
    #[prop(optional)] is_first: bool,
    #[prop(optional)] value: String,
) -> impl IntoView {
    let FieldKind {
        entry, id, label, ..
    } = kind;
    let is_password = entry == Entry::Password;
    let is_shown = RwSignal::new(false);
    effect(move || {
        if let Some(input) = node.get().filter(|_| is_first) {
            let _ = input.focus();
        }
    });
    effect(move || {
        if form.is_at(entry)
            && let Some(input) = node.get()
        {
            let _ = input.focus();
        }
    });
    let error = optional_view(move || {
        form.error_at(entry).map(|why| {
            view! {
                <Icon glyph=Glyph::Alert />
                <span use:set_text=dynamic_text(move || why)></span>
            }
        })
    });
    // Letters of a name to sign in with are not changed by a phone's keyboard.
    let is_plain = matches!(
        entry,
        Entry::Username | Entry::Password | Entry::Code | Entry::Mail
    );
    let plain = is_plain.then_some("none");
    view! {
        <div class="field">
            <label class="field__label" for=id use:set_text=label></label>
            <div class="field__line">
                <input
                    class="field__input"
                    id=id
                    name=id
                    type=reactive(move || {
                        if is_password && !is_shown.get() { "password" } else { "text" }
                    })
                    dir="auto"
                    value=value
                    node_ref=node
                    autocomplete=kind.autocomplete
                    inputmode=kind.inputmode
                    autocapitalize=plain
                    spellcheck="false"
                    aria-invalid=reactive(move || form.is_at(entry).then_some("true"))
                    aria-describedby=format!("{id}-error {id}-hint")
                    on:input=on(move |_| form.clear())
                />
                {is_password.then(|| view! { <ShowPassword is_shown /> }.into_any())}
            </div>
            <p class="field__error" id=format!("{id}-error") role="alert">
                {error}
            </p>
            <p class="field__hint" id=format!("{id}-hint") use:set_text=kind.hint></p>
        </div>
    }
}

#[component]
fn ShowPassword(is_shown: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            class="button button--quiet"
            type="button"
            aria-label=reactive(move || {
                if is_shown.get() { words().hide_label } else { words().show_label }
            })
            on:click=on(move |_| is_shown.update(|is_shown| *is_shown = !*is_shown))
            use:set_text=dynamic_text(move || {
                if is_shown.get() { words().hide } else { words().show }
            })
        ></button>
    }
}

/// The error of the whole form, and the button that sends it.
#[component]
pub(in crate::components) fn AccountSubmit(
    form: AccountForm,
    label: fn() -> &'static str,
    #[prop(optional)] is_first: bool,
) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    effect(move || {
        if let Some(button) = button.get().filter(|_| is_first) {
            let _ = button.focus();
        }
    });
    view! {
        <p
            class="dialog__error"
            role="alert"
            use:set_text=dynamic_text(move || form.error().unwrap_or_default())
        ></p>
        <button
            class="button"
            type="submit"
            node_ref=button
            aria-disabled=reactive(move || form.busy().then_some("true"))
            use:set_text=dynamic_text(move || if form.busy() { words().submitting } else { label() })
        ></button>
    }
}

/// The title of what stands in the place of a form that was sent. It takes the focus.
#[component]
pub(super) fn SentTitle(words: fn() -> &'static str) -> impl IntoView {
    let title = NodeRef::<html::H1>::new();
    effect(move || {
        if let Some(title) = title.get() {
            let _ = title.focus();
        }
    });
    view! {
        <h1 class="state__title" tabindex="-1" node_ref=title use:set_text=dynamic_text(words)></h1>
    }
}

/// What stands over a form.
#[component]
pub(in crate::components) fn Head(children: Children) -> impl IntoView {
    view! {
        <div class="card__head">
            <Wordmark />
            {children()}
        </div>
    }
}

/// The name to sign in with.
pub(in crate::components) const USERNAME: FieldKind = FieldKind {
    entry: Entry::Username,
    id: "username",
    autocomplete: "username",
    inputmode: None,
    label: || words().username,
    hint: || "",
};

/// The password of an account that exists.
pub(in crate::components) const PASSWORD: FieldKind = FieldKind {
    entry: Entry::Password,
    id: "password",
    autocomplete: "current-password",
    inputmode: None,
    label: || words().password,
    hint: || "",
};

/// A password that is being chosen.
pub(in crate::components) const NEW_PASSWORD: FieldKind = FieldKind {
    autocomplete: "new-password",
    hint: || words().password_hint,
    ..PASSWORD
};

/// A code of an authenticator app.
pub(in crate::components) const CODE: FieldKind = FieldKind {
    entry: Entry::Code,
    id: "code",
    autocomplete: "one-time-code",
    inputmode: Some("numeric"),
    label: || words().code,
    hint: || words().code_hint,
};

const RECOVERY_CODE: FieldKind = FieldKind {
    autocomplete: "off",
    inputmode: None,
    label: || words().recovery_code,
    hint: || words().recovery_hint,
    ..CODE
};

/// The field for a code of the app, or for a recovery code: a phone shows another keyboard for it.
#[component]
pub(super) fn CodeField(form: AccountForm, node: NodeRef<html::Input>) -> impl IntoView {
    let recovers = RwSignal::new(false);
    let field = reactive(move || {
        let kind = if recovers.get() { RECOVERY_CODE } else { CODE };
        view! { <AccountField form kind node is_first=true /> }.into_any()
    });
    let change = move |_| {
        form.clear();
        recovers.update(|recovers| *recovers = !*recovers);
    };
    view! {
        <div class="field">
            {field}
            <button
                class="link-button"
                type="button"
                on:click=on(change)
                use:set_text=dynamic_text(move || {
                    if recovers.get() { words().use_app } else { words().use_recovery }
                })
            ></button>
        </div>
    }
}
