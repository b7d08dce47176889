//! How much has to come over the wire before someone can read.

use std::collections::HashMap;

use serde_json::json;

use crate::person::Looks;
use crate::stage::Stage;

/// In bytes: everything that a first visit loads, compressed, with all headers.
const MOST: u64 = 250_000;

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

    for (visit, weights) in [("first", &first), ("second", &second)] {
        let total: u64 = weights.values().sum();
        println!("{visit} visit: {total} bytes over the wire");
        let mut weights: Vec<_> = weights.iter().collect();
        weights.sort_by_key(|(_, weight)| std::cmp::Reverse(**weight));
        for (address, weight) in weights {
            println!("  {weight:>8}  {address}");
        }
    }
    let total: u64 = first.values().sum();
    assert!(
        first.keys().any(|address| address.contains("_bg.wasm")),
        "{first:?}"
    );
    assert!(total <= MOST, "{total} bytes");
    assert!(second.values().sum::<u64>() < total / 20);
}

/// What has come over the wire since the last question, by address.
fn loaded(page: &chromium::Page) -> HashMap<String, u64> {
    let events = page.take_events(|event| event.name.starts_with("Network."));
    let mut addresses = HashMap::new();
    let mut weights = HashMap::new();
    for event in &events {
        let id = event.params["requestId"].as_str().unwrap_or_default();
        match event.name.as_str() {
            "Network.requestWillBeSent" => {
                let address = event.params["request"]["url"].as_str().unwrap();
                addresses.insert(id.to_owned(), address.to_owned());
            }
            "Network.loadingFinished" => {
                let weight = event.params["encodedDataLength"].as_f64().unwrap();
                if let Some(address) = addresses.get(id) {
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "a number of bytes"
                    )]
                    let weight = weight as u64;
                    *weights.entry(address.clone()).or_default() += weight;
                }
            }
            _ => {}
        }
    }
    weights
}
