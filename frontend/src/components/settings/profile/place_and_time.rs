//! The language and the time zone that follow the person to every device.

use js_sys::{Array, Function, Intl, Object, Reflect};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use crate::api::profile::{OwnSettings, ProfileChange, settings};
use crate::browser;
use crate::components::form::FormError;
use crate::components::settings::saving::Saving;
use crate::components::skeleton::Skeleton;
use crate::i18n::settings::words;
use crate::state::{Client, Failure, Language, use_client};
use crate::tr;
use crate::view::{dynamic_text, on, reactive, set_text};

/// The part. What is stored comes from the server.
#[component]
pub(super) fn PlaceAndTimePart() -> impl IntoView {
    let answer = RwSignal::new(None::<Result<OwnSettings, Failure>>);
    let look = move || {
        answer.set(None);
        spawn_local(async move {
            let found = settings().await;
            let _ = answer.try_set(Some(found));
        });
    };
    look();
    let choices = reactive(move || match answer.get() {
        None => view! { <Skeleton label=tr!(app.loading) /> }.into_any(),
        Some(Ok(settings)) => choices(settings),
        Some(Err(_)) => view! {
            <div>
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| look())
                    use:set_text=tr!(sign_in.try_again)
                ></button>
            </div>
        }
        .into_any(),
    });
    view! {
        <section class="settings__part">
            <h3 use:set_text=dynamic_text(|| words().profile.place_and_time)></h3>
            {choices}
        </section>
    }
}

fn choices(settings: OwnSettings) -> AnyView {
    let client = use_client();
    let saving = Saving::new();
    let OwnSettings {
        language,
        time_zone,
    } = settings;
    let language = RwSignal::new(language.unwrap_or_default());
    let zone = RwSignal::new(time_zone.unwrap_or_default());
    let choose_language = move |event: ev::Event| {
        let tag = event_target_value(&event);
        follow(client, &tag);
        language.set(tag.clone());
        saving.save(ProfileChange::Language((!tag.is_empty()).then_some(tag)));
    };
    let choose_zone = move |event: ev::Event| {
        let name = event_target_value(&event);
        zone.set(name.clone());
        saving.save(ProfileChange::TimeZone((!name.is_empty()).then_some(name)));
    };
    let languages = Language::ALL.map(|one| {
        view! {
            <option
                value=one.tag()
                lang=one.tag()
                prop:selected=reactive(move || language.get() == one.tag())
            >
                {one.own_name()}
            </option>
        }
        .into_any()
    });
    view! {
        <div class="field">
            <label class="field__label" for="own-language" use:set_text=dynamic_text(|| words().profile.language)></label>
            <select
                class="field__input"
                id="own-language"
                aria-describedby="own-language-hint"
                on:change=on(choose_language)
            >
                <option value="" use:set_text=dynamic_text(|| words().profile.as_browser)></option>
                {languages}
            </select>
            <p class="field__hint" id="own-language-hint" use:set_text=dynamic_text(|| words().profile.language_hint)></p>
        </div>
        <div class="field">
            <label class="field__label" for="time-zone" use:set_text=dynamic_text(|| words().profile.time_zone)></label>
            <select
                class="field__input"
                id="time-zone"
                use:list_zones=zone
                on:change=on(choose_zone)
            ></select>
        </div>
        <FormError form=saving.form fields=&[] />
        {saving.note()}
    }
    .into_any()
}

/// This browser follows the account, unless it has a choice of its own.
fn follow(client: Client, tag: &str) {
    let language = Language::ALL.into_iter().find(|known| known.tag() == tag);
    client.change_settings(|settings| settings.account_language = language);
    client.fetch_language();
}

/// Adds the time zones that the browser knows, and chooses the stored one. Elements, not a view:
/// there are hundreds.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a directive of a view gets the element"
)]
fn list_zones(select: Element, stored: RwSignal<String>) {
    let stored = stored.get_untracked();
    let mut zones = known_zones();
    if !stored.is_empty() && !zones.contains(&stored) {
        zones.insert(0, stored.clone());
    }
    let add = |value: &str| {
        let option = browser::document().create_element("option").ok()?;
        option.set_attribute("value", value).ok()?;
        select.append_child(&option).ok()?;
        Some(option)
    };
    // The first one, which stands for no choice. A view's own children come after this.
    if let Some(option) = add("") {
        set_text(option, dynamic_text(|| words().profile.as_device));
    }
    for zone in zones {
        if let Some(option) = add(&zone) {
            option.set_text_content(Some(&zone));
        }
    }
    let _ = Reflect::set(&select, &"value".into(), &stored.into());
}

/// The names of time zones; in browsers of before 2022 that of the device alone.
fn known_zones() -> Vec<String> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).unwrap_or(JsValue::UNDEFINED);
    let supported = Reflect::get(&intl, &"supportedValuesOf".into());
    let supported = supported
        .ok()
        .and_then(|found| found.dyn_into::<Function>().ok());
    let listed = supported.and_then(|function| function.call1(&intl, &"timeZone".into()).ok());
    let zones: Vec<String> = listed.map_or_else(Vec::new, |listed| {
        Array::from(&listed)
            .iter()
            .filter_map(|zone| zone.as_string())
            .collect()
    });
    if !zones.is_empty() {
        return zones;
    }
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let own = Reflect::get(&options, &"timeZone".into()).ok();
    own.and_then(|zone| zone.as_string()).into_iter().collect()
}
