//! The browser's own trace, for how long the page's tasks take.

use std::collections::HashSet;

use anyhow::Result;
use serde_json::{Value, json};

use super::tab::Tab;

/// Begins to trace the tasks of all threads.
///
/// # Errors
/// When the browser cannot.
pub fn start(tab: &mut Tab<'_>) -> Result<()> {
    let categories = ["disabled-by-default-devtools.timeline", "devtools.timeline"];
    let trace = json!({
        "transferMode": "ReportEvents",
        "traceConfig": { "includedCategories": categories },
    });
    tab.cdp().call(None, "Tracing.start", &trace)?;
    Ok(())
}

/// The longest of a page's tasks.
#[derive(Clone, Copy, Debug)]
pub struct LongestTask {
    /// From its begin to its end, in milliseconds.
    pub wall_ms: f64,
    /// The longest time that one task had a processor, in milliseconds: less where
    /// others want it too.
    pub processor_ms: Option<f64>,
}

/// Ends the trace; what it says of the main threads of pages, if there was any task.
///
/// # Errors
/// When the browser does not hand the trace over.
pub fn longest_task(tab: &mut Tab<'_>) -> Result<Option<LongestTask>> {
    let cdp = tab.cdp();
    cdp.call(None, "Tracing.end", &json!({}))?;
    cdp.event("Tracing.tracingComplete")?;
    let mut pieces = cdp.take_events("Tracing.dataCollected");
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
