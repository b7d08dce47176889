//! A page for one component, and what is done to it.

use frontend::browser::{self, BrowserStorage, document};
use frontend::components::dialogs::{Dialogs, provide_dialogs};
use frontend::components::tools::provide_tools;
use frontend::i18n;
use frontend::route::Route;
use frontend::state::{Client, Language, PageSettings};
use leptos::prelude::*;
use shared::id::RoomId;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventInit, HtmlElement, HtmlInputElement, KeyboardEventInit};

/// A page with a root of its own, taken down at the end.
pub struct Page {
    root: HtmlElement,
    pub client: Client,
    pub dialogs: Dialogs,
    _handle: Box<dyn std::any::Any>,
}

impl Page {
    /// Mounts a view, in English.
    pub fn open<V: IntoView + 'static>(view: impl FnOnce(Client) -> V + 'static) -> Self {
        BrowserStorage::Local.remove(PageSettings::KEY);
        let root: HtmlElement = document()
            .create_element("div")
            .unwrap()
            .dyn_into()
            .unwrap();
        document().body().unwrap().append_child(&root).unwrap();
        let made = std::rc::Rc::new(std::cell::Cell::new(None));
        let give = made.clone();
        let handle = leptos::mount::mount_to(root.clone(), move || {
            let client = Client::new(RwSignal::new(Route::Room(RoomId::LOBBY)).read_only());
            client.make_engine();
            client.change_settings(|settings| settings.language = Some(Language::English));
            provide_context(client);
            i18n::follow(client.language(), frontend::browser::languages);
            give.set(Some((client, provide_dialogs())));
            provide_tools();
            view(client)
        });
        let (client, dialogs) = made.take().unwrap();
        Page {
            root,
            client,
            dialogs,
            _handle: Box::new(handle),
        }
    }

    pub fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).unwrap()
    }

    pub async fn wait_for(&self, selector: &str) -> Element {
        until(selector, || self.find(selector)).await
    }

    pub async fn wait_for_none(&self, selector: &str) {
        until(selector, || self.find(selector).is_none().then_some(())).await;
    }

    pub async fn wait_for_text(&self, selector: &str, text: &str) {
        until(text, || {
            let found = self.find(selector)?.text_content()?;
            found.contains(text).then_some(())
        })
        .await;
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.root.remove();
        BrowserStorage::Local.remove(PageSettings::KEY);
    }
}

/// Looks once per frame, at most for five seconds.
pub async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let deadline = browser::now_ms() + 5_000.0;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(browser::now_ms() < deadline, "in vain: {what}");
        let (done, frame) = futures::channel::oneshot::channel();
        browser::next_frame(move || {
            let _ = done.send(());
        });
        frame.await.unwrap();
    }
}

pub fn html(element: Element) -> HtmlElement {
    element.dyn_into().unwrap()
}

pub fn write(element: Element, text: &str) -> HtmlInputElement {
    let input: HtmlInputElement = element.dyn_into().unwrap();
    input.set_value(text);
    let init = EventInit::new();
    init.set_bubbles(true);
    let event = Event::new_with_event_init_dict("input", &init).unwrap();
    input.dispatch_event(&event).unwrap();
    input
}

pub fn press(target: &Element, key: &str) {
    let init = KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event =
        web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    target.dispatch_event(&event).unwrap();
}

pub fn focused() -> Option<Element> {
    document().active_element()
}
