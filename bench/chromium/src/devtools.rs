//! The debugging protocol over two pipes: calls with their answers, and events, sorted by tab.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Value, json};

use crate::event::{Event, Inbox};
use crate::lock::lock;

/// The longest time for an answer.
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);

type Answer = Result<Value, String>;

/// The connection to the browser.
pub(crate) struct DevTools {
    input: Mutex<Option<ChildStdin>>,
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    last_id: u64,
    waiting: HashMap<u64, Sender<Answer>>,
    inboxes: HashMap<String, Arc<Inbox>>,
    ended: bool,
}

impl DevTools {
    pub(crate) fn new(input: ChildStdin, output: ChildStdout) -> Arc<Self> {
        let devtools = Arc::new(Self {
            input: Mutex::new(Some(input)),
            state: Mutex::default(),
            ended: Condvar::new(),
        });
        let reader = Arc::clone(&devtools);
        thread::spawn(move || reader.read(BufReader::new(output)));
        devtools
    }

    /// Calls a method, of a tab or of the browser itself, and waits for its answer.
    pub(crate) fn call(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value> {
        let (answer, answered) = mpsc::channel();
        let id = {
            let mut state = self.state();
            if state.ended {
                bail!("{method}: the browser has gone");
            }
            state.last_id += 1;
            let id = state.last_id;
            state.waiting.insert(id, answer);
            id
        };
        let mut frame = json!({ "id": id, "method": method });
        frame["params"] = params;
        if let Some(session) = session {
            frame["sessionId"] = session.into();
        }
        self.send(&frame)
            .with_context(|| format!("{method}: cannot write to the browser"))?;
        let answer = answered.recv_timeout(DEADLINE);
        self.state().waiting.remove(&id);
        match answer {
            Ok(answer) => answer.map_err(|error| anyhow!("{method}: {error}")),
            Err(mpsc::RecvTimeoutError::Timeout) => bail!("{method}: no answer in time"),
            Err(mpsc::RecvTimeoutError::Disconnected) => bail!("{method}: the browser has gone"),
        }
    }

    /// Calls a method of a tab without waiting for its answer.
    pub(crate) fn notify(&self, session: &str, method: &str, params: Value) -> Result<()> {
        let id = {
            let mut state = self.state();
            state.last_id += 1;
            state.last_id
        };
        let mut frame = json!({ "id": id, "method": method, "sessionId": session });
        frame["params"] = params;
        self.send(&frame)
    }

    /// The inbox that receives the events of a tab from now on.
    pub(crate) fn inbox(&self, session: &str) -> Arc<Inbox> {
        let mut state = self.state();
        Arc::clone(state.inboxes.entry(session.to_owned()).or_default())
    }

    /// Drops the inbox of a tab.
    pub(crate) fn forget(&self, session: &str) {
        self.state().inboxes.remove(session);
    }

    /// Closes the pipe to the browser, which makes it exit.
    pub(crate) fn close(&self) {
        lock(&self.input).take();
    }

    /// Waits until the browser has closed its pipe.
    pub(crate) fn wait_for_end(&self, end: Instant) {
        let mut state = self.state();
        while !state.ended {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.ended.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn send(&self, frame: &Value) -> Result<()> {
        let mut bytes = serde_json::to_vec(frame)?;
        bytes.push(0);
        let mut input = lock(&self.input);
        let input = input.as_mut().context("the pipe is closed")?;
        input.write_all(&bytes)?;
        Ok(input.flush()?)
    }

    fn read(&self, mut output: impl BufRead) {
        let mut bytes = Vec::new();
        while output.read_until(0, &mut bytes).is_ok_and(|read| read > 0) {
            bytes.pop();
            if let Ok(frame) = serde_json::from_slice(&bytes) {
                self.dispatch(frame);
            }
            bytes.clear();
        }
        let mut state = self.state();
        state.ended = true;
        // Ends all calls that wait for an answer.
        state.waiting.clear();
        for inbox in state.inboxes.values() {
            inbox.end();
        }
        self.ended.notify_all();
    }

    fn dispatch(&self, mut frame: Value) {
        let state = self.state();
        if let Some(id) = frame["id"].as_u64() {
            let answer = match frame.get("error") {
                Some(error) => Err(error["message"].as_str().unwrap_or("refused").to_owned()),
                None => Ok(frame["result"].take()),
            };
            if let Some(waiting) = state.waiting.get(&id) {
                let _ = waiting.send(answer);
            }
            return;
        }
        let inbox = frame["sessionId"]
            .as_str()
            .and_then(|session| state.inboxes.get(session));
        if let (Some(inbox), Some(name)) = (inbox, frame["method"].as_str()) {
            let name = name.to_owned();
            inbox.put(Event {
                name,
                params: frame["params"].take(),
            });
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}
