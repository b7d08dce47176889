//! HTTP requests to our own server.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

use super::window;

/// The answer of a server.
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The body.
    pub text: String,
}

/// Sends a request, with the body as JSON. `None`: no answer.
pub async fn request(method: &str, path: &str, body: Option<String>) -> Option<HttpResponse> {
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        let headers = Headers::new().ok()?;
        headers.set("Content-Type", "application/json").ok()?;
        init.set_headers(&headers);
        init.set_body(&JsValue::from_str(&body));
    }
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await;
    let response: Response = response.ok()?.dyn_into().ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some(HttpResponse {
        status: response.status(),
        text: text.as_string().unwrap_or_default(),
    })
}
