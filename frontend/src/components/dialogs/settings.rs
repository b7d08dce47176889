//! The settings of this browser. Every choice takes effect at once.

use leptos::prelude::*;

use super::frame::DialogFrame;
use super::{Dialog, use_dialogs};
use crate::browser;
use crate::i18n::t;
use crate::state::{
    Density, Language, NotificationPermission, PageSettings, SendKey, Theme, use_client,
};
use crate::tr;
use crate::view::{DynamicText, Reactive, dynamic_text, on, reactive, set_text};

/// The settings.
#[component]
pub(super) fn SettingsDialog() -> impl IntoView {
    let client = use_client();
    let send_hint = dynamic_text(move || match client.settings().get().send_key {
        SendKey::Enter => t().settings.send_enter_hint,
        SendKey::ModEnter => t().settings.send_mod_enter_hint,
    });
    view! {
        <DialogFrame title=tr!(settings.title) light=true>
            <div class="dialog__body">
                <fieldset class="choices">
                    <legend use:set_text=tr!(settings.language)></legend>
                    <div class="segments">
                        {language_segment(None)}
                        {Language::ALL.map(|language| language_segment(Some(language)))}
                    </div>
                </fieldset>
                <fieldset class="choices">
                    <legend use:set_text=tr!(settings.theme)></legend>
                    <div class="segments">
                        {segment("theme", Theme::System, theme_of, set_theme, tr!(settings.theme_system))}
                        {segment("theme", Theme::Light, theme_of, set_theme, tr!(settings.theme_light))}
                        {segment("theme", Theme::Dark, theme_of, set_theme, tr!(settings.theme_dark))}
                    </div>
                </fieldset>
                <fieldset class="choices">
                    <legend use:set_text=tr!(settings.density)></legend>
                    <div class="segments">
                        {segment("density", Density::Comfortable, density_of, set_density, tr!(settings.density_comfortable))}
                        {segment("density", Density::Compact, density_of, set_density, tr!(settings.density_compact))}
                    </div>
                </fieldset>
                <fieldset class="choices only-hover">
                    <legend use:set_text=tr!(settings.send_key)></legend>
                    <div class="segments">
                        {segment("send-key", SendKey::Enter, send_key_of, set_send_key, tr!(settings.send_enter))}
                        {segment("send-key", SendKey::ModEnter, send_key_of, set_send_key, dynamic_text(|| format!("{}+Enter", browser::modifier())))}
                    </div>
                    <p class="dialog__note" use:set_text=send_hint></p>
                </fieldset>
                <Notifications />
                <SignOut />
            </div>
        </DialogFrame>
    }
}

fn theme_of(settings: PageSettings) -> Theme {
    settings.theme
}

fn set_theme(settings: &mut PageSettings, theme: Theme) {
    settings.theme = theme;
}

fn density_of(settings: PageSettings) -> Density {
    settings.density
}

fn set_density(settings: &mut PageSettings, density: Density) {
    settings.density = density;
}

fn send_key_of(settings: PageSettings) -> SendKey {
    settings.send_key
}

fn set_send_key(settings: &mut PageSettings, key: SendKey) {
    settings.send_key = key;
}

fn notifications_of(settings: PageSettings) -> bool {
    settings.notifications
}

fn set_notifications(settings: &mut PageSettings, on: bool) {
    settings.notifications = on;
}

/// One choice of a setting.
fn segment<T: Copy + PartialEq + Send + Sync + 'static>(
    name: &'static str,
    choice: T,
    read: fn(PageSettings) -> T,
    write: fn(&mut PageSettings, T),
    label: impl Into<DynamicText>,
) -> AnyView {
    let client = use_client();
    radio(
        name,
        reactive(move || read(client.settings().get()) == choice),
        move || client.change_settings(|settings| write(settings, choice)),
        view! { <span use:set_text=label.into()></span> }.into_any(),
    )
}

/// A language in its own words; none: the browser's.
fn language_segment(language: Option<Language>) -> AnyView {
    let client = use_client();
    let label = match language {
        Some(language) => {
            view! { <span lang=language.tag()>{language.own_name()}</span> }.into_any()
        }
        None => view! { <span use:set_text=tr!(settings.language_auto)></span> }.into_any(),
    };
    radio(
        "language",
        reactive(move || client.settings().get().language == language),
        move || client.choose_language(language),
        label,
    )
}

fn radio(
    name: &'static str,
    checked: Reactive<bool>,
    choose: impl Fn() + 'static,
    label: AnyView,
) -> AnyView {
    // A change would not tell that the present choice was made again.
    view! {
        <label class="segment">
            <input type="radio" name=name prop:checked=checked on:click=on(move |_| choose()) />
            {label}
        </label>
    }
    .into_any()
}

/// Desktop notifications: requests the permission only on a click, and says if it is denied.
#[component]
fn Notifications() -> impl IntoView {
    let client = use_client();
    let permission = client.notification_permission();
    let control = reactive(move || {
        match permission.get() {
        NotificationPermission::Unsupported => {
            view! { <p class="dialog__note" use:set_text=tr!(settings.notifications_unsupported)></p> }.into_any()
        }
        NotificationPermission::Denied => {
            view! { <p class="dialog__note" use:set_text=tr!(settings.notifications_denied)></p> }.into_any()
        }
        NotificationPermission::Unasked => view! {
            <p class="dialog__note" use:set_text=tr!(settings.notifications_hint)></p>
            <div>
                <button
                    class="button button--quiet"
                    type="button"
                    on:click=on(move |_| client.ask_for_notifications())
                use:set_text=tr!(settings.notifications_allow)></button>
            </div>
        }
        .into_any(),
        NotificationPermission::Granted => view! {
            <div class="segments">
                {segment("notifications", true, notifications_of, set_notifications, tr!(settings.notifications_on))}
                {segment("notifications", false, notifications_of, set_notifications, tr!(settings.notifications_off))}
            </div>
            <p class="dialog__note" use:set_text=tr!(settings.notifications_hint)></p>
        }
        .into_any(),
    }
    });
    view! {
        <fieldset class="choices">
            <legend use:set_text=tr!(settings.notifications)></legend>
            {control}
        </fieldset>
    }
}

/// Leads to the question whether to sign out.
#[component]
fn SignOut() -> impl IntoView {
    let dialogs = use_dialogs();
    view! {
        <div class="dialog__section">
            <button
                class="button button--quiet"
                type="button"
                on:click=on(move |_| dialogs.open(Dialog::SignOut))
                use:set_text=tr!(settings.sign_out)
            ></button>
        </div>
    }
}
