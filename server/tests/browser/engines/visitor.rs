//! Someone in front of a browser of one of the two engines: what they do, and what they see.

use std::cell::RefCell;
use std::thread;

use serde_json::Value;

use super::BrowserEngine;
use super::actions::{ActionKey, InputSource};
use super::firefox::{FirefoxKind, FirefoxTab};
use super::webdriver::WebDriver;
use super::webkit::{WebKitKind, WebKitTab};
use crate::keep;
use crate::person::PATIENCE;
use crate::stage::Stage;

/// The room for the page at a desk, and on a phone, in pixels.
const DESK: (u32, u32) = (1280, 800);
const PHONE: (u32, u32) = (390, 844);

/// The tab of a visitor, where a story needs what only one engine has.
pub enum Tab {
    Firefox(FirefoxTab),
    WebKit(WebKitTab),
}

/// Someone with one window open.
pub struct Visitor {
    pub tab: Tab,
    origin: String,
    complaints: RefCell<Vec<String>>,
}

impl Stage {
    /// Someone at a desk who has seen nothing yet.
    pub fn visitor_in(&self, engine: BrowserEngine) -> Visitor {
        Visitor::at(engine, self.page(""))
    }

    /// Someone who has signed in by this name, and sees the lobby.
    pub fn person_in(&self, engine: BrowserEngine, name: &str) -> Visitor {
        let visitor = self.visitor_in(engine);
        visitor.go("/");
        visitor.come_in(name);
        visitor
    }
}

impl Visitor {
    /// Someone at a desk, who reaches the server at this origin.
    pub fn at(engine: BrowserEngine, origin: String) -> Self {
        let tab = match engine {
            BrowserEngine::Firefox => Tab::Firefox(FirefoxTab::open(FirefoxKind::Desk)),
            BrowserEngine::WebKit => Tab::WebKit(WebKitTab::open(WebKitKind::Usual)),
        };
        Self::in_tab(tab, origin, DESK)
    }

    /// Someone with a window as narrow as a phone; in Firefox it is touched, too. (WebKitGTK takes
    /// what its screen has, which is a mouse.)
    pub fn by_phone(engine: BrowserEngine, origin: String) -> Self {
        let tab = match engine {
            BrowserEngine::Firefox => Tab::Firefox(FirefoxTab::open(FirefoxKind::Touch)),
            BrowserEngine::WebKit => Tab::WebKit(WebKitTab::open(WebKitKind::Usual)),
        };
        Self::in_tab(tab, origin, PHONE)
    }

    /// Someone who forbids cookies and storage.
    pub fn who_keeps_nothing(engine: BrowserEngine, origin: String) -> Self {
        let tab = match engine {
            BrowserEngine::Firefox => Tab::Firefox(FirefoxTab::open(FirefoxKind::KeepsNothing)),
            BrowserEngine::WebKit => Tab::WebKit(WebKitTab::open(WebKitKind::KeepsNothing)),
        };
        Self::in_tab(tab, origin, DESK)
    }

    /// Someone who forbids storage, but not cookies.
    pub fn who_keeps_cookies(engine: BrowserEngine, origin: String) -> Self {
        let tab = match engine {
            BrowserEngine::Firefox => Tab::Firefox(FirefoxTab::open(FirefoxKind::KeepsCookies)),
            BrowserEngine::WebKit => Tab::WebKit(WebKitTab::open(WebKitKind::KeepsCookies)),
        };
        Self::in_tab(tab, origin, DESK)
    }

    fn in_tab(tab: Tab, origin: String, (width, height): (u32, u32)) -> Self {
        let visitor = Visitor {
            tab,
            origin,
            complaints: RefCell::default(),
        };
        visitor.driver().resize(width, height);
        visitor.wait(&format!(
            "innerWidth === {width} && innerHeight === {height}"
        ));
        visitor
    }

    fn driver(&self) -> &dyn WebDriver {
        match &self.tab {
            Tab::Firefox(tab) => tab,
            Tab::WebKit(tab) => tab,
        }
    }

    /// Goes to an address of the page.
    pub fn go(&self, path: &str) {
        self.driver().go(&format!("{}{path}", self.origin));
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.driver().reload();
    }

    /// Types a name into the form, and waits for the conversation.
    #[track_caller]
    pub fn come_in(&self, name: &str) {
        self.click_on(NAME_FIELD);
        self.types(name);
        self.press(ActionKey::Enter);
        self.ready();
    }

    /// Waits for a room whose messages are there, and for the connection.
    #[track_caller]
    pub fn ready(&self) {
        self.wait("document.querySelector('.timeline:is([data-state=ready], [data-state=empty])')");
        self.wait("seen.composer()");
    }

    /// Waits until an expression is true, and returns its value.
    #[track_caller]
    pub fn wait(&self, expression: &str) -> Value {
        let note = |complaints| self.complaints.borrow_mut().extend(complaints);
        match self.driver().wait_for(expression, PATIENCE, note) {
            Ok(value) => value,
            Err(error) => {
                let say = |what| {
                    let said = self.driver().evaluate(what);
                    let said = said.and_then(|said| said.value).unwrap_or_default();
                    said.as_str().unwrap_or_default().to_owned()
                };
                panic!(
                    "{error}\n--- the focus is at {}\n--- the page shows:\n{}",
                    say("document.activeElement?.cloneNode().outerHTML"),
                    say("document.body?.innerText"),
                );
            }
        }
    }

    /// The value of an expression.
    #[track_caller]
    pub fn look(&self, expression: &str) -> Value {
        let evaluated = self.driver().evaluate(expression).unwrap();
        self.complaints.borrow_mut().extend(evaluated.complaints);
        evaluated.value.unwrap()
    }

    /// Whether an expression is true.
    #[track_caller]
    pub fn finds(&self, expression: &str) -> bool {
        self.look(&format!("Boolean({expression})")) == Value::Bool(true)
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
        let wanted = Value::from(wanted);
        self.wait(&format!("JSON.stringify(seen.texts()) === {wanted}"));
    }

    /// Waits until the message at a place is there.
    #[track_caller]
    pub fn sees_place(&self, seq: i64) {
        self.wait(&format!(
            "document.querySelector('.row[data-seq=\"{seq}\"]')"
        ));
    }

    /// Types a text into what has the focus, key by key.
    #[track_caller]
    pub fn types(&self, text: &str) {
        self.driver().perform(&InputSource::typing(text));
    }

    /// Presses a key.
    #[track_caller]
    pub fn press(&self, key: ActionKey) {
        self.chord(&[], key.value());
    }

    /// Presses a key while others are held.
    #[track_caller]
    pub fn chord(&self, held: &[ActionKey], key: char) {
        self.driver().perform(&InputSource::chord(held, key));
    }

    /// Types a message into the composer.
    #[track_caller]
    pub fn write(&self, text: &str) {
        self.click_on("seen.composer()");
        self.types(text);
    }

    /// Types a message and sends it.
    #[track_caller]
    pub fn say(&self, text: &str) {
        self.write(text);
        self.press(ActionKey::Enter);
    }

    /// Clicks on what an expression finds, once it is there and holds still.
    #[track_caller]
    pub fn click_on(&self, element: &str) {
        let at = self.middle(element);
        self.driver().perform(&InputSource::clicking(at));
    }

    /// Clicks on the button or link that is called so, once it is there.
    #[track_caller]
    pub fn choose(&self, name: &str) {
        self.click_on(&named(name));
    }

    /// Moves the pointer over what an expression finds.
    #[track_caller]
    pub fn point_at(&self, element: &str) {
        let at = self.middle(element);
        self.driver().perform(&InputSource::pointing(at));
    }

    /// Points at a message and presses one of the buttons that are there then.
    #[track_caller]
    pub fn act_on(&self, text: &str, action: &str) {
        let row = format!("seen.row({})", Value::from(text));
        self.point_at(&format!("{row}.querySelector('.message__body')"));
        let action = Value::from(action);
        self.click_on(&format!(
            "[...{row}.querySelectorAll('button')].find(button => button.ariaLabel === {action})"
        ));
    }

    /// Turns the wheel over the messages.
    #[track_caller]
    pub fn turns_wheel(&self, down: i64) {
        let at = self.middle("seen.scroller()");
        self.driver().turn_wheel(at, down);
    }

    /// Lets everything that is due in the page run and be painted.
    #[track_caller]
    pub fn settle(&self) {
        self.look("seen.frame().then(seen.frame).then(seen.frame)");
    }

    /// Keeps a picture for people to look at.
    pub fn keep_picture(&self, name: &str) {
        keep::picture(&self.driver().screenshot().unwrap(), name);
    }

    #[track_caller]
    fn middle(&self, element: &str) -> (i64, i64) {
        self.wait(&format!("seen.still({element})"));
        let middle = self.look(&format!(
            "(() => {{
                const {{ x, y, width, height }} = {element}.getBoundingClientRect();
                return [Math.round(x + width / 2), Math.round(y + height / 2)];
            }})()"
        ));
        let at = |index: usize| middle[index].as_i64().unwrap();
        (at(0), at(1))
    }
}

/// The field for the name, where one signs in.
pub const NAME_FIELD: &str = "document.querySelector('form input[autocomplete=nickname]')";

/// What finds the button or link that is called so.
pub fn named(name: &str) -> String {
    let name = Value::from(name);
    format!("seen.named('button, a, [role=menuitem], label', {name})")
}

impl Drop for Visitor {
    fn drop(&mut self) {
        let complaints = self.complaints.take();
        if !thread::panicking() {
            assert!(complaints.is_empty(), "the page complains: {complaints:#?}");
            return;
        }
        eprintln!("complaints of the page: {complaints:#?}");
        let test = thread::current()
            .name()
            .unwrap_or("test")
            .replace("::", "-");
        // The test has failed already; there may be nothing left to see.
        if let Ok(picture) = self.driver().screenshot() {
            let file = keep::picture(&picture, &format!("failed-{test}"));
            eprintln!("what {test} saw last: {}", file.display());
        }
    }
}
