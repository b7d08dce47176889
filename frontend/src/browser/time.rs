//! Clocks and timers.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::window;

/// Milliseconds since the page was loaded, on a monotonic clock.
pub fn now_ms() -> f64 {
    window()
        .performance()
        .map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// Milliseconds since 1970, by the browser's clock.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a clock's milliseconds are whole, positive and below 2^53"
)]
pub fn unix_ms() -> u64 {
    js_sys::Date::now().max(0.0) as u64
}

/// The local offset from UTC in minutes at a time (milliseconds since 1970).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "an offset is a few hundred minutes; a date is far below 2^53"
)]
pub fn utc_offset_minutes(at_ms: i64) -> i64 {
    -(js_sys::Date::new(&JsValue::from_f64(at_ms as f64)).get_timezone_offset() as i64)
}

/// Waits. In a hidden tab it may take longer.
pub async fn sleep(duration: Duration) {
    let millis = i32::try_from(duration.as_millis()).unwrap_or(i32::MAX);
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
    });
    let _ = JsFuture::from(promise).await;
}

/// Runs a closure once, after this time, in its own task.
pub fn after(duration: Duration, run: impl FnOnce() + 'static) {
    after_boxed(duration, Box::new(run));
}

fn after_boxed(duration: Duration, run: Box<dyn FnOnce()>) {
    let millis = i32::try_from(duration.as_millis()).unwrap_or(i32::MAX);
    let callback = Closure::once_into_js(run);
    let _ = window()
        .set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), millis);
}

/// If the browser has not painted for this long, the tab is, or was, hidden.
const NO_FRAME: Duration = Duration::from_millis(100);

/// Runs a closure before the next paint. A hidden tab does not paint: there it runs after a
/// short while.
pub fn next_frame(run: impl FnOnce() + 'static) {
    next_frame_boxed(Box::new(run));
}

/// Not generic: it is compiled once for all closures.
fn next_frame_boxed(run: Box<dyn FnOnce()>) {
    let run = Rc::new(Cell::new(Some(run)));
    let late = Rc::clone(&run);
    let once = move |run: &Cell<Option<Box<dyn FnOnce()>>>| {
        if let Some(run) = run.take() {
            run();
        }
    };
    let painted: Box<dyn FnOnce()> = Box::new(move || once(&run));
    let callback = Closure::once_into_js(painted);
    let _ = window().request_animation_frame(callback.unchecked_ref());
    after(NO_FRAME, move || once(&late));
}
