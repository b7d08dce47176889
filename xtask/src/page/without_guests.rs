//! The page of a server without guests: its first paint has no form for them.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// As in `server/src/http/page.rs`.
const FILE: &str = "without-guests.html";
const ROOT: &str = "<html";
/// Says that the frame has no form, as `frontend/assets/first.js` does.
const MARK: &str = " data-account";

/// Writes it beside the other one.
pub(super) fn write(folder: &Path) -> Result<()> {
    let html = fs::read_to_string(folder.join("index.html"))?;
    let page = marked(&html).context("index.html does not begin as expected")?;
    fs::write(folder.join(FILE), page)?;
    Ok(())
}

fn marked(html: &str) -> Option<String> {
    let at = html.find(ROOT)? + ROOT.len();
    let (before, after) = html.split_at(at);
    Some(format!("{before}{MARK}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_root_is_marked() {
        let marked = marked("<!doctype html><html lang=en><b lang=en></b></html>");
        let expected = "<!doctype html><html data-account lang=en><b lang=en></b></html>";
        assert_eq!(marked.as_deref(), Some(expected));
        assert_eq!(super::marked("<b>"), None);
    }
}
