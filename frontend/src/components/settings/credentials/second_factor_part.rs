//! The state of the second factor's part: the step that is shown, and what the person does.

use leptos::html;
use leptos::prelude::*;

use super::texts::texts;
use crate::api::own_account::{
    TotpOffer, offer_totp, replace_recovery_codes, turn_totp_off, turn_totp_on,
};
use crate::components::account::form::{AccountForm, Entry};
use crate::components::form::value_of;
use crate::components::settings::known_account::KnownAccount;
use crate::components::settings::shown_once::ShownOnceStore;
use crate::i18n::account::words;

/// How many recovery codes there are at first.
const RECOVERY_CODES: u64 = 10;

/// What is shown.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Whether it is on, and what can be done.
    Summary,
    /// What the app has to learn.
    SetUp(TotpOffer),
    /// The recovery codes, this once.
    Codes(Vec<String>),
    /// Whether it is to be turned off.
    Removal,
}

/// What the person does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    Offer,
    TurnOn,
    TurnOff,
    ReplaceCodes,
}

/// The state of the part.
#[derive(Clone, Copy)]
pub(super) struct SecondFactorPart {
    pub form: AccountForm,
    pub account: KnownAccount,
    pub step: RwSignal<Step>,
    /// The field for the app's first code.
    pub code: NodeRef<html::Input>,
    /// Whether a step has followed another: its beginning then gets the focus.
    pub has_moved: RwSignal<bool>,
    /// What has come of the last action.
    pub note: RwSignal<Option<fn() -> &'static str>>,
    /// What is done again once it is confirmed who it is.
    pub last: RwSignal<Action>,
    shown_once: ShownOnceStore,
}

impl SecondFactorPart {
    /// With the recovery codes that were not kept yet.
    pub fn new(account: KnownAccount) -> Self {
        let shown_once = ShownOnceStore::new();
        let codes = shown_once.read(|shown| shown.recovery_codes.clone());
        let step = if codes.is_empty() {
            Step::Summary
        } else {
            Step::Codes(codes)
        };
        SecondFactorPart {
            form: AccountForm::new(),
            account,
            step: RwSignal::new(step),
            shown_once,
            code: NodeRef::new(),
            has_moved: RwSignal::new(false),
            note: RwSignal::new(None),
            last: RwSignal::new(Action::Offer),
        }
    }

    pub fn act(self, action: Action) {
        self.last.set(action);
        self.note.set(None);
        match action {
            Action::Offer => self.form.run(async move {
                self.go(Step::SetUp(offer_totp().await?));
                Ok(())
            }),
            Action::TurnOn => self.turn_on(),
            Action::TurnOff => self.form.run(async move {
                turn_totp_off().await?;
                self.set_on(false);
                self.note.try_set(Some(|| texts().is_off));
                self.go(Step::Summary);
                Ok(())
            }),
            Action::ReplaceCodes => self.form.run(async move {
                let codes = replace_recovery_codes().await?;
                self.set_on(true);
                self.show_codes(codes);
                Ok(())
            }),
        }
    }

    fn turn_on(self) {
        let Step::SetUp(offer) = self.step.get_untracked() else {
            return;
        };
        let code = value_of(self.code).trim().to_owned();
        let Some(code) = self.form.checked(Entry::Code, code, || words().no_code) else {
            return;
        };
        self.form.run(async move {
            let codes = turn_totp_on(&offer.key, &code).await?;
            self.set_on(true);
            self.show_codes(codes);
            Ok(())
        });
    }

    fn set_on(self, is_on: bool) {
        self.account.try_update(|account| {
            if let Some(account) = account {
                account.totp = is_on;
                account.recovery_codes = if is_on { RECOVERY_CODES } else { 0 };
            }
        });
    }

    /// Shows recovery codes until they were kept.
    fn show_codes(self, codes: Vec<String>) {
        // Also if the section was left meanwhile.
        let unkept = codes.clone();
        self.shown_once
            .change(|shown| shown.recovery_codes = unkept);
        self.go(Step::Codes(codes));
    }

    /// The person has kept the codes.
    pub fn have_kept(self) {
        self.shown_once.change(|shown| shown.recovery_codes.clear());
        self.close();
    }

    /// Shows another step.
    pub fn go(self, step: Step) {
        self.has_moved.try_set(true);
        self.step.try_set(step);
    }

    /// Goes back without a change.
    pub fn close(self) {
        self.form.clear();
        self.note.set(None);
        self.go(Step::Summary);
    }
}
