//! The rules of the house that no compiler checks: things that must be absent.
//!
//! Each rule (`rules`) says where it looks, what it looks for, and why. The search
//! is by words in the text, comments left out: good enough to catch a slip, and
//! simple enough to be believed.

mod rules;
mod source;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, bail};

use rules::{LINE_LIMIT, RULES, Rule, SHARED_MAY_NOT_USE};
use source::Source;

/// Looks at every source file once per rule.
///
/// # Errors
/// With every place that breaks a rule, and the rule's reason.
pub(crate) fn check(root: &Path) -> Result<()> {
    let sources = source::all(root)?;
    let mut findings = String::new();
    for source in &sources {
        for rule in RULES {
            apply(rule, source, &mut findings);
        }
        length(source, &mut findings);
    }
    let manifest = Source::read(root, "shared/Cargo.toml")?;
    dependencies(&manifest, &mut findings);
    if !findings.is_empty() {
        bail!("rules of the house are broken:\n{findings}");
    }
    println!(
        "{} files, {} rules: all hold.",
        sources.len(),
        RULES.len() + 2
    );
    Ok(())
}

fn apply(rule: &Rule, source: &Source, findings: &mut String) {
    if !rule.looks_at(&source.path) {
        return;
    }
    for (number, line) in source.code() {
        if let Some(word) = rule.words.iter().find(|word| contains_word(line, word)) {
            let _ = writeln!(
                findings,
                "  {}:{number}: `{}`: {}",
                source.path,
                word.trim(),
                rule.reason
            );
        }
    }
}

fn length(source: &Source, findings: &mut String) {
    let lines = source.text.lines().count();
    if lines > LINE_LIMIT {
        let _ = writeln!(
            findings,
            "  {}: {lines} lines: a file has one subject and at most {LINE_LIMIT} lines",
            source.path
        );
    }
}

fn dependencies(manifest: &Source, findings: &mut String) {
    let mut in_dependencies = false;
    for (index, line) in manifest.text.lines().enumerate() {
        if line.starts_with('[') {
            in_dependencies = line == "[dependencies]";
        }
        let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
        if in_dependencies && SHARED_MAY_NOT_USE.contains(&name) {
            let _ = writeln!(
                findings,
                "  {}:{}: `{name}`: shared does no I/O; it runs in the page and in the server alike",
                manifest.path,
                index + 1,
            );
        }
    }
}

/// Whether `word` stands in `line` as a word of its own.
fn contains_word(line: &str, word: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let begins = word.chars().next();
        let ends = word.chars().next_back();
        let runs_on = joins(begins) && joins(before) || joins(ends) && joins(after);
        !runs_on
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> String {
        let source = Source::new(path, text);
        let mut findings = String::new();
        for rule in RULES {
            apply(rule, &source, &mut findings);
        }
        length(&source, &mut findings);
        findings
    }

    #[test]
    fn each_rule_finds_what_it_forbids() {
        let broken = [
            ("server/src/chat/rooms.rs", "use axum::Json;"),
            ("server/src/chat.rs", "type Row = rusqlite::Row;"),
            ("server/src/http/rooms.rs", r#"let sql = "SELECT 1";"#),
            (
                "server/src/http/mod.rs",
                r#".route("/api/v1/rooms", get(list))"#,
            ),
            ("server/src/accounts/mod.rs", "StatusCode::OK"),
            ("server/src/admin.rs", "use tokio::net::UnixStream;"),
            ("server/src/edge/accept.rs", "use crate::gateway::Gateway;"),
            ("server/src/gateway/mod.rs", "use crate::http::HttpState;"),
            (
                "frontend/src/state/mod.rs",
                "use gloo_net::websocket::futures::WebSocket;",
            ),
            ("frontend/src/app.rs", "view! { <p inner_html=text /> }"),
            ("shared/src/sync.rs", "std::fs::read(path)"),
        ];
        for (path, text) in broken {
            assert!(findings(path, text).starts_with("  "), "{path}: {text}");
        }
    }

    #[test]
    fn what_is_allowed_is_not_found() {
        let fine = [
            (
                "server/src/store/sqlite/rooms.rs",
                r#"let sql = "SELECT 1";"#,
            ),
            ("server/src/http/rooms.rs", "use axum::Json; // like SELECT"),
            ("server/src/chat/rooms.rs", "/// Never names axum."),
            (
                "frontend/src/socket/transport.rs",
                "use gloo_net::websocket::futures::WebSocket;",
            ),
            ("frontend/src/i18n/en.rs", "fn my_inner_html_free() {}"),
        ];
        for (path, text) in fine {
            assert_eq!(findings(path, text), "", "{path}: {text}");
        }
    }

    #[test]
    fn a_long_file_is_named() {
        let text = "x\n".repeat(LINE_LIMIT + 1);
        assert!(findings("bench/src/main.rs", &text).contains("401 lines"));
    }

    #[test]
    fn shared_may_not_depend_on_a_runtime() {
        let manifest = Source::new(
            "shared/Cargo.toml",
            "[dependencies]\nserde.workspace = true\ntokio.workspace = true\n\
             [dev-dependencies]\naxum = \"0.8\"\n",
        );
        let mut findings = String::new();
        dependencies(&manifest, &mut findings);
        assert!(findings.contains("Cargo.toml:3: `tokio`"), "{findings}");
        assert!(!findings.contains("axum"), "{findings}");
    }
}
