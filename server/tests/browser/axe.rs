//! What axe-core says of a page.

use std::{env, fs};

use serde_json::Value;

use crate::keep;
use crate::person::Person;

/// The environment variable that says where `axe.min.js` is; `cargo xtask test` sets it.
const AXE: &str = "MADANG_TEST_AXE";

/// Takes a picture with this name, and fails if axe-core finds fault with the page.
#[track_caller]
pub fn look_at(person: &Person, name: &str) {
    // What fades in would have too little contrast on its way.
    person.look(
        "seen.frame().then(() => Promise.allSettled(document.getAnimations()
            .filter(animation => animation.effect.getComputedTiming().endTime !== Infinity)
            .map(animation => animation.finished)))",
    );
    keep::screenshot(&person.page, name);
    if !person.finds("globalThis.axe") {
        let path = env::var(AXE)
            .unwrap_or_else(|_| panic!("{AXE} is not set; run: cargo xtask test --only browser"));
        person.look(&fs::read_to_string(path).unwrap());
    }
    let found = person.look(
        "axe.run(document, { resultTypes: ['violations'] }).then(found =>
            found.violations.map(({ id, impact, nodes }) => ({ id, impact, nodes:
                nodes.slice(0, 4).map(node => [node.target.join(' '), node.failureSummary]) })))",
    );
    assert_eq!(found, Value::Array(Vec::new()), "{name}: {found:#}");
}
