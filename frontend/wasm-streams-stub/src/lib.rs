//! Stands in for `wasm-streams`, as far as `server_fn` names it.
//!
//! `server_fn` comes with `leptos` and is not used here, but classes that a crate exports
//! to JavaScript cannot be left out by a linker: they were five kilobytes of every page.

use futures_util::stream::{self, Stream};
use wasm_bindgen::JsValue;

/// A stream of the browser's.
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Would make one of a stream of ours; the page has no server functions.
    ///
    /// # Panics
    /// Always.
    pub fn from_stream<S: Stream<Item = Result<JsValue, JsValue>> + 'static>(_: S) -> Self {
        unimplemented!("the page has no server functions")
    }

    /// Wraps one.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        ReadableStream(raw)
    }

    /// Unwraps it.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Would give what comes of it; the page has no server functions.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> + 'static {
        stream::empty()
    }
}
