//! Calling a person back: the title, the icon, desktop notifications.

use std::cell::Cell;

use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::Message;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions};

use super::{NotificationPermission, Signals};
use crate::browser::{self, Listener};
use crate::i18n;
use crate::route::Route;
use crate::view::effect;

/// A notification shows no more than this of a message, in characters.
const MOST_TEXT: usize = 200;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = globalThis)]
    type Global;
    /// What the browser has for notifications; some have nothing, and nothing has it
    /// without a secure context.
    #[wasm_bindgen(method, getter, js_name = Notification)]
    fn notification(this: &Global) -> JsValue;
}

/// What the browser says of desktop notifications.
pub(super) fn permission() -> NotificationPermission {
    let global: Global = js_sys::global().unchecked_into();
    let secure = browser::window().is_secure_context();
    if !secure || global.notification().is_undefined() {
        return NotificationPermission::Unsupported;
    }
    match Notification::permission() {
        web_sys::NotificationPermission::Granted => NotificationPermission::Granted,
        web_sys::NotificationPermission::Denied => NotificationPermission::Denied,
        _ => NotificationPermission::Unasked,
    }
}

/// Asks the browser; to be called from a click.
pub(super) async fn ask() -> NotificationPermission {
    if permission() == NotificationPermission::Unasked
        && let Ok(answer) = Notification::request_permission()
    {
        // A refusal is an answer too.
        let _ = JsFuture::from(answer).await;
    }
    permission()
}

/// Shows a message of a room that is not before the person's eyes.
pub(super) fn show_notification(room: RoomId, message: &Message, author: &str, name: &str) {
    if permission() != NotificationPermission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    let text: String = message.body.chars().take(MOST_TEXT).collect();
    options.set_body(&text);
    // Several tabs of one person show it once.
    options.set_tag(&format!("madang-{room}-{}", message.seq));
    let title = (i18n::t().notification.title)(author, name);
    // A browser on a phone has the constructor but refuses it.
    let Ok(notification) = Notification::new_with_options(&title, &options) else {
        return;
    };
    let path = Route::Message(room, message.seq).path();
    let shown = notification.clone();
    Listener::new(&notification, "click", move |_| {
        let _ = browser::window().focus();
        crate::navigation::go(&path);
        shown.close();
    })
    .forever();
}

/// Keeps the title and the icon right: the place's name, and how much is unread.
pub(super) fn follow(signals: &Signals, place: impl Fn() -> Option<String> + 'static) {
    let unread = signals.unread;
    effect(move || {
        let title = place().map_or_else(|| "Madang".to_owned(), |name| format!("{name} · Madang"));
        let unread = unread.get();
        browser::document().set_title(&if unread > 0 {
            format!("({}) {title}", i18n::format::badge(unread))
        } else {
            title
        });
    });
    let shown = Cell::new(0);
    effect(move || {
        let unread = unread.get();
        if shown.replace(unread) != unread {
            set_icon(Some(unread).filter(|count| *count > 0));
        }
    });
}

/// The icon with a count on it, or as it was.
fn set_icon(unread: Option<u64>) {
    let Ok(Some(link)) = browser::document().query_selector("link[rel~=icon]") else {
        return;
    };
    let plain = link.get_attribute("data-plain").or_else(|| {
        let href = link.get_attribute("href")?;
        let _ = link.set_attribute("data-plain", &href);
        Some(href)
    });
    let href = match unread {
        None => plain,
        Some(count) => Some(icon_with(&i18n::format::badge(count))),
    };
    if let Some(href) = href {
        let _ = link.set_attribute("href", &href);
    }
}

/// An image of its own, as a data address: it works without another request.
fn icon_with(count: &str) -> String {
    let size = if count.len() > 2 { 26 } else { 38 };
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>\
         <rect width='64' height='64' rx='16' fill='#2f6b4f'/>\
         <text x='32' y='33' text-anchor='middle' dominant-baseline='central' \
         font-family='system-ui,sans-serif' font-weight='700' font-size='{size}' \
         fill='#fff'>{count}</text></svg>"
    );
    let encoded = js_sys::encode_uri_component(&svg);
    format!("data:image/svg+xml,{}", String::from(encoded))
}
