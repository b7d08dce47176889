//! Makes the hashes in file names depend on the final content.
//!
//! Browsers cache a file with a hash in its name forever. Trunk hashes the WebAssembly before
//! wasm-bindgen and wasm-opt change it, so another version of these tools would produce a
//! different file with the same name. Browsers with the old file in the cache would then refuse
//! it, because it does not match the integrity attribute.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::fingerprint::hex;

/// Renames each hashed file in `folder` by its content, also in `index.html`.
pub(super) fn rename_by_content(folder: &Path) -> Result<()> {
    let index = folder.join("index.html");
    let mut html =
        fs::read_to_string(&index).with_context(|| format!("Trunk left no {}", index.display()))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((before, after)) = split_at_hash(&name) else {
            continue;
        };
        // A file that the page does not name is referred to elsewhere; keep its name.
        if !html.contains(&name) {
            continue;
        }
        let digest = hex(&Sha256::digest(fs::read(entry.path())?));
        let renamed = format!("{before}{}{after}", &digest[..16]);
        html = html.replace(&name, &renamed);
        fs::rename(entry.path(), folder.join(&renamed))
            .with_context(|| format!("cannot rename {name} to {renamed}"))?;
    }
    fs::write(&index, html).with_context(|| format!("cannot write {}", index.display()))
}

/// Splits `web-<hash>_bg.wasm` into the parts before and after the hash.
fn split_at_hash(name: &str) -> Option<(&str, &str)> {
    let dot = name.rfind('.')?;
    let stem = &name[..dot];
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let dash = stem.rfind('-')?;
    let hash = &stem[dash + 1..];
    // Trunk writes 64 bits without leading zeros.
    let is_hash = (12..=16).contains(&hash.len()) && hash.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then(|| (&name[..=dash], &name[stem.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_found_in_names_by_trunk() {
        let cases = [
            ("web-0123456789abcdef_bg.wasm", Some(("web-", "_bg.wasm"))),
            (
                "madang-web-123456789abcdef.js",
                Some(("madang-web-", ".js")),
            ),
            ("madang-web.js", None),
            ("index.html", None),
            ("LICENSE", None),
        ];
        for (name, expected) in cases {
            assert_eq!(split_at_hash(name), expected, "{name}");
        }
    }

    #[test]
    fn files_are_renamed_by_their_content() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let old = "web-0123456789abcdef_bg.wasm";
        fs::write(folder.path().join(old), "abc")?;
        fs::write(folder.path().join("index.html"), format!("<a href=/{old}>"))?;
        rename_by_content(folder.path())?;

        // The first digits of SHA-256 of "abc".
        let new = "web-ba7816bf8f01cfea_bg.wasm";
        assert_eq!(fs::read_to_string(folder.path().join(new))?, "abc");
        let html = fs::read_to_string(folder.path().join("index.html"))?;
        assert_eq!(html, format!("<a href=/{new}>"));
        Ok(())
    }
}
