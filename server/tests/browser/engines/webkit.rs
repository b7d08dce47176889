//! WebKitGTK, over classic WebDriver (<https://www.w3.org/TR/webdriver2/>): its driver starts a
//! small browser, which keeps nothing.

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::actions::InputSource;
use super::child::{EndingChild, SaysOn};
use super::webdriver::WebDriver;
use crate::support::{DEADLINE, http};

/// Lets the window become as narrow as a phone: else its buttons would need more.
const STYLE: &str = "* { border-width: 0; margin: 0; min-width: 0; padding: 0; }";

/// What the small browser finds around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebKitKind {
    /// The usual.
    Usual,
    /// A person who forbids cookies.
    KeepsNothing,
    /// A person who forbids storage, but not cookies.
    KeepsCookies,
}

/// A screen that nobody sees, where the windows open.
struct Screen {
    /// Its name for X11.
    display: String,
    _process: EndingChild,
}

impl Screen {
    fn start() -> Self {
        let folder = new_folder();
        // It chooses a display that is free, and says which.
        let line = ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1200x24"];
        let line = [&line[..], &["-nolisten", "tcp"]].concat();
        let line: Vec<&OsStr> = line.iter().map(OsStr::new).collect();
        let (process, display) =
            EndingChild::start_and_read(folder.as_os_str(), &line, &[], SaysOn::Stdout, |said| {
                Some(format!(":{}", said.trim()))
            });
        Screen {
            display,
            _process: process,
        }
    }
}

/// The screen of all stories, one after the other; it ends with this process.
fn screen() -> MutexGuard<'static, Screen> {
    static SCREEN: OnceLock<Mutex<Screen>> = OnceLock::new();
    let screen = SCREEN.get_or_init(|| Mutex::new(Screen::start()));
    // A story that failed has closed its window.
    screen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder that its process removes when it ends.
fn new_folder() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("webkit-").tempdir();
    folder.unwrap().keep()
}

/// A browser with its driver and one window. (A driver that has had a session before sometimes
/// loses the browser of the next one.)
pub struct WebKitTab {
    runtime: Runtime,
    address: SocketAddr,
    session: String,
    /// How far the wheel has been turned down in all, in pixels.
    wheel: Cell<i64>,
    _driver: EndingChild,
    // Last, so that the window closes before another story has the screen.
    _screen: MutexGuard<'static, Screen>,
}

impl WebKitTab {
    /// Opens one.
    pub fn open(kind: WebKitKind) -> Self {
        let screen = screen();
        let (driver, address) = start_driver(&screen.display);
        let mut tab = WebKitTab {
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            address,
            session: String::new(),
            wheel: Cell::new(0),
            _driver: driver,
            _screen: screen,
        };
        let mut arguments = vec!["--automation"];
        match kind {
            WebKitKind::Usual => {}
            WebKitKind::KeepsNothing => arguments.push("--cookies-policy=never"),
            WebKitKind::KeepsCookies => arguments.push("--enable-html5-local-storage=FALSE"),
        }
        let options = json!({ "webkitgtk:browserOptions": { "args": arguments } });
        let capabilities = json!({ "capabilities": { "alwaysMatch": options } });
        let session = tab.ask("POST", "/session", &capabilities).unwrap();
        tab.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        tab
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = match method {
            "POST" => body.to_string(),
            _ => String::new(),
        };
        let path = format!("{}{path}", self.session);
        let headers = [("content-type", "application/json")];
        let answer = http::ask(self.address, method, &path, &headers, &body);
        let answer = self.runtime.block_on(answer);
        let value = answer.json()["value"].take();
        match answer.status {
            200 => Ok(value),
            _ => Err(format!("{path}: {} {}", value["error"], value["message"])),
        }
    }

    #[track_caller]
    fn tell(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, body).unwrap()
    }
}

/// Starts a driver whose browser opens its window on a display; where it listens.
fn start_driver(display: &str) -> (EndingChild, SocketAddr) {
    let folder = new_folder();
    let style = folder.join("gtk-3.0");
    fs::create_dir(&style).unwrap();
    fs::write(style.join("gtk.css"), STYLE).unwrap();
    let home = folder.to_str().unwrap();
    // It does not say which port it has chosen, so the port is chosen for it.
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let port = format!("--port={}", address.port());
    let driver = EndingChild::start(
        folder.as_os_str(),
        &[OsStr::new("WebKitWebDriver"), OsStr::new(&port)],
        &[
            ("DISPLAY", display),
            ("GDK_BACKEND", "x11"),
            // Without the desktop's input method there is GTK's own.
            ("GTK_IM_MODULE", "gtk-im-context-simple"),
            // Nothing is kept outside of the folder.
            ("HOME", home),
            ("XDG_CACHE_HOME", home),
            ("XDG_CONFIG_HOME", home),
            ("XDG_DATA_HOME", home),
        ],
    );
    let end = Instant::now() + DEADLINE;
    while TcpStream::connect(address).is_err() {
        assert!(Instant::now() < end, "WebKitWebDriver does not start");
        thread::yield_now();
    }
    (driver, address)
}

impl WebDriver for WebKitTab {
    fn go(&self, address: &str) {
        self.tell("/url", &json!({ "url": address }));
    }

    fn reload(&self) {
        self.tell("/refresh", &json!({}));
    }

    fn call(&self, function: &str) -> Result<String, String> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
            ({function})().then(done, error => done('rejected: ' + error));"
        );
        let body = json!({ "script": script, "args": [] });
        let answer = self.ask("POST", "/execute/async", &body)?;
        match answer {
            Value::String(text) => Ok(text),
            other => Err(format!("not a text: {other}")),
        }
    }

    fn perform(&self, source: &InputSource) {
        self.tell("/actions", &json!({ "actions": source.to_list() }));
    }

    fn turn_wheel(&self, at: (i64, i64), down: i64) {
        // The driver turns the wheel by the difference to the last time.
        let turned = self.wheel.get() + down;
        self.wheel.set(turned);
        self.perform(&InputSource::wheel(at, turned));
    }

    fn resize(&self, width: u32, height: u32) {
        // The window has a bar above the page, of a height that the system's theme decides.
        let window = self.ask("GET", "/window/rect", &Value::Null).unwrap();
        let room = self.call("async () => JSON.stringify([innerWidth, innerHeight])");
        let room: [i64; 2] = serde_json::from_str(&room.unwrap()).unwrap();
        let around = |side: &str, room: i64| window[side].as_i64().unwrap() - room;
        let window = json!({
            "width": i64::from(width) + around("width", room[0]),
            "height": i64::from(height) + around("height", room[1]),
        });
        self.tell("/window/rect", &window);
    }

    fn screenshot(&self) -> Result<Vec<u8>, String> {
        let shot = self.ask("GET", "/screenshot", &Value::Null)?;
        STANDARD
            .decode(shot.as_str().unwrap_or_default())
            .map_err(|error| error.to_string())
    }
}
