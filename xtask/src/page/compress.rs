//! Compresses files ahead of time: `x.js.br` beside `x.js`, at brotli's highest quality.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use brotli::enc::BrotliEncoderParams;

/// The file types to compress; images are compressed already.
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

/// The path of the compressed form of a file.
pub(super) fn compressed_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    PathBuf::from(name)
}

/// Compresses every file below `folder`, unless that makes it larger.
pub(super) fn folder(folder: &Path) -> Result<()> {
    for file in super::files::below(folder)? {
        let extension = file.extension().and_then(|extension| extension.to_str());
        if !extension.is_some_and(|extension| COMPRESSIBLE.contains(&extension)) {
            continue;
        }
        let content = fs::read(&file)?;
        let compressed =
            brotli(&content).with_context(|| format!("cannot compress {}", file.display()))?;
        if compressed.len() < content.len() {
            fs::write(compressed_path(&file), compressed)?;
        }
    }
    Ok(())
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        // The largest window that the format has, so that it covers the whole file.
        lgwin: 24,
        // Separate statistics for every 64 kB, because the parts of a program differ.
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
    fn decompressing_restores_the_content() -> Result<()> {
        let content = "courtyard ".repeat(500);
        let compressed = brotli(content.as_bytes())?;
        assert!(compressed.len() < 100);
        let mut restored = Vec::new();
        brotli::BrotliDecompress(&mut &*compressed, &mut restored)?;
        assert_eq!(restored, content.as_bytes());
        Ok(())
    }
}
