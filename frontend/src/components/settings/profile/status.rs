//! What the person is doing, and until when it is shown.

use leptos::prelude::*;
use leptos::{ev, html};
use shared::error::Field;
use shared::id::Micros;
use shared::model::ProfileStatus;

use crate::api::profile::ProfileChange;
use crate::browser;
use crate::components::form::{FormError, Submit, TextField, value_of};
use crate::components::person_status::until_it_ends;
use crate::components::settings::saving::Saving;
use crate::i18n::settings::{StatusEnd, words};
use crate::i18n::{format, t};
use crate::state::use_client;
use crate::view::{dynamic_text, on, optional_view, reactive, set_text};

const FIELDS: &[Field] = &[Field::Status];

/// The present status, and the form for the next one.
#[component]
pub(super) fn StatusPart() -> impl IntoView {
    let me = use_client().me();
    let saving = Saving::new();
    let [emoji, words_node] = [(); 2].map(|()| NodeRef::<html::Input>::new());
    let end = RwSignal::new(StatusEnd::Hour);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let status = ProfileStatus {
            emoji: value_of(emoji).trim().to_owned(),
            text: value_of(words_node).trim().to_owned(),
            until: ends_at(end.get_untracked()),
        };
        let is_empty = status.emoji.is_empty() && status.text.is_empty();
        saving.save(ProfileChange::Status((!is_empty).then_some(status)));
    };
    let suggest = move |index: usize| {
        let Some((symbol, text, ends)) = words().profile.suggestions.get(index).copied() else {
            return;
        };
        for (node, value) in [(emoji, symbol), (words_node, text)] {
            if let Some(input) = node.get_untracked() {
                input.set_value(value);
            }
        }
        end.set(ends);
        saving.form.clear();
    };
    let suggestions = (0..words().profile.suggestions.len()).map(|index| {
        let label = move || {
            let suggestion = words().profile.suggestions.get(index);
            suggestion.map_or_else(String::new, |(symbol, text, _)| format!("{symbol} {text}"))
        };
        view! {
            <button
                class="button button--quiet"
                type="button"
                on:click=on(move |_| suggest(index))
                use:set_text=dynamic_text(label)
            ></button>
        }
        .into_any()
    });
    let suggestions: Vec<AnyView> = suggestions.collect();
    view! {
        <form class="settings__part" novalidate on:submit=on(submit)>
            <h3 use:set_text=dynamic_text(|| words().profile.status)></h3>
            {reactive(move || present(me.get().and_then(|me| me.status), saving).into_any())}
            <div class="settings__row">{suggestions}</div>
            <div class="status-fields">
                <div class="field">
                    <label class="field__label" for="status-emoji" use:set_text=dynamic_text(|| words().profile.emoji)></label>
                    <input
                        class="field__input"
                        id="status-emoji"
                        type="text"
                        autocomplete="off"
                        node_ref=emoji
                        on:input=on(move |_| saving.form.clear())
                    />
                </div>
                <TextField
                    form=saving.form
                    field=Field::Status
                    id="status-text"
                    label=|| words().profile.status_text
                    hint=|| words().profile.status_hint
                    node=words_node
                />
            </div>
            <div class="field">
                <label class="field__label" for="status-end" use:set_text=dynamic_text(|| words().profile.status_end)></label>
                <select
                    class="field__input"
                    id="status-end"
                    on:change=on(move |event: ev::Event| {
                        end.set(StatusEnd::parse(&event_target_value(&event)));
                    })
                >
                    {StatusEnd::ALL.map(move |option| end_option(option, end))}
                </select>
            </div>
            <FormError form=saving.form fields=FIELDS />
            <div class="settings__row">
                <Submit form=saving.form label=|| words().profile.set_status />
                {saving.note()}
            </div>
        </form>
    }
}

fn end_option(end: StatusEnd, chosen: RwSignal<StatusEnd>) -> AnyView {
    let label = move || words().profile.ends(end);
    view! {
        <option
            value=end.name()
            prop:selected=reactive(move || chosen.get() == end)
            use:set_text=dynamic_text(label)
        ></option>
    }
    .into_any()
}

/// The status that is shown now, with the button that takes it away.
fn present(status: Option<ProfileStatus>, saving: Saving<ProfileChange>) -> AnyView {
    let today = use_client().today();
    let status = until_it_ends(status);
    optional_view(move || {
        status.get().map(|status| {
            let shown = format!("{} {}", status.emoji, status.text);
            let until = move || {
                let text = status.until.map(|until| moment(until, today.get()));
                text.map_or_else(String::new, |until| (words().profile.until)(&until))
            };
            view! {
                <div class="settings__row">
                    <span class="status" dir="auto" translate="no" use:set_text=shown></span>
                    <span class="settings__aside" use:set_text=dynamic_text(until)></span>
                    <button
                        class="button button--quiet"
                        type="button"
                        on:click=on(move |_| saving.save(ProfileChange::Status(None)))
                        use:set_text=dynamic_text(|| words().profile.clear_status)
                    ></button>
                </div>
            }
        })
    })
    .into_any()
}

/// A time of today, else with its day.
fn moment(at: Micros, now: Micros) -> String {
    let (day, time) = (format::day(at, now, &t().when), format::time(at));
    format!("{day}, {time}")
}

/// The moment of an end, by the clock and the calendar of this device.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a date's milliseconds are whole, positive and below 2^53"
)]
fn ends_at(end: StatusEnd) -> Option<Micros> {
    const MINUTE: u64 = 60_000;
    let now = browser::unix_ms();
    let after = |minutes: u64| Some(now + minutes * MINUTE);
    let midnight_after = |days: u32| {
        let date = js_sys::Date::new_0();
        date.set_date(date.get_date() + days);
        date.set_hours(0);
        date.set_minutes(0);
        date.set_seconds(0);
        date.set_milliseconds(0);
        Some(date.get_time() as u64)
    };
    let millis = match end {
        StatusEnd::HalfHour => after(30),
        StatusEnd::Hour => after(60),
        StatusEnd::FourHours => after(240),
        StatusEnd::Today => midnight_after(1),
        // Through Sunday.
        StatusEnd::Week => midnight_after((8 - js_sys::Date::new_0().get_day() - 1) % 7 + 1),
        StatusEnd::Never => None,
    };
    millis
        .and_then(|millis| i64::try_from(millis).ok())
        .map(|millis| Micros(millis * 1_000))
}
