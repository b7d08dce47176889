//! A document that answers with tests must name tests that there are.

use std::fmt::Write as _;

use super::source::Source;

/// The document. Each name of a test in it, `file::test` in backticks, is looked for.
pub(super) const DOCUMENT: &str = "docs/SECURITY.md";

pub(super) fn check(document: &Source, sources: &[Source], findings: &mut String) {
    for (index, line) in document.text.lines().enumerate() {
        // Every second part is between backticks.
        for name in line.split('`').skip(1).step_by(2) {
            let Some((module, test)) = name.rsplit_once("::") else {
                continue;
            };
            if !sources.iter().any(|source| has_test(source, module, test)) {
                let _ = writeln!(
                    findings,
                    "  {}:{}: there is no test `{name}`",
                    document.path,
                    index + 1,
                );
            }
        }
    }
}

/// Whether a file whose path ends with the module has such a function.
fn has_test(source: &Source, module: &str, test: &str) -> bool {
    let Some(stem) = source.path.strip_suffix(".rs") else {
        return false;
    };
    let path = module.replace("::", "/");
    let is_module = stem
        .strip_suffix(&path)
        .is_some_and(|before| before.ends_with('/'));
    is_module && is_test(&source.text, test)
}

/// Whether a text has such a function below `#[test]` or the like.
fn is_test(text: &str, name: &str) -> bool {
    let Some((before, _)) = text.split_once(&format!("fn {name}(")) else {
        return false;
    };
    let (above, _) = before.rsplit_once('\n').unwrap_or_default();
    let mut attributes = above
        .lines()
        .rev()
        .take_while(|line| line.trim_start().starts_with("#["));
    attributes.any(|line| line.contains("test]") || line.contains("test("))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_test_is_found_and_a_name_with_one_is_not() {
        let sources = [Source::new(
            "server/tests/stories/accounts/claim.rs",
            "#[tokio::test]\nasync fn it_works_once() {}\n\n\
             #[test]\nfn it_ends() {}\n\nfn helper() {}",
        )];
        let found = |text: &str| {
            let mut findings = String::new();
            check(&Source::new("d.md", text), &sources, &mut findings);
            findings
        };
        assert_eq!(found("| `accounts::claim::it_works_once` `SameSite` |"), "");
        assert_eq!(found("`claim::it_ends`"), "");
        for text in [
            "`accounts::claim::it_works_twice`",
            "`accounts::claim::it_works`",
            "`accounts::claim::helper`",
            "and `invite::it_works_once`",
            "`laim::it_works_once`",
        ] {
            assert!(found(text).contains("d.md:1: there is no test"), "{text}");
        }
    }
}
