//! The reader on texts that a server, the browser's storage or an attacker may provide.

use serde::Serialize;

use super::reader::Broken;
use super::{from_str, to_string};

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

#[derive(Serialize)]
struct Everything {
    text: &'static str,
    letter: char,
    numbers: (i8, u64, i64),
    yes: bool,
    none: Option<u8>,
    some: Option<u8>,
    nothing: (),
    list: Vec<Vec<u8>>,
    kinds: Vec<Kind>,
    map: std::collections::BTreeMap<&'static str, u8>,
}

#[derive(Serialize)]
enum Kind {
    Unit,
    New(u8),
    Pair(u8, &'static str),
    Fields { one: u8, two: Vec<u8> },
}

#[test]
fn values_are_written_as_serde_json_writes_them() {
    let everything = Everything {
        text: "\"quoted\" \\ 김하나 \u{1f331} \n\t\u{1}\u{7f}[{",
        letter: '"',
        numbers: (-7, 9, i64::MIN),
        yes: true,
        none: None,
        some: Some(3),
        nothing: (),
        list: vec![vec![], vec![1], vec![1, 2]],
        kinds: vec![
            Kind::Unit,
            Kind::New(1),
            Kind::Pair(1, "["),
            Kind::Fields {
                one: 1,
                two: vec![2, 3],
            },
        ],
        map: [("a", 1), ("b", 2)].into(),
    };
    let ours = to_string(&everything).unwrap();
    let ours: serde_json::Value = serde_json::from_str(&ours).unwrap();
    assert_eq!(ours, serde_json::to_value(&everything).unwrap());
    assert_eq!(to_string(&1.5), Err(Broken));
}
