//! The conversation in a real browser, beside a server of a hundred lines.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test's helpers may fail it")]

mod around;
mod delivery;
mod page;
mod timeline;
mod writing;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);
