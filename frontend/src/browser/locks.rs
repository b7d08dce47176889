//! Web Locks, which all tabs of a browser share. They exist only in a secure context. The
//! browser releases a tab's locks when the tab ends, in whatever way, so a tab that holds one
//! is alive, even if it is frozen.

use std::cell::Cell;
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::{Either, select};
use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::time::sleep;

#[wasm_bindgen]
extern "C" {
    // Throws without a secure context: there is no `navigator.locks`.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, options: &Object, granted: &JsValue) -> Result<Promise, JsValue>;
}

/// How to request a lock. Requests never wait: the lock is free, or it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Exclusively, for a while.
    For(Duration),
    /// Shared, for a moment: whether no tab holds it exclusively.
    Look,
}

/// Requests a lock exclusively, as long as this tab lives.
pub fn hold_lock(name: &str) {
    let granted: Box<dyn FnMut(JsValue) -> JsValue> = Box::new(|lock| {
        if lock.is_null() {
            JsValue::UNDEFINED
        } else {
            Promise::new(&mut |_, _| {}).into()
        }
    });
    if let Some(over) = request_at_once(name, "exclusive", granted) {
        spawn_local(async move {
            // Never, or rejected by the browser: without locks nothing is held.
            let _ = JsFuture::from(over).await;
        });
    }
}

/// Calls back at once, with `null` if the lock is not free.
fn request_at_once(
    name: &str,
    mode: &str,
    granted: Box<dyn FnMut(JsValue) -> JsValue>,
) -> Option<Promise> {
    let options = Object::new();
    let set = |key: &str, value: JsValue| Reflect::set(&options, &key.into(), &value);
    set("mode", mode.into())
        .and(set("ifAvailable", true.into()))
        .ok()?;
    let granted = Closure::wrap(granted).into_js_value();
    request(name, &options, &granted).ok()
}

/// Requests a lock. Returns whether it was free; `None`: no Web Locks here.
pub async fn lock(name: &str, how: Lock) -> Option<bool> {
    let mode = if how == Lock::Look {
        "shared"
    } else {
        "exclusive"
    };
    let (tell, told) = oneshot::channel();
    let tell = Cell::new(Some(tell));
    let granted: Box<dyn FnMut(JsValue) -> JsValue> = Box::new(move |lock| {
        let is_free = !lock.is_null();
        if let Some(tell) = tell.take() {
            let _ = tell.send(is_free);
        }
        match how {
            Lock::For(while_) if is_free => wasm_bindgen_futures::future_to_promise(async move {
                sleep(while_).await;
                Ok(JsValue::UNDEFINED)
            })
            .into(),
            _ => JsValue::UNDEFINED,
        }
    });
    let over = JsFuture::from(request_at_once(name, mode, granted)?);
    match select(told, over).await {
        Either::Left((is_free, _)) => is_free.ok(),
        // Rejected by the browser, for example where all storage is forbidden.
        Either::Right(_) => None,
    }
}
