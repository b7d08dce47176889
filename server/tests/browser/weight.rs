//! How much has to come over the wire before someone can read.

use std::collections::HashMap;

use chromium::Page;
use serde_json::{Value, json};

use crate::person::Looks;
use crate::stage::Stage;

/// In bytes, compressed: what comes before someone can sign in, and everything up to the open room.
/// As in `xtask/src/page/weight.rs`, and a little for the answers that are no files.
const SIGN_IN: u64 = 99_000;
const OPEN_ROOM: u64 = 267_000;
/// The pieces that come when there is a connection, or the room is there.
const LATER: [&str; 2] = ["/madang-stored-", "/madang-tools-"];

#[test]
#[ignore = "needs a browser"]
fn a_first_visit_is_light_and_a_second_one_next_to_nothing() {
    let stage = Stage::new();
    let ada = stage.visitor(Looks::default());
    ada.page.call("Network.enable", json!({})).unwrap();
    ada.go("/");
    ada.come_in("Ada");
    let first = loaded(&ada.page);
    ada.page.reload().unwrap();
    ada.ready();
    let second = loaded(&ada.page);

    // Somebody who was here before, with a browser that has forgotten the page: every piece is
    // asked for early, and once.
    ada.page
        .call("Network.clearBrowserCache", json!({}))
        .unwrap();
    ada.page.reload().unwrap();
    ada.ready();
    let forgotten = loaded(&ada.page);

    let visits = [
        ("first", &first),
        ("second", &second),
        ("forgotten", &forgotten),
    ];
    for (visit, weights) in visits {
        let total: u64 = weights.values().sum();
        println!("{visit} visit: {total} bytes over the wire");
        let mut weights: Vec<_> = weights.iter().collect();
        weights.sort_by_key(|(_, weight)| std::cmp::Reverse(**weight));
        for (address, weight) in weights {
            println!("  {weight:>8}  {address}");
        }
    }
    let up_to_the_room = |weights: &HashMap<String, u64>| -> u64 {
        let is_later = |address: &str| LATER.iter().any(|piece| address.contains(piece));
        let weights = weights.iter().filter(|(address, _)| !is_later(address));
        weights.map(|(_, weight)| weight).sum()
    };
    let total = up_to_the_room(&first);
    assert!(
        first.keys().any(|address| address.contains("_bg.wasm")),
        "{first:?}"
    );
    let is_piece = |address: &str| address.contains("/madang-") && !address.contains("/madang-web");
    let sign_in: u64 = first
        .iter()
        .filter(|(address, _)| !is_piece(address))
        .map(|(_, weight)| weight)
        .sum();
    assert!(sign_in < total, "there are pieces: {first:?}");
    assert!(sign_in <= SIGN_IN, "{sign_in} bytes");
    assert!(total <= OPEN_ROOM, "{total} bytes");
    let again = up_to_the_room(&forgotten);
    assert!(again > sign_in && again <= OPEN_ROOM, "{again} bytes");
    // Only index.html, with its styles.
    assert!(second.values().sum::<u64>() < 13_500);
}

/// What has come over the wire since the last question, compressed as it came and
/// without headers, by address.
fn loaded(page: &Page) -> HashMap<String, u64> {
    let events = page.take_events(|event| event.name.starts_with("Network."));
    let mut announced = HashMap::new();
    let mut weights = HashMap::new();
    for event in &events {
        let id = event.params["requestId"].as_str().unwrap_or_default();
        match event.name.as_str() {
            "Network.responseReceived" => {
                let response = &event.params["response"];
                let address = response["url"].as_str().unwrap().to_owned();
                announced.insert(id, (address, length(&response["headers"])));
            }
            "Network.loadingFinished" => {
                let came = event.params["encodedDataLength"].as_f64() > Some(0.0);
                if let Some((address, length)) = announced.remove(id)
                    && came
                {
                    *weights.entry(address).or_default() += length;
                }
            }
            _ => {}
        }
    }
    weights
}

/// How long an answer says it is; nothing when it only says that nothing has changed.
fn length(headers: &Value) -> u64 {
    let header = |name: &str| {
        let headers = headers.as_object().unwrap();
        let mut headers = headers.iter();
        headers.find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
    };
    let length = header("content-length").and_then(Value::as_str);
    length.map_or(0, |length| length.parse().unwrap())
}
