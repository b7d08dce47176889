//! The reader on texts that a server, the browser's storage or an attacker may provide.

use super::from_str;
use super::reader::Broken;

#[test]
fn strings_read_as_serde_json_reads_them() {
    for text in [
        r#""""#,
        r#""plain""#,
        r#""a\nb\t\"\\\/\b\f\r""#,
        r#""\u0041\uac00\ud83c\udf31""#,
        r#" "김하나" "#,
        r#""\ud83c""#,
        r#""\udf31""#,
        r#""\u00""#,
        r#""\x""#,
        "\"a\nb\"",
        r#""open"#,
        r#""\u+123""#,
    ] {
        let theirs = serde_json::from_str::<String>(text).ok();
        assert_eq!(from_str::<String>(text).ok(), theirs, "{text}");
    }
}

#[test]
fn numbers_read_as_serde_json_reads_them() {
    for text in [
        "0",
        "-7",
        "9223372036854775807",
        "9223372036854775808",
        "+1",
        "1.5",
        "1e3",
        "-",
        "",
        "x",
    ] {
        let theirs = serde_json::from_str::<i64>(text).ok();
        assert_eq!(from_str::<i64>(text).ok(), theirs, "{text}");
    }
    assert_eq!(from_str::<u8>("256"), Err(Broken));
    assert_eq!(from_str::<u64>("-1"), Err(Broken));
}

#[test]
fn lists_and_options_read_as_serde_json_reads_them() {
    for text in [
        "[]",
        "[1]",
        "[1, null ,3]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1",
        "null",
        "]",
    ] {
        let theirs = serde_json::from_str::<Vec<Option<i32>>>(text).ok();
        assert_eq!(from_str::<Vec<Option<i32>>>(text).ok(), theirs, "{text}");
    }
}

#[test]
fn pairs_read_as_serde_json_reads_them() {
    for text in [
        "[]",
        "[[1,2]]",
        "[[1,2],[3,4]]",
        "[[1]]",
        "[[1,2,3]]",
        "[[1,2]",
        "[[1,2,]]",
        "[1,2]",
    ] {
        let theirs = serde_json::from_str::<Vec<(i32, i32)>>(text).ok();
        assert_eq!(from_str::<Vec<(i32, i32)>>(text).ok(), theirs, "{text}");
    }
}

#[test]
fn skipping_deep_nesting_uses_no_stack() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct One {
        a: u8,
    }
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let text = format!(r#"{{"x":{deep},"a":1}}"#);
    assert_eq!(from_str::<One>(&text), Ok(One { a: 1 }));
    assert_eq!(from_str::<One>(&format!(r#"{{"x":{deep}"#)), Err(Broken));
}
