//! The browser's trace, which says how long the tasks of a page take.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::Result;
use chromium::Page;
use serde_json::{Value, json};

/// The longest time for the browser to hand over a trace.
const TIMEOUT: Duration = Duration::from_secs(90);

/// Starts to trace the tasks of all threads.
///
/// # Errors
/// When the browser refuses.
pub fn start(page: &Page) -> Result<()> {
    let categories = ["disabled-by-default-devtools.timeline", "devtools.timeline"];
    let trace = json!({
        "transferMode": "ReportEvents",
        "traceConfig": { "includedCategories": categories },
    });
    page.call("Tracing.start", trace)?;
    Ok(())
}

/// The longest tasks of the main threads of pages.
#[derive(Clone, Copy, Debug)]
pub struct LongestTask {
    /// The longest time from start to end of a task, in milliseconds.
    pub wall_ms: f64,
    /// The longest processor time of a task, in milliseconds. It is shorter if other programs
    /// used the processor.
    pub processor_ms: Option<f64>,
}

/// Ends the trace; returns the longest tasks, if there were any.
///
/// # Errors
/// When the browser does not hand over the trace.
pub fn longest_task(page: &Page) -> Result<Option<LongestTask>> {
    page.call("Tracing.end", json!({}))?;
    page.wait_for_event(TIMEOUT, |event| event.name == "Tracing.tracingComplete")?;
    let mut pieces = page.take_events(|event| event.name == "Tracing.dataCollected");
    let events: Vec<Value> = pieces
        .iter_mut()
        .filter_map(|piece| piece.params["value"].as_array_mut().map(std::mem::take))
        .flatten()
        .collect();
    let thread = |event: &Value| (event["pid"].as_i64(), event["tid"].as_i64());
    let main_threads: HashSet<_> = events
        .iter()
        .filter(|event| event["name"] == "thread_name" && event["args"]["name"] == "CrRendererMain")
        .map(thread)
        .collect();
    let is_task =
        |event: &&Value| event["name"] == "RunTask" && main_threads.contains(&thread(event));
    let longest = |key: &str| {
        let tasks = events.iter().filter(is_task);
        let micros = tasks.filter_map(|event| event[key].as_f64());
        micros.max_by(f64::total_cmp).map(|micros| micros / 1e3)
    };
    Ok(longest("dur").map(|wall_ms| LongestTask {
        wall_ms,
        processor_ms: longest("tdur"),
    }))
}
