//! The Chrome `DevTools` Protocol: commands, answers and events as JSON over one WebSocket.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Value, json};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket, client};

/// How long an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// Events that are worth keeping; all others are dropped as they come.
const KEPT: &[&str] = &[
    "Network.loadingFinished",
    "Runtime.exceptionThrown",
    "Tracing.dataCollected",
    "Tracing.tracingComplete",
];

/// A connection to a browser.
pub struct Cdp {
    socket: WebSocket<TcpStream>,
    next: u64,
    answers: HashMap<u64, Value>,
    events: VecDeque<Event>,
}

/// Something that happened in the browser.
#[derive(Clone, Debug)]
pub struct Event {
    /// In which session.
    pub session: Option<String>,
    /// Its name.
    pub method: String,
    /// What it says.
    pub params: Value,
}

/// A command whose answer has not been waited for.
#[derive(Clone, Copy, Debug)]
pub struct Asked(u64);

impl Cdp {
    /// Connects to a browser on this machine.
    ///
    /// # Errors
    /// When nobody answers there.
    pub fn connect(port: u16, path: &str) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        let url = format!("ws://127.0.0.1:{port}{path}");
        // A trace comes in large pieces.
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (socket, _) = client::client_with_config(url, stream, Some(config))
            .map_err(|error| anyhow!("Chromium takes no debugger: {error}"))?;
        Ok(Cdp {
            socket,
            next: 0,
            answers: HashMap::new(),
            events: VecDeque::new(),
        })
    }

    /// Sends a command and waits for its answer.
    ///
    /// # Errors
    /// When the browser refuses it, or is silent for too long.
    pub fn call(&mut self, session: Option<&str>, method: &str, params: &Value) -> Result<Value> {
        let asked = self.ask(session, method, params)?;
        self.answer(asked).with_context(|| method.to_owned())
    }

    /// Sends a command; its answer is to be had with [`Cdp::answer`].
    ///
    /// # Errors
    /// When the browser is gone.
    pub fn ask(&mut self, session: Option<&str>, method: &str, params: &Value) -> Result<Asked> {
        self.next += 1;
        let mut command = json!({ "id": self.next, "method": method, "params": params });
        if let Some(session) = session {
            command["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(command.to_string()))?;
        Ok(Asked(self.next))
    }

    /// Sends a command whose answer nobody needs.
    ///
    /// # Errors
    /// When the browser is gone.
    pub fn tell(&mut self, session: Option<&str>, method: &str, params: &Value) -> Result<()> {
        self.ask(session, method, params).map(drop)
    }

    /// Waits for the answer to a command.
    ///
    /// # Errors
    /// When the browser refuses it, or is silent for too long.
    pub fn answer(&mut self, asked: Asked) -> Result<Value> {
        let due = Instant::now() + PATIENCE;
        loop {
            if let Some(mut answer) = self.answers.remove(&asked.0) {
                if let Some(error) = answer.get("error") {
                    bail!("Chromium refuses: {error}");
                }
                // Answers that nobody asked for came before this one.
                self.answers.retain(|id, _| *id > asked.0);
                return Ok(answer["result"].take());
            }
            if !self.turn(due)? {
                bail!("Chromium did not answer");
            }
        }
    }

    /// Takes what comes, up to `due`.
    ///
    /// # Errors
    /// When the browser is gone.
    pub fn listen(&mut self, due: Instant) -> Result<()> {
        while self.turn(due)? {}
        Ok(())
    }

    /// Waits for an event of this name.
    ///
    /// # Errors
    /// When it does not come in time.
    pub fn event(&mut self, method: &str) -> Result<Event> {
        let due = Instant::now() + PATIENCE;
        loop {
            let place = self.events.iter().position(|event| event.method == method);
            if let Some(event) = place.and_then(|place| self.events.remove(place)) {
                return Ok(event);
            }
            if !self.turn(due)? {
                bail!("{method} did not come");
            }
        }
    }

    /// All events of this name that have come so far.
    pub fn take_events(&mut self, method: &str) -> Vec<Event> {
        let (taken, left) = std::mem::take(&mut self.events)
            .into_iter()
            .partition(|event| event.method == method);
        self.events = left;
        Vec::from_iter::<VecDeque<_>>(taken)
    }

    /// Takes one message; none came up to `due`: false.
    fn turn(&mut self, due: Instant) -> Result<bool> {
        let left = due.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        self.socket.get_ref().set_read_timeout(Some(left))?;
        let message = match self.socket.read() {
            Ok(message) => message,
            Err(Error::Io(error)) if is_timeout(&error) => return Ok(false),
            Err(error) => return Err(error).context("Chromium is gone"),
        };
        let Message::Text(text) = message else {
            return Ok(true);
        };
        let mut value: Value = serde_json::from_str(&text)?;
        if let Some(id) = value["id"].as_u64() {
            self.answers.insert(id, value);
        } else if let Some(method) = value["method"].as_str().map(str::to_owned)
            && KEPT.contains(&method.as_str())
        {
            self.events.push_back(Event {
                session: value["sessionId"].as_str().map(str::to_owned),
                method,
                params: value["params"].take(),
            });
        }
        Ok(true)
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
