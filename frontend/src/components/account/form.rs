//! The state of a form of accounts: which of its entries is wrong, and why.

use std::future::pending;

use leptos::prelude::*;
use shared::error::{ErrorCode, Field};
use shared::model::Profile;
use shared::text;

use crate::api::Failure;
use crate::components::form::{FormState, sentence};
use crate::i18n::account::words;
use crate::i18n::{provider, t};
use crate::state::{Client, use_client};

/// An entry of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::components) enum Entry {
    /// The name of the place.
    Place,
    /// The name to sign in with.
    Username,
    /// The name for others to see.
    Name,
    /// The password.
    Password,
    /// What somebody says who asks for an account.
    Note,
    /// A code of an authenticator app, or a recovery code.
    Code,
    /// An address of mail.
    Mail,
}

/// A sentence in the current language.
pub(in crate::components) type Words = fn() -> &'static str;

/// A form of accounts.
#[derive(Clone, Copy)]
pub(in crate::components) struct AccountForm {
    client: Client,
    form: FormState,
    /// What the page itself has found.
    found: RwSignal<Option<(Entry, Words)>>,
}

impl AccountForm {
    pub(in crate::components) fn new() -> Self {
        AccountForm {
            client: use_client(),
            form: FormState::new(),
            found: RwSignal::new(None),
        }
    }

    /// Whether it waits for the answer; tracked.
    pub(in crate::components) fn busy(self) -> bool {
        self.form.busy()
    }

    /// Whether this entry is wrong; tracked.
    pub(in crate::components) fn is_at(self, entry: Entry) -> bool {
        let of = self.found.get().map(|(entry, _)| entry);
        of.or_else(|| self.form.failure(entry_of)) == Some(entry)
    }

    /// Why this entry is wrong; tracked.
    pub(in crate::components) fn error_at(self, entry: Entry) -> Option<&'static str> {
        match self.found.get() {
            Some((of, words)) => (of == entry).then(words),
            None => self.form.failure(|failure| {
                let is_here = entry_of(failure) == Some(entry);
                is_here.then(|| entry_sentence(failure))
            }),
        }
    }

    /// Why the whole form was refused; tracked.
    pub(in crate::components) fn error(self) -> Option<String> {
        self.form.failure(|failure| {
            let wait = failure.wait_ms().map(|millis| millis.div_ceil(1_000));
            let is_whole = entry_of(failure).is_none() && !failure.needs_confirmation();
            is_whole.then(|| match (wait, failure.code()) {
                (Some(seconds), _) => (words().wait)(seconds),
                (None, Some(code)) => provider::refusal(code).to_owned(),
                (None, None) => sentence(failure).to_owned(),
            })
        })
    }

    /// Shows what the page itself has found.
    pub(in crate::components) fn refuse(self, entry: Entry, why: Words) {
        self.form.clear();
        self.found.set(Some((entry, why)));
    }

    /// Removes the error.
    pub(in crate::components) fn clear(self) {
        self.found.set(None);
        self.form.clear();
    }

    /// A name for others to see; shows what is wrong with it.
    pub(in crate::components) fn checked_name(self, entry: Entry, raw: &str) -> Option<String> {
        match text::name(raw, &self.client.limits().get_untracked()) {
            Ok(name) => Some(name),
            Err(error) => {
                self.refuse(
                    entry,
                    match error.code {
                        ErrorCode::TextEmpty => || name_sentence(ErrorCode::TextEmpty),
                        ErrorCode::TextTooLong => || name_sentence(ErrorCode::TextTooLong),
                        _ => || name_sentence(ErrorCode::TextCharacters),
                    },
                );
                None
            }
        }
    }

    /// A text that is not empty; else shows why not.
    pub(in crate::components) fn checked(
        self,
        entry: Entry,
        raw: String,
        why: Words,
    ) -> Option<String> {
        if raw.is_empty() {
            self.refuse(entry, why);
            return None;
        }
        Some(raw)
    }

    /// What shows a question that belongs to the form, such as who somebody is.
    pub(in crate::components) fn state(self) -> FormState {
        self.form
    }

    /// Sends it, and starts the session of whoever it signs in.
    pub(in crate::components) fn submit(
        self,
        request: impl Future<Output = Result<Profile, Failure>> + 'static,
    ) {
        self.run(self.finish(false, request));
    }

    /// Sends it for the guest who is signed in and becomes the account.
    pub(in crate::components) fn submit_for_guest(
        self,
        request: impl Future<Output = Result<Profile, Failure>> + 'static,
    ) {
        self.run(self.finish(true, request));
    }

    /// Does what signs nobody in by itself, such as a change of the account.
    pub(in crate::components) fn run(
        self,
        work: impl Future<Output = Result<(), Failure>> + 'static,
    ) {
        self.found.set(None);
        self.form.submit(work);
    }

    /// Starts the session of whoever a request signs in. With `keeps` that is the guest who is
    /// signed in and becomes the account.
    pub(super) async fn finish(
        self,
        keeps: bool,
        request: impl Future<Output = Result<Profile, Failure>> + 'static,
    ) -> Result<(), Failure> {
        if keeps {
            return self.client.become_account(Box::pin(request)).await;
        }
        self.client.has_signed_in(request.await?);
        // The form stays as it is until the conversation takes its place.
        pending().await
    }
}

/// At which entry a refusal is shown.
fn entry_of(failure: &Failure) -> Option<Entry> {
    match failure.code()? {
        ErrorCode::UsernameTaken | ErrorCode::UsernameInvalid => Some(Entry::Username),
        ErrorCode::PasswordWeak | ErrorCode::PasswordInvalid | ErrorCode::WrongCredentials => {
            Some(Entry::Password)
        }
        ErrorCode::CodeInvalid => Some(Entry::Code),
        ErrorCode::MailAddressInvalid => Some(Entry::Mail),
        ErrorCode::TextEmpty | ErrorCode::TextTooLong | ErrorCode::TextCharacters => {
            Some(match failure.field() {
                Some(Field::Place) => Entry::Place,
                Some(Field::Body) => Entry::Note,
                _ => Entry::Name,
            })
        }
        _ => None,
    }
}

fn entry_sentence(failure: &Failure) -> &'static str {
    match failure.code() {
        Some(code) if matches!(entry_of(failure), Some(Entry::Name | Entry::Place)) => {
            name_sentence(code)
        }
        _ => sentence(failure),
    }
}

fn name_sentence(code: ErrorCode) -> &'static str {
    (t().refusal)(code, Some(Field::Name))
}
