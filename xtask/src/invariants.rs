//! The invariants of `docs/ARCHITECTURE.md` that can be checked in the source and that no lint checks.
//!
//! `rules` lists words that must not be in some folders, with the reason. The search is by whole words
//! outside of comments: simple, and enough to find a mistake. `modules` finds circles between modules.
//! The rest is here: the length of files, the first line of a folder's root module, and what `shared`
//! may depend on. `named_tests` looks for the tests that a document answers with.

mod modules;
mod named_tests;
mod rules;
mod source;

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, bail};

use rules::{LINE_LIMIT, MAIN_LINE_LIMIT, RULES, Rule, SHARED_MAY_NOT_USE};
use source::Source;

/// Checks all source files.
///
/// # Errors
/// With every place that breaks an invariant, and the reason.
pub(crate) fn check(root: &Path) -> Result<()> {
    let sources = source::all(root)?;
    let mut findings = String::new();
    for source in &sources {
        for rule in RULES {
            apply(rule, source, &mut findings);
        }
        length(source, &mut findings);
        opening(source, &sources, &mut findings);
    }
    let manifest = Source::read(root, "shared/Cargo.toml")?;
    dependencies(&manifest, &mut findings);
    let answers = Source::read(root, named_tests::DOCUMENT)?;
    named_tests::check(&answers, &sources, &mut findings);
    modules::check(&sources, &mut findings)?;
    if !findings.is_empty() {
        bail!("the source breaks these invariants:\n{findings}");
    }
    println!(
        "{} files keep {} invariants.",
        sources.len(),
        RULES.len() + 5
    );
    Ok(())
}

fn apply(rule: &Rule, source: &Source, findings: &mut String) {
    if !rule.applies_to(&source.path) {
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
    let limit = if source.path.ends_with("/src/main.rs") {
        MAIN_LINE_LIMIT
    } else {
        LINE_LIMIT
    };
    if lines > limit {
        let _ = writeln!(
            findings,
            "  {}: {lines} lines: a file has one subject and at most {limit} lines",
            source.path
        );
    }
}

/// The root module of a folder starts with what is in the folder.
fn opening(source: &Source, sources: &[Source], findings: &mut String) {
    if source.is_folder_root(sources) && !source.text.starts_with("//!") {
        let _ = writeln!(
            findings,
            "  {}: the root module of a folder opens with `//!`: what is in the folder, and what is not",
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

/// Whether `line` contains `word` as a whole word.
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
        opening(&source, std::slice::from_ref(&source), &mut findings);
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
            (
                "server/src/accounts/token.rs",
                "use axum::http::StatusCode;",
            ),
            ("server/src/app.rs", "stream: tokio::net::TcpStream,"),
            ("server/src/store/mod.rs", "mpsc::unbounded_channel();"),
            ("server/src/gateway/hub.rs", "async_nats::connect(url)"),
            ("server/tests/stories/talk.rs", "#[ignore]"),
            (
                "server/tests/stories/talk.rs",
                "tokio::time::sleep(second).await;",
            ),
            ("server/src/chat/mod.rs", "mod command;"),
        ];
        for (path, text) in broken {
            assert!(findings(path, text).starts_with("  "), "{path}: {text}");
        }
    }

    #[test]
    fn what_is_allowed_is_not_a_finding() {
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
            (
                "server/src/gateway/access/mod.rs",
                "//! Hosts.\nuse axum::http::HeaderMap;",
            ),
            (
                "server/tests/browser/talk.rs",
                "#[ignore = \"needs a browser\"]",
            ),
        ];
        for (path, text) in fine {
            assert_eq!(findings(path, text), "", "{path}: {text}");
        }
    }

    #[test]
    fn a_file_that_is_too_long_is_a_finding() {
        let text = "x\n".repeat(LINE_LIMIT + 1);
        assert!(findings("bench/src/cli.rs", &text).contains("401 lines"));
        let text = format!("//! Starts.\n{}", "x\n".repeat(MAIN_LINE_LIMIT));
        assert!(findings("bench/src/main.rs", &text).contains("51 lines"));
    }

    #[test]
    fn a_file_beside_a_folder_of_its_name_is_the_root_module_of_the_folder() {
        let root = Source::new("xtask/src/page.rs", "mod files;");
        let child = Source::new("xtask/src/page/files.rs", "fn below() {}");
        let sources = [root, child];
        assert!(sources[0].is_folder_root(&sources));
        assert!(!sources[1].is_folder_root(&sources));
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
