//! Waits for a condition in a page. The page checks it, so that few calls are needed.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::page::Page;

/// The longest time of one call: a page that is replaced meanwhile never answers.
const SLICE: Duration = Duration::from_secs(5);

impl Page {
    /// Waits until an expression is true, and returns its value. The page evaluates it repeatedly; when
    /// the page navigates, the next document goes on. An expression that throws is not true yet.
    ///
    /// # Errors
    /// When it is not true in time; with the last error that the expression threw.
    pub fn wait_for(&self, expression: &str, within: Duration) -> Result<Value> {
        let end = Instant::now() + within;
        let mut last = String::new();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let slice = left.min(SLICE);
            match self.evaluate(&look(expression, slice)) {
                Ok(mut answer) if answer["found"] == json!(true) => {
                    return Ok(answer["value"].take());
                }
                Ok(answer) => {
                    if let Some(thrown) = answer["thrown"].as_str() {
                        thrown.clone_into(&mut last);
                    }
                }
                Err(error) if is_navigation(&error) => last = error.to_string(),
                Err(error) => return Err(error),
            }
            if left.is_zero() {
                let within = within.as_secs_f64();
                bail!("not within {within:.1} s: {expression}\n  {last}");
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

/// Whether the call failed because the page was navigating.
fn is_navigation(error: &anyhow::Error) -> bool {
    let text = error.to_string();
    [
        "navigated or closed",
        "context was destroyed",
        "Cannot find",
        "Promise was collected",
    ]
    .iter()
    .any(|passing| text.contains(passing))
}
