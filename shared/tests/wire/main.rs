//! Snapshots of every frame as JSON. A changed snapshot is a change of the protocol.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

mod client;
mod decode;
mod server;
mod simple;

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::id::{ClientId, Epoch};

/// One frame per line. Each is parsed back and compared.
fn lines<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(frames: &[T]) -> String {
    let lines: Vec<String> = frames
        .iter()
        .map(|frame| {
            let json = serde_json::to_string(frame).unwrap();
            assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), frame);
            json
        })
        .collect();
    lines.join("\n")
}

/// The values of `type` in the frames' JSON.
fn types<T: Serialize>(frames: &[T]) -> std::collections::BTreeSet<String> {
    frames
        .iter()
        .map(|frame| {
            let json = serde_json::to_value(frame).unwrap();
            json["type"].as_str().unwrap().to_owned()
        })
        .collect()
}

fn client_id() -> ClientId {
    ClientId::new(1_700_000_000_000, &[7; 10])
}

fn epoch() -> Epoch {
    Epoch::new([5; 16])
}
