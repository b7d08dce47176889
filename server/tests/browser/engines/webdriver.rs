//! What a story needs of a browser.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::actions::InputSource;

/// The longest time of one call that waits: a document that is replaced meanwhile never answers.
const SLICE: Duration = Duration::from_secs(5);

const HELPERS: &str = include_str!("../helpers.js");
/// Notes what the document complains of.
const COMPLAINTS: &str = include_str!("complaints.js");

/// One tab with cookies and storage of its own, driven over W3C WebDriver. Dropping it closes it.
///
/// Each error is the browser's own word.
pub trait WebDriver {
    /// Goes to an address and waits for its document.
    fn go(&self, address: &str);

    /// Loads the document again.
    fn reload(&self);

    /// Calls a function without parameters; its promise resolves to a text.
    fn call(&self, function: &str) -> Result<String, String>;

    /// Performs actions of keyboard or pointer (WebDriver §17).
    fn perform(&self, source: &InputSource);

    /// Turns the wheel at a point; `down` is in pixels.
    fn turn_wheel(&self, at: (i64, i64), down: i64);

    /// Gives the page this much room, in pixels.
    fn resize(&self, width: u32, height: u32);

    /// A picture of what is in sight, as a PNG file.
    fn screenshot(&self) -> Result<Vec<u8>, String>;
}

/// What an expression came to, and what the page had to complain of meanwhile.
pub struct Evaluated {
    /// The value, or the error that was thrown.
    pub value: Result<Value, String>,
    /// Complaints that no earlier call has returned.
    pub complaints: Vec<String>,
}

/// The script that gives stories `seen` and notes complaints, once in each document.
pub fn helpers() -> String {
    format!("if (!globalThis.seen) {{ {HELPERS}\n{COMPLAINTS} }}")
}

impl dyn WebDriver + '_ {
    /// The value of an expression, which may be a promise.
    pub fn evaluate(&self, expression: &str) -> Result<Evaluated, String> {
        let function = format!(
            "async () => {{
                {helpers}
                const answer = {{}};
                try {{
                    const value = await ({expression});
                    answer.value = value instanceof Node ? true : value;
                }} catch (error) {{
                    answer.thrown = String(error);
                }}
                answer.complaints = complaints.splice(0);
                return JSON.stringify(answer);
            }}",
            helpers = helpers(),
        );
        let answer = self.call(&function)?;
        let mut answer: Value = serde_json::from_str(&answer).map_err(|_| answer)?;
        let complaints = serde_json::from_value(answer["complaints"].take()).unwrap_or_default();
        let value = match answer["thrown"].as_str() {
            Some(thrown) => Err(format!("{thrown}\n  in {expression}")),
            None => Ok(answer["value"].take()),
        };
        Ok(Evaluated { value, complaints })
    }

    /// Waits until an expression is true. The page looks again and again; when it navigates, its
    /// next document goes on. An expression that throws is not true yet.
    pub fn wait_for(
        &self,
        expression: &str,
        within: Duration,
        mut complaints: impl FnMut(Vec<String>),
    ) -> Result<Value, String> {
        let end = Instant::now() + within;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let last = match self.evaluate(&look(expression, left.min(SLICE))) {
                Ok(evaluated) => {
                    complaints(evaluated.complaints);
                    match evaluated.value {
                        Ok(mut found) if found["found"] == json!(true) => {
                            return Ok(found["value"].take());
                        }
                        Ok(found) => found["thrown"].as_str().unwrap_or_default().to_owned(),
                        Err(thrown) => thrown,
                    }
                }
                // The document went away.
                Err(error) => error,
            };
            if left.is_zero() {
                let within = within.as_secs_f64();
                return Err(format!("not within {within:.1} s: {expression}\n  {last}"));
            }
        }
    }
}

fn look(expression: &str, within: Duration) -> String {
    format!(
        "new Promise(done => {{
            const end = performance.now() + {millis};
            (function look() {{
                let value, thrown;
                try {{ value = ({expression}); }} catch (error) {{ thrown = String(error); }}
                if (value) done({{ found: true, value: value instanceof Node ? true : value }});
                else if (performance.now() >= end) done({{ found: false, thrown }});
                else setTimeout(look, 10);
            }})();
        }})",
        millis = within.as_millis(),
    )
}
