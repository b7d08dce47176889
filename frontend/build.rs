//! Lets the linker keep what the page's build needs to take the program apart.

use std::env;

/// What an open room needs. Memory that is never touched costs nothing, but each time the program asks
/// for a little more the browser stops for milliseconds.
const INITIAL_MEMORY: u32 = 8 << 20;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
        println!("cargo::rustc-link-arg-bins=--initial-memory={INITIAL_MEMORY}");
    }
}
