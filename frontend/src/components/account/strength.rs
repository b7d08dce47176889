//! How strong the password is that somebody types, as the server says.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::account::{PasswordStrength, StrengthHint, password_strength};
use crate::browser::{self, Listener};
use crate::components::form::value_of;
use crate::i18n::account::words;
use crate::view::{dynamic_text, effect, reactive, set_text};

/// How long somebody has not typed when the server is asked.
const PAUSE: Duration = Duration::from_millis(300);
/// The fewest characters of a password, as in the server.
pub(in crate::components) const PASSWORD_CHARS: usize = 8;

/// A meter and a word or two below the field of a new password.
#[component]
pub(in crate::components) fn StrengthMeter(
    password: NodeRef<html::Input>,
    /// The fields with names that are no part of a good password.
    names: [NodeRef<html::Input>; 2],
) -> impl IntoView {
    let strength = RwSignal::new(None::<PasswordStrength>);
    let typed = StoredValue::new(0_u32);
    let judge = move |number: u32| async move {
        browser::sleep(PAUSE).await;
        let is_latest = move || typed.try_get_value() == Some(number);
        let text = if is_latest() {
            value_of(password)
        } else {
            return;
        };
        if text.chars().count() < PASSWORD_CHARS {
            strength.set(None);
            return;
        }
        let [username, name] = names.map(value_of);
        let judged = password_strength(&text, [&username, &name]).await.ok();
        // What was typed meanwhile is asked about by itself.
        if is_latest() {
            strength.set(judged);
        }
    };
    effect(move || {
        let Some(input) = password.get() else { return };
        let again = move |_| {
            typed.update_value(|number| *number += 1);
            spawn_local(judge(typed.get_value()));
        };
        Listener::new(&input, "input", again).with_owner();
    });
    let score = move || {
        strength
            .get()
            .map(|strength| strength.score.min(4).to_string())
    };
    view! {
        <div class="strength" data-score=reactive(score)>
            <div class="strength__bar" aria-hidden="true"></div>
            <p class="strength__words" role="status" use:set_text=dynamic_text(move || sentence(strength.get()))></p>
        </div>
    }
}

fn sentence(strength: Option<PasswordStrength>) -> String {
    let Some(PasswordStrength {
        score,
        is_accepted,
        hint,
    }) = strength
    else {
        return String::new();
    };
    let words = &words().strength;
    let level = match (is_accepted, score) {
        (false, _) => words.weak,
        (true, ..=2) => words.fair,
        (true, 3) => words.good,
        (true, _) => words.strong,
    };
    let why = match hint {
        Some(StrengthHint::PersonalWord) => words.personal_word,
        Some(StrengthHint::CommonWord) => words.common_word,
        Some(StrengthHint::Keyboard) => words.keyboard,
        Some(StrengthHint::Repetition) => words.repetition,
        Some(StrengthHint::Sequence) => words.sequence,
        Some(StrengthHint::Date) => words.date,
        None => return level.to_owned(),
    };
    format!("{level} {why}")
}
