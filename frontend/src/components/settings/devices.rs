//! Where somebody is signed in: ending that, and going on on another device.

use leptos::prelude::*;
use shared::id::Micros;
use wasm_bindgen_futures::spawn_local;

use crate::api::Failure;
use crate::api::devices::{self, Device, MadeLink};
use crate::browser;
use crate::components::form::{FormState, sentence};
use crate::components::settings::made_link::made_link;
use crate::components::skeleton::Skeleton;
use crate::i18n::settings::{DeviceStrings, words};
use crate::i18n::{format, t};
use crate::tr;
use crate::view::{Entry, dynamic_text, list, on, optional_view, reactive, set_text};

/// The section.
pub(super) fn devices() -> AnyView {
    view! {
        <DeviceList />
        <PhoneLink />
    }
    .into_any()
}

fn texts() -> &'static DeviceStrings {
    words().devices
}

/// The devices, each with a button that ends its session.
#[component]
fn DeviceList() -> impl IntoView {
    let answer = RwSignal::new(None::<Result<Vec<Device>, Failure>>);
    let form = FormState::new();
    let load = move || {
        spawn_local(async move {
            let found = devices::list().await;
            let _ = answer.try_set(Some(found));
        });
    };
    load();
    // Somebody comes back from the other device.
    browser::on_window("focus", move |_| load()).with_owner();
    let sign_out = move |device: Option<i64>| {
        form.submit(async move {
            devices::sign_out(device).await?;
            let left = devices::list().await;
            let _ = answer.try_set(Some(left));
            Ok(())
        });
    };
    let found = move || answer.with(|answer| answer.as_ref()?.as_ref().ok().cloned());
    let entries = move || {
        let shown = found().unwrap_or_default();
        let entry = |device: Device| {
            Entry::new((device.id, i64::from(device.is_current)), move || {
                device_item(device, form, sign_out)
            })
        };
        shown.into_iter().map(entry).collect()
    };
    let others = optional_view(move || {
        let has_others = found()?.len() > 1;
        has_others.then(|| {
            view! {
                <div class="settings__row">
                    <button
                        class="button button--quiet"
                        type="button"
                        aria-disabled=reactive(move || form.busy().then_some("true"))
                        on:click=on(move |_| sign_out(None))
                        use:set_text=dynamic_text(|| texts().sign_out_others)
                    ></button>
                </div>
            }
        })
    });
    let failure = move || {
        let of_list = answer.with(|answer| answer.as_ref()?.as_ref().err().map(sentence));
        form.failure(|failure| Some(sentence(failure))).or(of_list)
    };
    view! {
        <div class="settings__part">
            <p use:set_text=dynamic_text(|| texts().lead)></p>
            {optional_view(move || {
                answer.with(Option::is_none).then(|| view! { <Skeleton label=tr!(app.loading) /> })
            })}
            <ul class="settings__list devices">{list(entries)}</ul>
            <p
                class="dialog__error"
                role="alert"
                use:set_text=dynamic_text(move || failure().unwrap_or_default())
            ></p>
            {others}
        </div>
    }
}

fn device_item(
    device: Device,
    form: FormState,
    sign_out: impl Fn(Option<i64>) + Copy + Send + Sync + 'static,
) -> AnyView {
    let Device {
        id,
        name,
        address,
        used_at,
        is_current,
    } = device;
    let shown = move || {
        if name.is_empty() {
            texts().unnamed.to_owned()
        } else {
            name.clone()
        }
    };
    let label = shown.clone();
    let now = Micros(i64::try_from(browser::unix_ms()).unwrap_or(i64::MAX) * 1_000);
    let used = move || {
        let used = (texts().used)(&format::day(used_at, now, &t().when));
        match &address {
            Some(address) => format!("{address} · {used}"),
            None => used,
        }
    };
    let end = if is_current {
        view! { <span class="devices__current" use:set_text=dynamic_text(|| texts().current)></span> }
            .into_any()
    } else {
        view! {
            <button
                class="button button--quiet"
                type="button"
                aria-label=reactive(move || (texts().sign_out_label)(&label()))
                aria-disabled=reactive(move || form.busy().then_some("true"))
                on:click=on(move |_| sign_out(Some(id)))
                use:set_text=dynamic_text(|| texts().sign_out)
            ></button>
        }
        .into_any()
    };
    view! {
        <li class="settings__item">
            <div class="devices__device">
                <span use:set_text=dynamic_text(shown)></span>
                <span class="devices__used" use:set_text=dynamic_text(used)></span>
            </div>
            {end}
        </li>
    }
    .into_any()
}

/// Makes the link with which the session goes to another device, and shows it as a QR code.
#[component]
fn PhoneLink() -> impl IntoView {
    let form = FormState::new();
    let made = RwSignal::new(None::<MadeLink>);
    let make = move |_| {
        form.submit(async move {
            let link = devices::make_link().await?;
            let _ = made.try_set(Some(link));
            Ok(())
        });
    };
    let link = optional_view(move || {
        made.get()
            .map(|made| made_link(made, || texts().link_label, true, || {}))
    });
    view! {
        <div class="settings__part">
            <h3 use:set_text=dynamic_text(|| texts().phone_title)></h3>
            <p use:set_text=dynamic_text(|| texts().phone_lead)></p>
            {link}
            <p
                class="dialog__error"
                role="alert"
                use:set_text=dynamic_text(move || {
                    form.failure(|failure| Some(sentence(failure))).unwrap_or_default()
                })
            ></p>
            <div class="settings__row">
                <button
                    class="button button--quiet"
                    type="button"
                    aria-disabled=reactive(move || form.busy().then_some("true"))
                    on:click=on(make)
                    use:set_text=dynamic_text(move || {
                        if made.with(Option::is_some) { texts().make_another } else { texts().make_link }
                    })
                ></button>
            </div>
        </div>
    }
}
