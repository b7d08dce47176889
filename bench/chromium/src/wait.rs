//! Waiting for something to become true in a page, without asking again and again.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::page::Page;

/// One question to the page is no longer than this: a page that is replaced
/// meanwhile never answers.
const SLICE: Duration = Duration::from_secs(5);

impl Page {
    /// Waits until an expression is true, and returns what it then is. It is looked at
    /// again and again within the page, and again in the next document when the page
    /// goes elsewhere meanwhile. One that throws is not true yet.
    ///
    /// # Errors
    /// When the time is over; with what the expression threw last.
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
                Err(error) if is_passing(&error) => last = error.to_string(),
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

/// Whether the page was only on its way to another document.
fn is_passing(error: &anyhow::Error) -> bool {
    let said = error.to_string();
    [
        "navigated or closed",
        "context was destroyed",
        "Cannot find",
        "Promise was collected",
    ]
    .iter()
    .any(|passing| said.contains(passing))
}
