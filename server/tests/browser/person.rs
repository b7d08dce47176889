//! Someone in front of a browser: what they do, and what they see.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use chromium::{Chromium, Context, Event, Key, Modifiers, Page, Screen};
use serde_json::{Value, json};
use shared::id::UserId;

use crate::complaints;
use crate::keep;

/// How long something may take to be seen. Nothing takes so long when all is well.
pub const PATIENCE: Duration = Duration::from_secs(20);

const HELPERS: &str = include_str!("helpers.js");

/// A desk.
pub const DESK: Screen = Screen {
    width: 1280,
    height: 800,
    phone: false,
};

/// A phone, held upright.
pub const PHONE: Screen = Screen {
    width: 390,
    height: 844,
    phone: true,
};

/// What a page finds around it.
#[derive(Clone, Copy, Debug)]
pub struct Looks {
    pub screen: Screen,
    pub dark: bool,
    pub language: &'static str,
    pub zone: &'static str,
}

impl Default for Looks {
    fn default() -> Self {
        Looks {
            screen: DESK,
            dark: false,
            language: "en-US",
            zone: "UTC",
        }
    }
}

/// Someone with one window open.
pub struct Person {
    pub page: Page,
    context: Rc<Context>,
    origin: String,
    looks: Looks,
    expected: RefCell<Vec<&'static str>>,
}

impl Person {
    /// Someone with an empty browser.
    #[track_caller]
    pub fn new(browser: &Chromium, origin: String, looks: Looks) -> Self {
        let context = Rc::new(browser.context().unwrap());
        let page = context.page().unwrap();
        Self::at(page, context, origin, looks)
    }

    fn at(page: Page, context: Rc<Context>, origin: String, looks: Looks) -> Self {
        page.before_each_document(HELPERS).unwrap();
        page.set_screen(looks.screen).unwrap();
        page.set_language(looks.language).unwrap();
        page.set_time_zone(looks.zone).unwrap();
        page.set_focused(true).unwrap();
        let scheme = if looks.dark { "dark" } else { "light" };
        // What moves cannot be clicked on reliably.
        let motion = ("prefers-reduced-motion", "reduce");
        page.set_media(&[("prefers-color-scheme", scheme), motion])
            .unwrap();
        complaints::listen(&page);
        Person {
            page,
            context,
            origin,
            looks,
            expected: RefCell::default(),
        }
    }

    /// Another window of the same person.
    pub fn second_window(&self) -> Self {
        let page = self.context.page().unwrap();
        Self::at(
            page,
            Rc::clone(&self.context),
            self.origin.clone(),
            self.looks,
        )
    }

    /// Allows what the page would have to ask for.
    pub fn allow(&self, permissions: &[&str]) {
        self.context.grant(&self.origin, permissions).unwrap();
    }

    /// A tab in front of this one, which is hidden from then on.
    pub fn cover(&self) -> Page {
        self.page.set_focused(false).unwrap();
        self.context.page_in_front().unwrap()
    }

    /// Goes to an address of the page.
    #[track_caller]
    pub fn go(&self, path: &str) {
        self.page.go(&format!("{}{path}", self.origin)).unwrap();
    }

    /// Signs in, and waits for the conversation.
    #[track_caller]
    pub fn come_in(&self, name: &str) {
        self.wait("document.querySelector('form.card input#name')");
        self.page.click("#name").unwrap();
        self.page.insert_text(name).unwrap();
        self.page.press(Key::Enter, Modifiers::NONE).unwrap();
        self.ready();
    }

    /// Waits for a room whose messages are there, and for the line.
    #[track_caller]
    pub fn ready(&self) {
        self.wait("document.querySelector('.timeline:is([data-state=ready], [data-state=empty])')");
        self.wait("seen.composer()");
    }

    /// Waits until the page has loaded what it loads when nothing else is going on. Then it needs
    /// the server no more to open a form.
    #[track_caller]
    pub fn has_all_pieces(&self) {
        for piece in ["tools", "dialogs", "rooms"] {
            self.wait(&format!(
                "performance.getEntriesByType('resource').some(loaded =>
                    loaded.name.includes('/madang-{piece}-') && loaded.responseEnd > 0)"
            ));
        }
        // What they share with other pieces comes beside them.
        self.look("document.querySelector('#add-room .menu__item').click()");
        self.wait("document.activeElement?.id === 'room-name'");
        self.press(Key::Escape);
        self.wait("!document.querySelector('dialog') && seen.composer()");
    }

    /// Opens the form for a new room, by the menu at the title of the rooms.
    #[track_caller]
    pub fn open_new_room(&self) {
        self.click("[popovertarget=add-room]");
        self.click("#add-room .menu__item");
    }

    /// Waits until an expression is true, and returns its value.
    #[track_caller]
    pub fn wait(&self, expression: &str) -> Value {
        match self.page.wait_for(expression, PATIENCE) {
            Ok(value) => value,
            Err(error) => {
                let shown = self.page.evaluate("document.body?.innerText");
                let shown = shown.ok().and_then(|text| text.as_str().map(str::to_owned));
                panic!(
                    "{error:#}\n--- the page shows:\n{}",
                    shown.unwrap_or_default()
                );
            }
        }
    }

    /// The value of an expression.
    #[track_caller]
    pub fn look(&self, expression: &str) -> Value {
        self.page.evaluate(expression).unwrap()
    }

    /// Whether an expression is true.
    #[track_caller]
    pub fn finds(&self, expression: &str) -> bool {
        self.look(&format!("Boolean({expression})")) == Value::Bool(true)
    }

    /// Waits until a message with this text is there.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        self.wait(&format!("seen.row({})", Value::from(text)));
    }

    /// Waits until a message with this text stands there as sent.
    #[track_caller]
    pub fn sees_sent(&self, text: &str) {
        let text = Value::from(text);
        self.wait(&format!("seen.row({text})?.dataset.delivery === 'sent'"));
    }

    /// Waits until the messages in sight are these.
    #[track_caller]
    pub fn sees_exactly(&self, texts: &[&str]) {
        let wanted = Value::from(texts).to_string();
        self.wait(&format!(
            "JSON.stringify(seen.texts()) === {}",
            Value::from(wanted)
        ));
    }

    /// Puts a text into the composer, without sending it.
    #[track_caller]
    pub fn write(&self, text: &str) {
        self.look("seen.composer().focus()");
        self.page.insert_text(text).unwrap();
    }

    /// Writes and sends a message.
    #[track_caller]
    pub fn say(&self, text: &str) {
        self.write(text);
        self.press(Key::Enter);
    }

    /// Presses a key.
    #[track_caller]
    pub fn press(&self, key: Key) {
        self.page.press(key, Modifiers::NONE).unwrap();
    }

    /// Clicks on what a selector finds, once it is there.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let element = format!("document.querySelector({})", Value::from(selector));
        self.click_on(&element);
    }

    /// Clicks on what an expression finds, once it is there.
    #[track_caller]
    pub fn click_on(&self, element: &str) {
        self.holds_still(element);
        self.page.click_on(element).unwrap();
    }

    /// Waits until what an expression finds can be pressed.
    #[track_caller]
    pub fn holds_still(&self, element: &str) {
        self.wait(&format!("seen.still({element})"));
    }

    /// Clicks on the button that is called so, once it is there.
    #[track_caller]
    pub fn choose(&self, name: &str) {
        self.click_on(&format!(
            "seen.named('button, a, [role=menuitem], label', {})",
            Value::from(name)
        ));
    }

    /// Chooses in a list by keyboard, once it has a choice that is called so.
    #[track_caller]
    pub fn select(&self, list: &str, choice: &str) {
        let list = format!("document.querySelector({})", Value::from(list));
        let at = format!(
            "[...({list}?.options ?? [])].findIndex(option => option.text === {})",
            Value::from(choice)
        );
        self.wait(&format!("{at} >= 0"));
        self.look(&format!("{list}.focus()"));
        let steps = self.look(&format!("{at} - {list}.selectedIndex"));
        let steps = steps.as_i64().unwrap();
        for _ in 0..steps.abs() {
            self.press(if steps < 0 { Key::Up } else { Key::Down });
        }
        self.wait(&format!("{list}.selectedIndex === {at}"));
    }

    /// The browser asks whether to leave the page, and the person stays.
    #[track_caller]
    pub fn stays_when_asked(&self) {
        let asks = |event: &Event| event.name == "Page.javascriptDialogOpening";
        let asked = self.page.wait_for_event(PATIENCE, asks).unwrap();
        assert_eq!(asked.params["type"], "beforeunload");
        let answer = json!({ "accept": false });
        (self.page.call("Page.handleJavaScriptDialog", answer)).unwrap();
    }

    /// The number of the person.
    #[track_caller]
    pub fn user(&self) -> UserId {
        let id = self.look("JSON.parse(localStorage['madang.me']).id");
        UserId(id.as_i64().unwrap())
    }

    /// Follows a link within the page.
    #[track_caller]
    pub fn follow(&self, path: &str) {
        let path = Value::from(path);
        self.look(&format!(
            "(link => {{ link.href = {path}; document.body.append(link); link.click(); link.remove(); }})
                (document.createElement('a'))"
        ));
    }

    /// Becomes a member of a public room, which is open then.
    #[track_caller]
    pub fn join(&self, room: &str) {
        let id = self.id_of_public(room).expect("a public room");
        self.follow(&format!("/rooms/{id}"));
        self.click(".bar > .button");
        self.wait(&format!("seen.place({})", Value::from(room)));
        self.ready();
    }

    fn id_of_public(&self, room: &str) -> Option<i64> {
        let name = Value::from(room);
        // What is typed of a name finds it; others may be called nearly so.
        let id = self.look(&format!(
            "fetch('/api/v1/rooms?limit=100&query=' + encodeURIComponent({name}))
                .then(answer => answer.json())
                .then(page => page.rooms.find(listed => listed.room.name === {name} && !listed.is_member))
                .then(listed => listed?.room.id ?? null)"
        ));
        id.as_i64()
    }

    /// The same, and comes back.
    #[track_caller]
    pub fn join_and_return(&self, room: &str) {
        let here = self.look("location.pathname");
        self.join(room);
        let here = here.as_str().unwrap();
        self.follow(here);
        self.wait(&format!("location.pathname === {}", Value::from(here)));
        self.ready();
    }

    /// Goes to a room by the list. Of a public room that is not in it, becomes a member first.
    #[track_caller]
    pub fn enter(&self, room: &str) {
        self.wait("seen.places().length");
        let is_listed = self.finds(&format!("seen.place({})", Value::from(room)));
        // A room to which somebody was just added comes into the list by itself.
        if !is_listed && self.id_of_public(room).is_some() {
            return self.join(room);
        }
        let room = Value::from(room);
        self.click_on(&format!("seen.place({room})"));
        self.wait(&format!(
            "document.querySelector('.conversation__name')?.textContent === {room}"
        ));
        self.ready();
    }

    /// Moves the pointer over a message and presses one of its buttons.
    #[track_caller]
    pub fn act_on(&self, text: &str, action: &str) {
        let row = format!(
            "seen.row({}).querySelector('.message__body')",
            Value::from(text)
        );
        self.wait(&row);
        self.page.hover_over(&row).unwrap();
        let (text, action) = (Value::from(text), Value::from(action));
        self.click_on(&format!(
            "[...seen.row({text}).querySelectorAll('.message__actions button')]
                .find(button => button.ariaLabel === {action})"
        ));
    }

    /// What the page may complain of in this test, besides the usual.
    pub fn expect_complaint(&self, part: &'static str) {
        self.expected.borrow_mut().push(part);
    }

    /// The line will be cut, and the browser will say so.
    pub fn expect_lost_line(&self) {
        for part in ["WebSocket connection to", "net::ERR_", "Failed to fetch"] {
            self.expect_complaint(part);
        }
    }

    /// The page's complaints so far that nobody expected.
    pub fn complaints(&self) -> Vec<String> {
        complaints::take(&self.page, &self.expected.borrow())
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        if std::thread::panicking() {
            keep::failure(&self.page);
            eprintln!("complaints of the page: {:#?}", self.complaints());
            return;
        }
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "the page complains: {complaints:#?}");
    }
}
