//! Firefox, over WebDriver BiDi (<https://w3c.github.io/webdriver-bidi/>), which it speaks by
//! itself.

use std::cell::{Cell, RefCell};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::actions::InputSource;
use super::child::{EndingChild, SaysOn};
use super::webdriver::{self, WebDriver};
use crate::support::socket::{Event, Socket};

/// The environment variable with the path of the browser.
const PROGRAM: &str = "MADANG_TEST_FIREFOX";
const DEFAULT_PROGRAM: &str = "firefox-esr";

/// What Firefox finds around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirefoxKind {
    /// A mouse. Without a window Firefox has none by default, and pages take that for a phone.
    Desk,
    /// A touch screen.
    Touch,
    /// A mouse, and a person who forbids cookies and storage.
    KeepsNothing,
    /// A mouse, and a person who forbids storage, but not cookies.
    KeepsCookies,
}

impl FirefoxKind {
    /// Its lines of `user.js`.
    fn preferences(self) -> String {
        // What moves cannot be clicked on reliably.
        const STILL: [(&str, &str); 2] = [
            ("ui.prefersReducedMotion", "1"),
            ("general.smoothScroll", "false"),
        ];
        // Fine, and can hover.
        const MOUSE: [(&str, &str); 2] = [
            ("ui.primaryPointerCapabilities", "6"),
            ("ui.allPointerCapabilities", "6"),
        ];
        let (pointer, kept): (&[_], &[_]) = match self {
            Self::Desk => (&MOUSE, &[]),
            Self::Touch => (&[], &[]),
            Self::KeepsNothing => (&MOUSE, &[("network.cookie.cookieBehavior", "2")]),
            Self::KeepsCookies => (&MOUSE, &[("dom.storage.enabled", "false")]),
        };
        let all = STILL.iter().chain(pointer).chain(kept);
        let mut lines = String::new();
        for (name, value) in all {
            lines.extend(["user_pref(\"", name, "\", ", value, ");\n"]);
        }
        lines
    }
}

/// A running Firefox.
pub struct Firefox {
    runtime: Runtime,
    socket: RefCell<Socket>,
    last_id: Cell<u64>,
    _process: EndingChild,
}

impl Firefox {
    /// Starts one, with a profile of its own.
    pub fn start(kind: FirefoxKind) -> Self {
        let profile = tempfile::Builder::new()
            .prefix("firefox-")
            .tempdir()
            .unwrap()
            .keep();
        fs::write(profile.join("user.js"), kind.preferences()).unwrap();
        let program = env::var_os(PROGRAM).unwrap_or_else(|| DEFAULT_PROGRAM.into());
        let arguments = [
            "--headless",
            "--no-remote",
            "--remote-debugging-port",
            "0",
            // For the input method.
            "--remote-allow-system-access",
            "--profile",
        ];
        let mut line: Vec<&OsStr> = vec![&program];
        line.extend(arguments.map(OsStr::new));
        line.push(profile.as_os_str());
        let (process, address) =
            EndingChild::start_and_read(profile.as_os_str(), &line, &[], SaysOn::Stderr, |said| {
                let address = said.strip_prefix("WebDriver BiDi listening on ws://")?;
                address.parse::<SocketAddr>().ok()
            });
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let socket = runtime
            .block_on(Socket::open(address, "/session", &[]))
            .unwrap();
        let firefox = Firefox {
            runtime,
            socket: RefCell::new(socket),
            last_id: Cell::new(0),
            _process: process,
        };
        let session = firefox.ask("session.new", json!({ "capabilities": {} }));
        session.unwrap();
        let preload = format!("() => {{ {} }}", webdriver::helpers());
        let preload = json!({ "functionDeclaration": preload });
        firefox.ask("script.addPreloadScript", preload).unwrap();
        firefox
    }

    /// Sends a command and waits for its result.
    ///
    /// # Errors
    /// The browser's own word.
    pub fn ask(&self, method: &str, params: Value) -> Result<Value, String> {
        let id = self.last_id.get() + 1;
        self.last_id.set(id);
        let mut command = json!({ "id": id, "method": method });
        command["params"] = params;
        let mut socket = self.socket.borrow_mut();
        self.runtime.block_on(async {
            socket.text(command.to_string()).await;
            loop {
                let Event::Text(text) = socket.event().await else {
                    panic!("Firefox has gone");
                };
                let mut answer: Value = serde_json::from_str(&text).unwrap();
                if answer["id"] != id {
                    continue;
                }
                return match answer["type"].as_str() {
                    Some("success") => Ok(answer["result"].take()),
                    _ => Err(format!("{method}: {}", answer["message"])),
                };
            }
        })
    }

    /// Calls a function in a realm; its promise resolves to a text.
    fn call(&self, context: &str, function: &str) -> Result<String, String> {
        let params = json!({
            "functionDeclaration": function,
            "target": { "context": context },
            "awaitPromise": true,
            "userActivation": true,
        });
        let answer = self.ask("script.callFunction", params)?;
        match answer["result"]["value"].as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(format!("not a text: {answer}")),
        }
    }
}

/// The one that most stories share, one after the other; it ends with this process.
fn shared() -> MutexGuard<'static, Firefox> {
    static SHARED: OnceLock<Mutex<Firefox>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| Mutex::new(Firefox::start(FirefoxKind::Desk)));
    // A story that failed has closed its tab.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The browser of a tab.
enum Browser {
    Shared(MutexGuard<'static, Firefox>),
    Own(Box<Firefox>),
}

/// A tab in a window of its own, with cookies and storage of its own.
pub struct FirefoxTab {
    browser: Browser,
    context: String,
    user: String,
}

impl FirefoxTab {
    /// Opens one.
    pub fn open(kind: FirefoxKind) -> Self {
        let browser = match kind {
            FirefoxKind::Desk => Browser::Shared(shared()),
            other => Browser::Own(Box::new(Firefox::start(other))),
        };
        let mut tab = FirefoxTab {
            browser,
            context: String::new(),
            user: String::new(),
        };
        let user = tab.ask("browser.createUserContext", json!({}));
        tab.user = text(&user["userContext"]);
        let window = json!({ "type": "window", "userContext": tab.user });
        let window = tab.ask("browsingContext.create", window);
        tab.context = text(&window["context"]);
        tab
    }

    /// Calls a function in the window around the page, with the browser's own rights; its promise
    /// resolves to a text.
    pub fn call_in_chrome(&self, function: &str) -> Result<String, String> {
        // The window that was opened last is this tab's.
        let tree = json!({ "moz:scope": "chrome" });
        let tree = self.firefox().ask("browsingContext.getTree", tree)?;
        let windows = tree["contexts"].as_array().unwrap();
        let window = windows.last().map(|window| text(&window["context"]));
        self.firefox().call(&window.unwrap(), function)
    }

    fn firefox(&self) -> &Firefox {
        match &self.browser {
            Browser::Shared(firefox) => firefox,
            Browser::Own(firefox) => firefox,
        }
    }

    #[track_caller]
    fn ask(&self, method: &str, mut params: Value) -> Value {
        if !self.context.is_empty() {
            params["context"] = self.context.as_str().into();
        }
        self.firefox().ask(method, params).unwrap()
    }
}

impl WebDriver for FirefoxTab {
    fn go(&self, address: &str) {
        let address = json!({ "url": address, "wait": "complete" });
        self.ask("browsingContext.navigate", address);
    }

    fn reload(&self) {
        self.ask("browsingContext.reload", json!({ "wait": "complete" }));
    }

    fn call(&self, function: &str) -> Result<String, String> {
        self.firefox().call(&self.context, function)
    }

    fn perform(&self, source: &InputSource) {
        let actions = json!({ "actions": source.to_list() });
        self.ask("input.performActions", actions);
    }

    fn turn_wheel(&self, at: (i64, i64), down: i64) {
        self.perform(&InputSource::wheel(at, down));
    }

    fn resize(&self, width: u32, height: u32) {
        let viewport = json!({ "viewport": { "width": width, "height": height } });
        self.ask("browsingContext.setViewport", viewport);
    }

    fn screenshot(&self) -> Result<Vec<u8>, String> {
        let params = json!({ "context": self.context });
        let shot = self
            .firefox()
            .ask("browsingContext.captureScreenshot", params)?;
        STANDARD
            .decode(text(&shot["data"]))
            .map_err(|error| error.to_string())
    }
}

impl Drop for FirefoxTab {
    fn drop(&mut self) {
        // It closes the tab, too. After a failure the browser may have gone.
        let user = json!({ "userContext": self.user });
        let _removed = self.firefox().ask("browser.removeUserContext", user);
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
