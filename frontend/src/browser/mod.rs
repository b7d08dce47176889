//! Thin wrappers of browser APIs: clocks, randomness, storage, timers, locks, HTTP.
//!
//! Everything works without a secure context, and in a browser that refuses storage. Rules of
//! the page do not belong here. Native tests never call this module.

mod globals;
mod http;
mod listen;
mod locks;
mod passkey;
mod platform;
mod storage;
mod time;

pub use globals::{document, window};
pub use http::{HttpResponse, request};
pub use listen::{Listener, on_document, on_window, once_online};
pub use locks::{Lock, hold_lock, lock};
pub use passkey::{Ceremony, NoPasskey, ceremony, has_passkeys};
pub use platform::Browser;
pub use storage::BrowserStorage;
pub use time::{after, next_frame, now_ms, sleep, unix_ms, utc_offset_minutes};

use shared::id::ClientId;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Available without a secure context, unlike `randomUUID`.
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(into: &js_sys::Uint8Array);

    #[wasm_bindgen(catch, js_namespace = CSS, js_name = supports)]
    fn supports_style(property: &str, value: &str) -> Result<bool, JsValue>;

    #[wasm_bindgen(js_name = CSSStyleSheet)]
    type StyleSheet;

    #[wasm_bindgen(catch, constructor, js_class = CSSStyleSheet)]
    fn new() -> Result<StyleSheet, JsValue>;

    #[wasm_bindgen(catch, method, js_name = replaceSync)]
    fn replace_sync(this: &StyleSheet, styles: &str) -> Result<(), JsValue>;

    type StyledDocument;

    #[wasm_bindgen(method, getter, js_name = adoptedStyleSheets)]
    fn style_sheets(this: &StyledDocument) -> js_sys::Array;
}

/// Adds styles to the page. The policy for content does not restrict styles of the program.
pub fn add_styles(styles: &str) {
    if let Ok(sheet) = StyleSheet::new()
        && sheet.replace_sync(styles).is_ok()
    {
        let document: StyledDocument = document().unchecked_into();
        document.style_sheets().push(&sheet);
    }
}

/// The path of the page's address.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Bytes from the browser's cryptographic generator.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let length = u32::try_from(N).unwrap_or_default();
    let buffer = js_sys::Uint8Array::new_with_length(length);
    get_random_values(&buffer);
    let mut bytes = [0; N];
    buffer.copy_to(&mut bytes);
    bytes
}

/// A new id for a command.
pub fn new_client_id() -> ClientId {
    ClientId::new(unix_ms(), &random_bytes::<10>())
}

/// A number in `0.0..1.0`.
pub fn random_fraction() -> f64 {
    js_sys::Math::random()
}

/// Whether this tab is visible.
pub fn is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// Whether this tab is visible and has the focus.
pub fn is_attended() -> bool {
    is_visible() && document().has_focus().unwrap_or(true)
}

/// Whether the browser reports a network.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Whether the browser accepts cookies here. `cookieEnabled` is true even if the settings
/// forbid cookies for this site, so this sets one to find out.
pub fn takes_cookies() -> bool {
    const TRIED: &str = "madang_tried=1";
    let (document, key) = (document(), JsValue::from_str("cookie"));
    let set = |text: &str| js_sys::Reflect::set(&document, &key, &text.into());
    let _ = set(&format!("{TRIED}; SameSite=Strict"));
    let kept = js_sys::Reflect::get(&document, &key);
    let _ = set(&format!("{TRIED}; Max-Age=0"));
    kept.ok()
        .and_then(|kept| kept.as_string())
        .is_some_and(|kept| shared::text::contains(&kept, TRIED))
}

/// The tag of this page's session, from the cookie that the server sets beside that of the
/// session.
pub fn session_tag() -> Option<String> {
    let location = window().location();
    let is_secure = location
        .protocol()
        .is_ok_and(|protocol| protocol == "https:");
    let mut port = location.port().unwrap_or_default();
    if port.is_empty() {
        port.push_str(if is_secure { "443" } else { "80" });
    }
    let cookies = js_sys::Reflect::get(&document(), &JsValue::from_str("cookie"));
    let cookies = cookies.ok()?.as_string()?;
    let prefix = if is_secure { "__Host-" } else { "" };
    let name = format!("{prefix}madang_tag_{port}=");
    let mut pairs = cookies.split(';').map(str::trim_start);
    let tag = pairs.find_map(|pair| pair.strip_prefix(&*name));
    tag.map(str::to_owned)
}

/// Whether this is a device of Apple, whose keys have other names.
pub fn is_apple() -> bool {
    let contains = shared::text::contains;
    window()
        .navigator()
        .user_agent()
        .is_ok_and(|agent| contains(&agent, "Mac OS") || contains(&agent, "iPhone"))
}

/// The name of the key that gives commands with others.
pub fn modifier() -> &'static str {
    if is_apple() { "⌘" } else { "Ctrl" }
}

/// A length for a style, in whole CSS pixels.
#[expect(clippy::cast_possible_truncation, reason = "no screen is that large")]
pub fn pixels(length: f64) -> String {
    // Formatting a float adds ten kilobytes.
    format!("{}px", length.round() as i32)
}

/// The text in lower case, for sorting by name.
pub fn small_letters(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// The text in upper case.
pub fn capital_letters(text: &str) -> String {
    js_sys::JsString::from(text).to_upper_case().into()
}

/// A name without differences of case, width and form, for comparing.
pub fn folded(name: &str) -> String {
    js_sys::JsString::from(name)
        .normalize("NFKC")
        .to_lower_case()
        .into()
}

/// Whether a text is one to three emoji and nothing else.
pub fn is_few_emoji(text: &str) -> bool {
    // A flag is two letters, a keycap a digit with two marks. All others are shown in colour by
    // themselves or because a selector or skin tone follows, and may be joined.
    const EMOJI: &str = r"^(?:(?:\p{RI}{2}|[\d#*]\uFE0F\u20E3|(?:\p{EPres}|\p{ExtPict}[\uFE0F\p{EMod}])[\uFE0F\p{EMod}\u{E0020}-\u{E007F}]*(?:\u200D\p{ExtPict}[\uFE0F\p{EMod}]*)*) *){1,3}$";
    thread_local! {
        static PATTERN: js_sys::RegExp = js_sys::RegExp::new(EMOJI, "u");
    }
    // Most texts have a letter. No emoji is a letter, a Chinese character or a Hangul syllable.
    let may_be = |c: char| {
        matches!(c, ' ' | '#' | '*' | '0'..='9' | '\u{A9}' | '\u{AE}' | '\u{200D}'..='\u{32FF}'
            | '\u{FE0F}' | '\u{1F000}'..)
    };
    text.chars().all(may_be) && PATTERN.with(|pattern| pattern.test(text))
}

/// The preferred languages of the browser, the best one first.
pub fn languages() -> Vec<String> {
    window()
        .navigator()
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect()
}

/// Whether a media query matches.
pub fn matches(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// The clipboard; `None` without a secure context.
pub fn clipboard() -> Option<web_sys::Clipboard> {
    window()
        .is_secure_context()
        .then(|| window().navigator().clipboard())
}

/// The key that a `storage` event is about.
pub fn storage_key(event: &web_sys::Event) -> Option<String> {
    event.dyn_ref::<web_sys::StorageEvent>()?.key()
}

/// The key that another tab has removed, if a `storage` event reports a removal.
pub fn removed_key(event: &web_sys::Event) -> Option<String> {
    let event = event.dyn_ref::<web_sys::StorageEvent>()?;
    event.key().filter(|_| event.new_value().is_none())
}

/// Whether the browser supports a CSS property and value.
pub fn supports(property: &str, value: &str) -> bool {
    supports_style(property, value).unwrap_or(false)
}
