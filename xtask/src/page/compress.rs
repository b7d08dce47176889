//! Compression ahead of time: `x.js.br` beside `x.js`, at brotli's best.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use brotli::enc::BrotliEncoderParams;

/// Kinds of files that gain from compression; images are compressed already.
const COMPRESSIBLE: [&str; 11] = [
    "css",
    "html",
    "ico",
    "js",
    "json",
    "map",
    "mjs",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
];

/// Where the compressed form of a file stands.
pub(super) fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    PathBuf::from(name)
}

/// Compresses every file below `folder` that gets smaller by it.
pub(super) fn folder(folder: &Path) -> Result<()> {
    for file in super::files(folder)? {
        let extension = file.extension().and_then(|extension| extension.to_str());
        if !extension.is_some_and(|extension| COMPRESSIBLE.contains(&extension)) {
            continue;
        }
        let content = fs::read(&file)?;
        let compressed =
            brotli(&content).with_context(|| format!("cannot compress {}", file.display()))?;
        if compressed.len() < content.len() {
            fs::write(beside(&file), compressed)?;
        }
    }
    Ok(())
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        // A window as large as the format has: the whole file counts.
        lgwin: 24,
        // Statistics of their own for every 64 kB of it: code changes its character.
        lgblock: 16,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_can_be_read_again() -> Result<()> {
        let content = "courtyard ".repeat(500);
        let compressed = brotli(content.as_bytes())?;
        assert!(compressed.len() < 100);
        let mut restored = Vec::new();
        brotli::BrotliDecompress(&mut &*compressed, &mut restored)?;
        assert_eq!(restored, content.as_bytes());
        Ok(())
    }
}
