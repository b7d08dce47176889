//! What a page says in its console, which is nothing when all is well.

use chromium::{Event, Page};
use serde_json::json;

/// Hears everything from now on.
pub fn listen(page: &Page) {
    page.call("Audits.enable", json!({})).unwrap();
}

/// Takes what was said so far, except what was expected.
pub fn take(page: &Page, expected: &[&str]) -> Vec<String> {
    let events = page.take_events(|event| complaint(event).is_some());
    let complaints = events.iter().filter_map(complaint);
    complaints
        .filter(|said| !expected.iter().any(|part| said.contains(part)))
        .collect()
}

fn complaint(event: &Event) -> Option<String> {
    let params = &event.params;
    match event.name.as_str() {
        "Runtime.exceptionThrown" => Some(format!("thrown: {}", params["exceptionDetails"])),
        "Runtime.consoleAPICalled" => {
            let kind = params["type"].as_str()?;
            matches!(kind, "error" | "assert" | "warning").then(|| params["args"].to_string())
        }
        "Log.entryAdded" => {
            let entry = &params["entry"];
            // Warnings of the browser's own are advice.
            let counts = entry["level"] == "error" || entry["source"] == "security";
            counts.then(|| format!("{} {}", entry["text"], entry["url"]))
        }
        "Audits.issueAdded" => {
            let issue = &params["issue"];
            (issue["code"] == "ContentSecurityPolicyIssue").then(|| issue.to_string())
        }
        _ => None,
    }
}
