//! Pictures, for people to look at afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use chromium::Page;

/// `target/screenshots`.
fn folder() -> PathBuf {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    scratch.parent().unwrap_or(scratch).join("screenshots")
}

/// Keeps a picture of a page; where.
pub fn screenshot(page: &Page, name: &str) -> PathBuf {
    picture(&page.screenshot().unwrap(), name)
}

/// Keeps a picture, which is a PNG file; where.
pub fn picture(png: &[u8], name: &str) -> PathBuf {
    let file = folder().join(format!("{name}.png"));
    fs::create_dir_all(folder()).unwrap();
    fs::write(&file, png).unwrap();
    file
}

/// Keeps a picture of what a failed test saw last.
pub fn failure(page: &Page) {
    let test = thread::current()
        .name()
        .unwrap_or("test")
        .replace("::", "-");
    let file = folder().join(format!("failed-{test}.png"));
    // The test has failed already; there may be nothing left to see.
    if let Ok(picture) = page.screenshot()
        && fs::create_dir_all(folder()).is_ok()
        && fs::write(&file, picture).is_ok()
    {
        eprintln!("what {test} saw last: {}", file.display());
    }
}
