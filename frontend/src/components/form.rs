//! Forms: fields with label, hint and error, and the state of a form while it is submitted.
//!
//! The page does not change fields while someone types (it would disturb input methods), and
//! reads them when the form is submitted. A refusal is shown at its field, and the input is
//! kept.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use shared::error::{ErrorCode, Field};
use shared::frame::Refusal;
use shared::text::TextError;
use wasm_bindgen_futures::spawn_local;

use super::countdown::tick;
use super::icons::{Glyph, Icon};
use crate::browser;
use crate::i18n;
use crate::state::{Client, ConnectionStatus, Failure, ToastMessage, use_client};
use crate::view::{dynamic_text, effect, on, optional_view, reactive, set_text};

/// The sentence of a failure, in the current language; tracked.
pub fn sentence(failure: &Failure) -> &'static str {
    match failure {
        Failure::Unreachable => i18n::t().unreachable,
        Failure::Refused(refusal) => (i18n::t().refusal)(refusal.code, refusal.field),
    }
}

/// The state of a form: whether it is being submitted, and why it failed.
#[derive(Clone, Copy)]
pub struct FormState {
    client: Client,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// Whether closing the form withdraws its command.
    withdraws: bool,
    /// When the next attempt starts, in milliseconds since 1970.
    waits_until: RwSignal<Option<u64>>,
}

impl FormState {
    /// A form that was not submitted yet.
    #[expect(clippy::new_without_default, reason = "it makes signals: not a value")]
    pub fn new() -> Self {
        FormState {
            client: use_client(),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            withdraws: false,
            waits_until: RwSignal::new(None),
        }
    }

    /// A form that gives a command. If it is closed before the answer, a command that was not
    /// sent yet is withdrawn.
    pub fn for_command() -> Self {
        let mut form = FormState::new();
        form.withdraws = true;
        // One that waits for nothing may close beside another one that does.
        on_cleanup(move || {
            if form.busy.try_get_untracked() != Some(false) {
                form.client.withdraw_commands();
            }
        });
        form
    }

    /// Whether it waits for the answer; tracked.
    pub fn busy(self) -> bool {
        self.busy.get()
    }

    /// Why it failed; tracked.
    pub fn failure<T>(self, read: impl FnOnce(&Failure) -> Option<T>) -> Option<T> {
        self.failure.with(|failure| failure.as_ref().and_then(read))
    }

    /// Shows an error that the page itself has found.
    pub fn refuse(self, error: TextError) {
        let mut refusal = Refusal::of(error.code);
        refusal.field = Some(error.field);
        self.fail(Failure::Refused(Box::new(refusal)));
    }

    /// Shows a failure.
    pub fn fail(self, failure: Failure) {
        self.failure.try_set(Some(failure));
    }

    /// Waits before another attempt, and shows for how long.
    pub async fn wait(self, millis: u64) {
        let until = browser::unix_ms().saturating_add(millis);
        self.waits_until.try_set(Some(until));
        browser::sleep(Duration::from_millis(millis)).await;
        self.waits_until.try_set(None);
    }

    /// Whether the form still exists. If not, the person has gone on to something else, and the
    /// page must not change any more.
    pub fn is_here(self) -> bool {
        self.busy.try_get_untracked().is_some()
    }

    /// Runs the work, unless it is running. A failure is shown in the form, or as a toast if the
    /// form does not exist any more.
    pub fn submit(self, work: impl Future<Output = Result<(), Failure>> + 'static) {
        self.submit_boxed(Box::pin(work));
    }

    fn submit_boxed(self, work: Pin<Box<dyn Future<Output = Result<(), Failure>>>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let result = work.await;
            self.busy.try_set(false);
            match result {
                Ok(()) => {}
                Err(failure) if self.is_here() => self.fail(failure),
                // The command was withdrawn, or the client reports its refusal.
                Err(_) if self.withdraws => {}
                Err(failure) => self.client.show_toast(ToastMessage::Failed(failure)),
            }
        });
    }

    /// Whether there is an error at this field; tracked.
    fn is_at(self, field: Field) -> bool {
        self.failure(field_of) == Some(field)
    }

    /// The error at this field; tracked.
    fn at(self, field: Field) -> Option<String> {
        self.failure(|failure| (field_of(failure) == Some(field)).then(|| at(failure, field)))
    }

    /// A sentence with the time until the next attempt; tracked.
    fn waits(self, now: RwSignal<u64>) -> Option<String> {
        let until = self.waits_until.get()?;
        let seconds = until.saturating_sub(now.get()).div_ceil(1000).max(1);
        Some((i18n::t().wait)(seconds))
    }

    /// What a command waits for, if it is the connection; tracked.
    fn waits_for_connection(self) -> &'static str {
        let is_live = self.client.connection().get() == ConnectionStatus::Live;
        if self.withdraws && self.busy.get() && !is_live {
            i18n::t().message.waiting
        } else {
            ""
        }
    }

    /// The error, if it belongs to none of these fields; tracked.
    fn beside(self, fields: &[Field]) -> Option<&'static str> {
        self.failure(|failure| {
            let of = field_of(failure);
            let said = of.is_some_and(|field| fields.contains(&field));
            (!said && !failure.needs_confirmation()).then(|| sentence(failure))
        })
    }

    /// Whether the person has to prove first who they are; tracked.
    pub fn needs_confirmation(self) -> bool {
        self.failure(|failure| failure.needs_confirmation().then_some(()))
            .is_some()
    }

    /// Removes the error.
    pub fn clear(self) {
        if self.failure.try_with_untracked(Option::is_some) == Some(true) {
            self.failure.set(None);
        }
    }

    /// Whether both are the state of one form.
    pub fn is(self, other: FormState) -> bool {
        self.failure == other.failure
    }
}

/// Like [`sentence`], with the limit if the page knows it.
fn at(failure: &Failure, field: Field) -> String {
    let limits = use_client().limits();
    let limits = limits.read();
    let most = match field {
        Field::Name | Field::Place => limits.name_chars,
        Field::Status => limits.status_chars,
        _ => limits.topic_chars,
    };
    if failure.code() == Some(ErrorCode::TextTooLong) {
        (i18n::t().too_long)(most as u64)
    } else {
        sentence(failure).to_owned()
    }
}

fn field_of(failure: &Failure) -> Option<Field> {
    failure
        .field()
        .or_else(|| (failure.code() == Some(ErrorCode::NameTaken)).then_some(Field::Name))
}

/// One line of text.
#[component]
pub fn TextField(
    /// The form that it belongs to.
    form: FormState,
    /// Which text it is, for errors.
    field: Field,
    /// Unique in the page.
    id: &'static str,
    /// The label.
    label: fn() -> &'static str,
    /// The hint.
    hint: fn() -> &'static str,
    /// For reading what was typed.
    node: NodeRef<html::Input>,
    /// The initial text.
    #[prop(optional, into)]
    value: String,
    /// Whether the field gets the focus when a dialog opens.
    #[prop(optional)]
    autofocus: bool,
    /// The `autocomplete` attribute.
    #[prop(default = "off")]
    autocomplete: &'static str,
) -> impl IntoView {
    effect(move || {
        if form.is_at(field)
            && let Some(input) = node.get()
        {
            let _ = input.focus();
        }
    });
    // The initial text is selected, so that typing replaces it.
    effect(move || {
        if let Some(input) = node.get().filter(|_| !value.is_empty()) {
            input.set_value(&value);
            if autofocus {
                input.select();
            }
        }
    });
    let error = optional_view(move || {
        form.at(field).map(|sentence| {
            view! {
                <Icon glyph=Glyph::Alert />
                <span use:set_text=sentence></span>
            }
        })
    });
    view! {
        <div class="field">
            <label class="field__label" for=id use:set_text=label></label>
            <input
                class="field__input"
                id=id
                name=id
                type="text"
                dir="auto"
                node_ref=node
                autofocus=autofocus
                autocomplete=autocomplete
                // A phone's keyboard begins names to sign in with no capital letter.
                autocapitalize=(autocomplete == "username").then_some("none")
                spellcheck="false"
                aria-invalid=reactive(move || form.is_at(field).then_some("true"))
                aria-describedby=format!("{id}-error {id}-hint")
                on:input=on(move |_| form.clear())
            />
            <p class="field__error" id=format!("{id}-error") role="alert">
                {error}
            </p>
            <p class="field__hint" id=format!("{id}-hint") use:set_text=hint></p>
        </div>
    }
}

/// The error of a form that belongs to none of its fields, or what the form is waiting for.
#[component]
pub fn FormError(
    /// The form.
    form: FormState,
    /// The fields that show their own.
    fields: &'static [Field],
) -> impl IntoView {
    let now = RwSignal::new(0);
    effect(move || {
        if form.waits_until.get().is_some() {
            now.set(browser::unix_ms());
            tick(now);
        }
    });
    view! {
        <p
            class="dialog__error"
            role="alert"
            use:set_text=dynamic_text(move || {
                let beside = form.beside(fields).map(str::to_owned);
                beside
                    .or_else(|| form.waits(now))
                    .unwrap_or_else(|| form.waits_for_connection().to_owned())
            })
        ></p>
    }
}

/// The button that submits the form. It stays focusable while waiting for the answer.
#[component]
pub fn Submit(
    /// The form.
    form: FormState,
    /// What it says.
    label: fn() -> &'static str,
) -> impl IntoView {
    view! {
        <button
            class="button"
            type="submit"
            aria-disabled=reactive(move || form.busy().then_some("true"))
        use:set_text=label></button>
    }
}

/// The text of a field.
pub fn value_of(node: NodeRef<html::Input>) -> String {
    node.get_untracked()
        .map(|input| input.value())
        .unwrap_or_default()
}
