//! `docs/PROTOCOL.md` against the code: its examples parse, and its tables are complete.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use std::collections::BTreeSet;

use serde_json::Value;
use shared::error::ErrorCode;
use shared::frame::{ClientFrame, FRAME_TYPES, ServerFrame};
use shared::limits::Limits;
use shared::simple::SimpleMessage;

const PAGE: &str = include_str!("../../docs/PROTOCOL.md");

/// The JSON examples, each with its kind (`client`, `server` …).
fn examples() -> Vec<(&'static str, &'static str)> {
    let fences = PAGE.split("\n```json ").skip(1);
    fences
        .map(|fence| {
            let (kind, rest) = fence.split_once('\n').unwrap();
            (kind, rest.split_once("\n```").unwrap().0)
        })
        .collect()
}

/// The cells of all table rows.
fn rows() -> Vec<Vec<&'static str>> {
    PAGE.lines()
        .filter_map(|line| line.strip_prefix("| "))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect()
}

fn types(kind: &str) -> BTreeSet<String> {
    examples()
        .into_iter()
        .filter(|(of, _)| *of == kind)
        .map(|(_, json)| {
            let value: Value = serde_json::from_str(json).unwrap();
            value["type"].as_str().unwrap().to_owned()
        })
        .collect()
}

/// The example has no field that the code does not write.
fn assert_every_field_is_known(json: &str, written: &Value) {
    let example: Value = serde_json::from_str(json).unwrap();
    for (field, value) in example.as_object().unwrap() {
        assert_eq!(Some(value), written.get(field), "{field} in {json}");
    }
}

#[test]
fn every_example_parses_as_its_kind() {
    assert_eq!(
        PAGE.matches("```json").count(),
        examples().len(),
        "an example does not say whose it is"
    );
    for (kind, json) in examples() {
        match kind {
            "client" => {
                let frame: ClientFrame = serde_json::from_str(json).expect(json);
                assert_every_field_is_known(json, &serde_json::to_value(frame).unwrap());
            }
            "server" => {
                let frame: ServerFrame = serde_json::from_str(json).expect(json);
                assert_every_field_is_known(json, &serde_json::to_value(frame).unwrap());
            }
            "simple" => {
                serde_json::from_str::<SimpleMessage<'_>>(json).expect(json);
            }
            "http" => {
                serde_json::from_str::<Value>(json).expect(json);
            }
            other => panic!("{other} is no kind of example"),
        }
    }
}

#[test]
fn every_frame_has_an_example() {
    // The same number as in `tests/wire`.
    let client: BTreeSet<String> = FRAME_TYPES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(types("client"), client);
    assert_eq!(types("server").len(), 14);
}

#[test]
fn every_kind_of_item_has_an_example() {
    let frames = examples().into_iter().filter(|(kind, _)| *kind == "server");
    let shown: BTreeSet<String> = frames
        .map(|(_, json)| serde_json::from_str::<Value>(json).unwrap())
        .flat_map(|frame| frame["items"].as_array().cloned().unwrap_or_default())
        .map(|item| item.as_object().unwrap().keys().next().unwrap().clone())
        .collect();
    let kinds = [
        "member",
        "membership",
        "message",
        "person",
        "read_mark",
        "room",
        "sidebar",
        "restriction",
    ];
    assert!(shown.iter().eq(kinds), "{shown:?}");
}

#[test]
fn every_error_code_is_in_the_table_and_none_besides() {
    let documented: BTreeSet<String> = rows()
        .into_iter()
        .filter(|row| matches!(row.get(1), Some(&("yes" | "no"))))
        .map(|row| {
            let name = row[0].trim_matches('`');
            let code: ErrorCode = serde_json::from_value(Value::from(name)).unwrap();
            assert!(code != ErrorCode::Unknown || name == "unknown", "{name}");
            assert_eq!(row[1] == "yes", code.is_temporary(), "{name}");
            name.to_owned()
        })
        .collect();
    let known: BTreeSet<String> = ErrorCode::ALL
        .into_iter()
        .filter_map(|code| Some(serde_json::to_value(code).ok()?.as_str()?.to_owned()))
        .collect();
    assert_eq!(documented, known);
}

#[test]
fn every_limit_is_in_the_table_with_its_default() {
    let limits = serde_json::to_value(Limits::default()).unwrap();
    for (name, value) in limits.as_object().unwrap() {
        let row = rows()
            .into_iter()
            .find(|row| row[0].trim_matches('`') == name)
            .expect(name);
        assert_eq!(row[1], value.to_string(), "{name}");
    }
}

#[test]
fn every_close_code_is_in_the_table() {
    use shared::frame::close;
    let codes = [
        close::RESTART,
        close::PROTOCOL,
        close::NOT_UTF8,
        close::TOO_LARGE,
        close::UNAUTHORIZED,
        close::NO_HELLO,
        close::SILENT,
        close::SLOW_READER,
        close::FLOOD,
        close::UNFINISHED,
        close::BLOCKED,
    ];
    for code in codes {
        assert!(
            rows().iter().any(|row| row[0] == code.to_string()),
            "{code}"
        );
    }
}
