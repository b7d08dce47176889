use super::*;

const ROOT: &str = "a/src/lib.rs";

fn circles(files: &[(&str, &str)]) -> String {
    let files = files.iter().copied().collect();
    let mut findings = String::new();
    check_files(&files, &mut findings).unwrap();
    findings
}

#[test]
fn two_modules_that_name_each_other_are_a_circle_with_both_places() {
    let found = circles(&[
        (ROOT, "mod one; mod two;"),
        ("a/src/one.rs", "use crate::two::Two;\npub struct One(Two);"),
        (
            "a/src/two.rs",
            "pub struct Two;\nfn f() { super::one::g() }",
        ),
    ]);
    assert!(found.contains("one → two  (a/src/one.rs:1)"), "{found}");
    assert!(found.contains("two → one  (a/src/two.rs:2)"), "{found}");
}

#[test]
fn the_shortest_circle_of_a_component_is_reported() {
    let found = circles(&[
        (ROOT, "mod a; mod b; mod c;"),
        ("a/src/a.rs", "use crate::b::B; pub struct A;"),
        (
            "a/src/b.rs",
            "use crate::{a::A as Other, c::{C}}; pub struct B;",
        ),
        ("a/src/c.rs", "use crate::a::A; pub struct C;"),
    ]);
    assert_eq!(found.matches("modules are in a circle").count(), 1);
    assert_eq!(found.matches('→').count(), 2, "{found}");
}

#[test]
fn modules_that_only_name_modules_below_them_are_no_circle() {
    let found = circles(&[
        (
            ROOT,
            "mod high; mod low; pub use high::High; pub use low::*;",
        ),
        (
            "a/src/high.rs",
            "use crate::low::{self, Low}; pub struct High(Low, low::Other);",
        ),
        ("a/src/low.rs", "pub struct Low; pub struct Other;"),
    ]);
    assert_eq!(found, "");
}

#[test]
fn a_name_that_a_parent_re_exports_belongs_to_the_file_that_defines_it() {
    let found = circles(&[
        (ROOT, "mod folder;"),
        (
            "a/src/folder/mod.rs",
            "mod one; mod two; pub use one::One; pub use two::Two;",
        ),
        ("a/src/folder/one.rs", "pub struct One;"),
        (
            "a/src/folder/two.rs",
            "use super::One; pub struct Two(crate::folder::One);",
        ),
    ]);
    assert_eq!(found, "");
}

#[test]
fn a_parent_that_uses_the_child_which_uses_it_is_a_circle() {
    let parent = "mod child; pub struct Parent; pub use child::Child;";
    let child = "use super::Parent; pub struct Child(Parent);";
    let files = |parent| {
        [
            (ROOT, "mod p;"),
            ("a/src/p.rs", parent),
            ("a/src/p/child.rs", child),
        ]
    };
    assert_eq!(circles(&files(parent)), "");

    let used = format!("{parent} fn make() -> Child {{ todo!() }}");
    let found = circles(&files(&used));
    assert!(found.contains("p → p::child  (a/src/p.rs:1)"), "{found}");
    assert!(
        found.contains("p::child → p  (a/src/p/child.rs:1)"),
        "{found}"
    );
}

#[test]
fn tests_comments_and_attributes_do_not_count() {
    let found = circles(&[
        (ROOT, "mod one; mod two;"),
        ("a/src/one.rs", "use crate::two::Two; pub struct One(Two);"),
        (
            "a/src/two.rs",
            "//! See [`crate::one::One`].
             pub struct Two;
             impl Two { #[cfg(test)] fn one() -> crate::one::One { todo!() } }
             #[cfg(test)] use crate::one::One;
             #[cfg(test)] mod tests { use crate::one::One; }",
        ),
    ]);
    assert_eq!(found, "");
}

#[test]
fn paths_in_macro_calls_count() {
    let found = circles(&[
        (ROOT, "mod one; mod two;"),
        (
            "a/src/one.rs",
            "pub fn f() { println!(\"{}\", crate::two::g()) }",
        ),
        (
            "a/src/two.rs",
            "pub fn g() -> u8 { assert!(super::one::f() == ()); 1 }",
        ),
    ]);
    assert!(found.contains("one → two"), "{found}");
}

#[test]
fn an_exported_macro_belongs_to_the_file_that_defines_it() {
    let found = circles(&[
        (ROOT, "mod one; mod two;"),
        (
            "a/src/one.rs",
            "use crate::two::g; #[macro_export] macro_rules! m { () => {} }",
        ),
        ("a/src/two.rs", "pub fn g() { crate::m!() }"),
    ]);
    assert!(found.contains("two → one"), "{found}");
}

#[test]
fn an_inline_module_belongs_to_its_file() {
    let found = circles(&[
        (ROOT, "mod one;"),
        (
            "a/src/one.rs",
            "pub struct One(inner::Inner); mod inner { pub struct Inner; use super::One; }",
        ),
    ]);
    assert_eq!(found, "");
}

#[test]
fn a_file_that_cannot_be_parsed_is_an_error() {
    let files = BTreeMap::from([(ROOT, "mod {")]);
    assert!(check_files(&files, &mut String::new()).is_err());
}
