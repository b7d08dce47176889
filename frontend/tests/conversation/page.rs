//! A page with a conversation, beside the small server of `server.js`.

use std::rc::Rc;
use std::time::Duration;

use frontend::browser::{self, document};
use frontend::{App, navigation};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{
    CompositionEvent, CompositionEventInit, Element, Event, EventInit, HtmlElement,
    HtmlTextAreaElement, InputEvent, InputEventInit, KeyboardEvent, KeyboardEventInit,
};

#[wasm_bindgen(module = "/tests/conversation/server.js")]
extern "C" {
    fn reset(messages: u32);
    pub(crate) fn set_online(value: bool);
    pub(crate) fn refuse(code: &str);
    pub(crate) fn hold_changes();
    pub(crate) fn tell_changes();
    pub(crate) fn post(body: &str);
    pub(crate) fn post_odd();
    pub(crate) fn edit(seq: u32, body: &str);
    pub(crate) fn remove(seq: u32);
    pub(crate) fn say(text: &str);
    fn heard_of(kind: &str) -> Vec<String>;
}

/// What the server has heard of one type, as JSON.
pub(crate) fn heard(kind: &str) -> Vec<String> {
    heard_of(kind)
}

/// The page. Where it is as high as a small screen, like one.
pub(crate) struct Page {
    root: HtmlElement,
    _handle: Rc<dyn std::any::Any>,
}

impl Page {
    /// Opens the lobby with so many messages, all of them read.
    pub(crate) async fn open(messages: u32) -> Self {
        Page::open_at("/rooms/1", messages).await
    }

    /// Opens an address.
    pub(crate) async fn open_at(path: &str, messages: u32) -> Self {
        reset(messages);
        Page::mount(path).await
    }

    /// Opens the page once more, with what the browser and the server still hold.
    pub(crate) async fn reload(self) -> Self {
        // As a browser does before it leaves a page.
        let leaving = Event::new("pagehide").unwrap();
        browser::window().dispatch_event(&leaving).unwrap();
        drop(self);
        Page::mount("/rooms/1").await
    }

    async fn mount(path: &str) -> Self {
        navigation::replace(path);
        let root: HtmlElement = element("div").dyn_into().unwrap();
        let style = element("style");
        style.set_text_content(Some(
            ".shell, .conversation, .timeline { display: flex; flex-direction: column; }
             .shell { height: 600px; } .shell > * { display: none; }
             .shell > .conversation { display: flex; flex: 1; min-height: 0; }
             .timeline { flex: 1; min-height: 0; }
             .timeline__scroller { flex: 1; min-height: 0; overflow-y: auto; overflow-anchor: none; }
             .message__body { white-space: pre-wrap; line-height: 20px; }
             ol { list-style: none; margin: 0; padding: 0; } svg { width: 16px; }",
        ));
        root.append_child(&style).unwrap();
        document().body().unwrap().append_child(&root).unwrap();
        let handle = leptos::mount::mount_to(root.clone(), App);
        let page = Page {
            root,
            _handle: Rc::new(handle),
        };
        page.until("the composer", || page.find("#composer textarea"))
            .await;
        page
    }

    pub(crate) fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).unwrap()
    }

    pub(crate) fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.root.query_selector_all(selector).unwrap();
        (0..found.length())
            .filter_map(|at| found.get(at)?.dyn_into().ok())
            .collect()
    }

    /// The rows, as their texts.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.all(".message__text")
            .iter()
            .map(|text| text.text_content().unwrap_or_default())
            .collect()
    }

    pub(crate) fn last_row(&self) -> Element {
        self.all(".row").pop().unwrap()
    }

    pub(crate) fn row(&self, seq: u32) -> Element {
        self.find(&format!(".row[data-seq='{seq}']")).unwrap()
    }

    pub(crate) fn scroller(&self) -> HtmlElement {
        self.find(".timeline__scroller")
            .unwrap()
            .dyn_into()
            .unwrap()
    }

    pub(crate) fn field(&self) -> Field {
        Field(self.find("#composer textarea").unwrap().dyn_into().unwrap())
    }

    pub(crate) fn editor(&self) -> Field {
        Field(self.find("#editor textarea").unwrap().dyn_into().unwrap())
    }

    /// Looks once per frame, at most for ten seconds.
    pub(crate) async fn until<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let deadline = browser::now_ms() + 10_000.0;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(browser::now_ms() < deadline, "waited in vain for {what}");
            frame().await;
        }
    }

    /// Waits for a row with this text, standing so.
    pub(crate) async fn until_row(&self, text: &str, delivery: &str) -> Element {
        self.until(text, || {
            self.all(".row").into_iter().rev().find(|row| {
                let shown = row.query_selector(".message__text").unwrap();
                shown.and_then(|it| it.text_content()).as_deref() == Some(text)
                    && row.get_attribute("data-delivery").as_deref() == Some(delivery)
            })
        })
        .await
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        set_online(false);
        self.root.remove();
    }
}

/// A text field, used as a browser would have it used.
pub(crate) struct Field(pub(crate) HtmlTextAreaElement);

/// A key, as an event tells it.
#[derive(Clone, Copy)]
pub(crate) struct Press {
    pub(crate) key: &'static str,
    pub(crate) code: u32,
    pub(crate) composing: bool,
    pub(crate) shift: bool,
}

pub(crate) const ENTER: Press = Press {
    key: "Enter",
    code: 13,
    composing: false,
    shift: false,
};
pub(crate) const ENTER_COMPOSING: Press = Press {
    code: 229,
    composing: true,
    ..ENTER
};

impl Field {
    pub(crate) fn text(&self) -> String {
        self.0.value()
    }

    /// Types without an input method.
    pub(crate) fn types(&self, text: &str) {
        self.0.set_value(&(self.0.value() + text));
        self.input("insertText", text);
    }

    fn input(&self, kind: &str, data: &str) {
        let init = InputEventInit::new();
        init.set_bubbles(true);
        init.set_input_type(kind);
        init.set_data(Some(data));
        let event = InputEvent::new_with_event_init_dict("input", &init).unwrap();
        self.0.dispatch_event(&event).unwrap();
    }

    /// A key goes down; whether its default action is left to the browser.
    pub(crate) fn down(&self, press: Press) -> bool {
        self.key("keydown", press)
    }

    pub(crate) fn up(&self, press: Press) {
        self.key("keyup", press);
    }

    /// A key goes down and up.
    pub(crate) fn press(&self, press: Press) {
        self.down(press);
        self.up(press);
    }

    fn key(&self, name: &str, press: Press) -> bool {
        let init = KeyboardEventInit::new();
        init.set_bubbles(true);
        init.set_cancelable(true);
        init.set_key(press.key);
        init.set_code(press.key);
        init.set_key_code(press.code);
        init.set_is_composing(press.composing);
        init.set_shift_key(press.shift);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict(name, &init).unwrap();
        self.0.dispatch_event(&event).unwrap()
    }

    /// An input method begins, shows something, and commits it.
    pub(crate) fn composes(&self, shown: &str) {
        self.composition("compositionstart", "");
        self.0.set_value(&(self.0.value() + shown));
        self.input("insertCompositionText", shown);
    }

    pub(crate) fn commits(&self, text: &str) {
        self.composition("compositionend", text);
    }

    fn composition(&self, name: &str, data: &str) {
        let init = CompositionEventInit::new();
        init.set_bubbles(true);
        init.set_data(data);
        let event = CompositionEvent::new_with_event_init_dict(name, &init).unwrap();
        self.0.dispatch_event(&event).unwrap();
    }
}

/// The next frame.
pub(crate) async fn frame() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = browser::window().request_animation_frame(&resolve);
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
}

pub(crate) fn click(element: &Element) {
    element.unchecked_ref::<HtmlElement>().click();
}

/// Two frames, and everything that belongs to them: what is seen now is what a person
/// sees.
pub(crate) async fn painted() {
    frame().await;
    frame().await;
    browser::sleep(Duration::ZERO).await;
}

/// Scrolls, and lets the browser say so.
pub(crate) async fn scroll_by(scroller: &HtmlElement, pixels: f64) {
    scroller.scroll_by_with_x_and_y(0.0, pixels);
    painted().await;
}

pub(crate) fn top_of(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

fn element(tag: &str) -> Element {
    document().create_element(tag).unwrap()
}

/// Lets the page see that something happened to the window.
pub(crate) fn happens(name: &str) {
    let event = Event::new_with_event_init_dict(name, &EventInit::new()).unwrap();
    browser::window().dispatch_event(&event).unwrap();
}
