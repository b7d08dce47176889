//! WebKitGTK, over classic WebDriver (<https://www.w3.org/TR/webdriver2/>): its driver starts a
//! small browser for each session.

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
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
    /// A person who forbids cookies and storage.
    KeepsNothing,
}

/// The driver, and the screen on which it opens browsers. It has one session at a time.
pub struct WebKitDriver {
    runtime: Runtime,
    address: SocketAddr,
    _driver: EndingChild,
    _screen: EndingChild,
}

impl WebKitDriver {
    fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("webkit-").tempdir();
        let folder = folder.unwrap().keep();
        let style = folder.join("gtk-3.0");
        fs::create_dir(&style).unwrap();
        fs::write(style.join("gtk.css"), STYLE).unwrap();
        // It chooses a display that is free, and says which.
        let line = ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1200x24"];
        let line = [&line[..], &["-nolisten", "tcp"]].concat();
        let line: Vec<&OsStr> = line.iter().map(OsStr::new).collect();
        let (screen, display) = EndingChild::start_and_read(
            folder.join("screen").as_os_str(),
            &line,
            &[],
            SaysOn::Stdout,
            |said| Some(format!(":{}", said.trim())),
        );
        // It does not say which port it has chosen, so the port is chosen for it.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let port = format!("--port={}", address.port());
        let home = folder.to_str().unwrap();
        let driver = EndingChild::start(
            folder.as_os_str(),
            &[OsStr::new("WebKitWebDriver"), OsStr::new(&port)],
            &[
                ("DISPLAY", &display),
                ("GDK_BACKEND", "x11"),
                // Without the desktop's input method there is GTK's own.
                ("GTK_IM_MODULE", "gtk-im-context-simple"),
                // Nothing is kept outside of the folder.
                ("HOME", home),
                ("XDG_CACHE_HOME", home),
                ("XDG_DATA_HOME", home),
                ("XDG_CONFIG_HOME", home),
            ],
        );
        let end = Instant::now() + DEADLINE;
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < end, "WebKitWebDriver does not start");
            std::thread::yield_now();
        }
        WebKitDriver {
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            address,
            _driver: driver,
            _screen: screen,
        }
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = match method {
            "POST" => body.to_string(),
            _ => String::new(),
        };
        let headers = [("content-type", "application/json")];
        let answer = http::ask(self.address, method, path, &headers, &body);
        let answer = self.runtime.block_on(answer);
        let mut value = answer.json()["value"].take();
        match answer.status {
            200 => Ok(value),
            _ => Err(format!(
                "{path}: {} {}",
                value["error"].take(),
                value["message"].take()
            )),
        }
    }
}

fn shared() -> MutexGuard<'static, WebKitDriver> {
    static SHARED: OnceLock<Mutex<WebKitDriver>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| Mutex::new(WebKitDriver::start()));
    // A story that failed has ended its session.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The window of a session: a browser of its own, which keeps nothing.
pub struct WebKitTab {
    driver: MutexGuard<'static, WebKitDriver>,
    session: String,
    /// How far the wheel has been turned down in all, in pixels.
    wheel: Cell<i64>,
}

impl WebKitTab {
    /// Opens one.
    pub fn open(kind: WebKitKind) -> Self {
        let mut arguments = vec!["--automation"];
        if kind == WebKitKind::KeepsNothing {
            arguments.push("--cookies-policy=never");
        }
        let options = json!({ "webkitgtk:browserOptions": { "args": arguments } });
        let capabilities = json!({ "capabilities": { "alwaysMatch": options } });
        let driver = shared();
        let session = driver.ask("POST", "/session", &capabilities).unwrap();
        let session = session["sessionId"].as_str().unwrap().to_owned();
        WebKitTab {
            driver,
            session,
            wheel: Cell::new(0),
        }
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let path = format!("/session/{}{path}", self.session);
        self.driver.ask(method, &path, body)
    }

    #[track_caller]
    fn tell(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, body).unwrap()
    }
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

impl Drop for WebKitTab {
    fn drop(&mut self) {
        // It closes the browser. After a failure the driver may have gone.
        let _ended = self.ask("DELETE", "", &Value::Null);
    }
}
