//! What is unread in title and icon, and desktop notifications.

use std::cell::Cell;

use leptos::prelude::*;
use shared::frame::Notice;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationOptions};

use super::signals::Signals;
use super::types::NotificationPermission;
use crate::browser::{self, Listener};
use crate::i18n;
use crate::route::Route;
use crate::view::{effect, memo};

/// Something is unread, and nothing of it is addressed to the person.
const SOMETHING: &str = "•";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = globalThis)]
    type Global;
    /// The notification API. Some browsers have none, and none has it without a secure
    /// context.
    #[wasm_bindgen(method, getter, js_name = Notification)]
    fn notification(this: &Global) -> JsValue;
}

/// The browser's permission for desktop notifications.
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

/// Requests the permission. Call it from a click.
pub(super) async fn ask() -> NotificationPermission {
    if permission() == NotificationPermission::Unasked
        && let Ok(answer) = Notification::request_permission()
    {
        // The result is read below, whatever it is.
        let _ = JsFuture::from(answer).await;
    }
    permission()
}

/// Shows a notification of a message that the person does not see. `author` is the name that
/// is shown, `room` the name of the message's room; empty if it is not known.
pub(super) fn show_notification(notice: &Notice, author: &str, room: &str) {
    // The browser may have taken it back.
    if permission() != NotificationPermission::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(&notice.words);
    // With this tag several tabs show it once.
    options.set_tag(&format!("madang-{}-{}", notice.room, notice.seq));
    let title = match room {
        "" => author.to_owned(),
        room => (i18n::t().notification.title)(author, room),
    };
    // Browsers on phones have the constructor, but it throws.
    let Ok(notification) = Notification::new_with_options(&title, &options) else {
        return;
    };
    let path = Route::Message(notice.room, notice.seq).path();
    let shown = notification.clone();
    Listener::new(&notification, "click", move |_| {
        let _ = browser::window().focus();
        crate::navigation::go(&path);
        shown.close();
    })
    .forever();
}

/// Keeps the title (room and what is unread) and the icon up to date. Both count what is addressed
/// to the person; of everything else they say only that it is there.
pub(super) fn follow(signals: &Signals, place: impl Fn() -> Option<String> + 'static) {
    let signals = *signals;
    let mark = memo(
        move || match (signals.addressed.get(), signals.unread.get()) {
            (0, 0) => None,
            (0, _) => Some(SOMETHING.to_owned()),
            (count, _) => Some(i18n::format::badge(count)),
        },
    );
    effect(move || {
        let home = signals.place_title();
        let title = match place() {
            Some(name) => format!("{name} · {home}"),
            None => home,
        };
        browser::document().set_title(&match mark.get() {
            None => title,
            Some(mark) if mark == SOMETHING => format!("{mark} {title}"),
            Some(count) => format!("({count}) {title}"),
        });
    });
    let is_plain = Cell::new(true);
    effect(move || {
        let mark = mark.get();
        if !(is_plain.replace(mark.is_none()) && mark.is_none()) {
            set_icon(mark.as_deref());
        }
    });
}

/// Sets the icon with a mark, or the plain one.
fn set_icon(mark: Option<&str>) {
    let Ok(Some(link)) = browser::document().query_selector("link[rel~=icon]") else {
        return;
    };
    let plain = link.get_attribute("data-plain").or_else(|| {
        let href = link.get_attribute("href")?;
        let _ = link.set_attribute("data-plain", &href);
        Some(href)
    });
    let href = match mark {
        None => plain,
        Some(mark) => Some(icon_with(mark)),
    };
    if let Some(href) = href {
        let _ = link.set_attribute("href", &href);
    }
}

/// An icon with a mark, as a data URL, which needs no request.
fn icon_with(mark: &str) -> String {
    let size = if mark.len() > 2 && mark != SOMETHING {
        26
    } else {
        38
    };
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>\
         <rect width='64' height='64' rx='16' fill='#2f6b4f'/>\
         <text x='32' y='33' text-anchor='middle' dominant-baseline='central' \
         font-family='system-ui,sans-serif' font-weight='700' font-size='{size}' \
         fill='#fff'>{mark}</text></svg>"
    );
    let encoded = js_sys::encode_uri_component(&svg);
    format!("data:image/svg+xml,{}", String::from(encoded))
}
