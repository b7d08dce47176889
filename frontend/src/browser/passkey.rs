//! Passkeys (Web Authentication Level 3). What the server asks for and what the browser answers
//! are JSON, which only passes through here.

use js_sys::{JSON, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::window;

#[wasm_bindgen]
extern "C" {
    // They throw where there is no `PublicKeyCredential`.
    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseCreationOptionsFromJSON)]
    fn parse_creation_options(options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseRequestOptionsFromJSON)]
    fn parse_request_options(options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = create)]
    fn create(options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"], js_name = get)]
    fn get(options: &JsValue) -> Result<Promise, JsValue>;
}

/// What is done with a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    /// One is made.
    Make,
    /// One is used.
    Use,
}

/// Why the browser has not done it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPasskey {
    /// The person has not wanted to, has waited too long, or has no passkey for this page. The
    /// browser tells none of these from the others.
    Cancelled,
    /// The device has a passkey of this person already.
    AlreadyThere,
    /// It cannot.
    Failed,
}

/// Whether this browser has passkeys for this page. They need a secure context and a host that
/// has a name; and browsers of before 2025 do not read their options as JSON.
pub fn has_passkeys() -> bool {
    let key = |name: &str| JsValue::from_str(name);
    let interface = Reflect::get(&window(), &key("PublicKeyCredential"));
    let reads_json = interface.is_ok_and(|interface| {
        interface.is_function()
            && Reflect::has(&interface, &key("parseRequestOptionsFromJSON")).unwrap_or(false)
    });
    let host = window().location().hostname().unwrap_or_default();
    let last = host.as_bytes().last().copied().unwrap_or(b']');
    // The last label of a name is never a number (RFC 1123 §2.1).
    reads_json && !last.is_ascii_digit() && last != b']'
}

/// Lets the browser do what the server's answer asks for. Returns the body that the server
/// expects.
///
/// # Errors
/// If the browser has not done it.
pub async fn ceremony(kind: Ceremony, answer: &str) -> Result<String, NoPasskey> {
    ask(kind, answer).await.map_err(|error| {
        let name = Reflect::get(&error, &"name".into()).ok();
        match name.and_then(|name| name.as_string()).as_deref() {
            Some("NotAllowedError" | "AbortError") => NoPasskey::Cancelled,
            Some("InvalidStateError") => NoPasskey::AlreadyThere,
            _ => NoPasskey::Failed,
        }
    })
}

async fn ask(kind: Ceremony, answer: &str) -> Result<String, JsValue> {
    let options = Reflect::get(&JSON::parse(answer)?, &"options".into())?;
    let parsed = match kind {
        Ceremony::Make => parse_creation_options(&options)?,
        Ceremony::Use => parse_request_options(&options)?,
    };
    let wanted = js_sys::Object::new();
    Reflect::set(&wanted, &"publicKey".into(), &parsed)?;
    let promise = match kind {
        Ceremony::Make => create(&wanted)?,
        Ceremony::Use => get(&wanted)?,
    };
    let body = js_sys::Object::new();
    Reflect::set(&body, &"credential".into(), &JsFuture::from(promise).await?)?;
    // It calls the credential's `toJSON`.
    Ok(JSON::stringify(&body)?.into())
}
