//! How much of the page has to come over the network, compressed, before someone can do what.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{compress, files};
use crate::process;
use crate::workspace::Workspace;

/// The most for the sign-in page, in bytes.
const SIGN_IN: u64 = 100_000;
/// The most for everything up to the open room.
const OPEN_ROOM: u64 = 266_000;
/// The most for the same with the texts of another language, of which each is a piece.
const OPEN_ROOM_IN_KOREAN: u64 = 271_000;
/// The most for each further piece.
const PIECE: u64 = 54_000;

/// A part of the page.
struct Part {
    name: String,
    bytes: u64,
    limit: u64,
}

/// Prints how heavy the parts of the page are.
pub(super) fn print(workspace: &Workspace) -> Result<()> {
    for Part { name, bytes, limit } in parts(&workspace.dist())? {
        println!(
            "  {name:<32} {:>8} of {}",
            process::format_bytes(bytes),
            process::format_bytes(limit)
        );
    }
    Ok(())
}

/// Checks that no part of the page is too heavy, and prints how heavy they are.
///
/// # Errors
/// When one is above its limit.
pub(super) fn check(workspace: &Workspace) -> Result<()> {
    print(workspace)?;
    for Part { name, bytes, limit } in parts(&workspace.dist())? {
        if bytes > limit {
            let (is, most) = (process::format_bytes(bytes), process::format_bytes(limit));
            bail!(
                "the page is too heavy: {name}: {is} compressed; the limit is {most} (see dist/)"
            );
        }
    }
    Ok(())
}

/// The sign-in page is index.html and what it names. For the open room come the files whose
/// addresses are in its element for pieces, and in Korean those for its texts. Every other module is
/// a further piece.
fn parts(dist: &Path) -> Result<Vec<Part>> {
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index)
        .with_context(|| format!("there is no page: cannot read {}", index.display()))?;
    let (mut sign_in, mut open_room, mut korean, mut further) = (0, 0, 0, Vec::new());
    for file in files::below(dist)? {
        let name = file.strip_prefix(dist).unwrap_or(&file).to_string_lossy();
        if name.ends_with(".br") {
            continue;
        }
        let bytes = compressed_size(&file)?;
        let is_named = name == "index.html" || html.contains(&*name);
        if super::pieces::is_piece(&name) {
            if listed(&html, "content").contains(&*name) {
                open_room += bytes;
            } else if listed(&html, "data-ko").contains(&*name) {
                korean += bytes;
            } else {
                further.push(Part {
                    name: name.into_owned(),
                    bytes,
                    limit: PIECE,
                });
            }
        } else if is_named {
            sign_in += bytes;
        }
    }
    let mut parts = vec![
        Part {
            name: "sign-in".to_owned(),
            bytes: sign_in,
            limit: SIGN_IN,
        },
        Part {
            name: "everything up to the open room".to_owned(),
            bytes: sign_in + open_room,
            limit: OPEN_ROOM,
        },
        Part {
            name: "the same in Korean".to_owned(),
            bytes: sign_in + open_room + korean,
            limit: OPEN_ROOM_IN_KOREAN,
        },
    ];
    parts.append(&mut further);
    Ok(parts)
}

/// The addresses in an attribute of the element for pieces.
fn listed<'a>(html: &'a str, attribute: &str) -> &'a str {
    let after = |text: &'a str, start: &str| text.split_once(start).map(|(_, after)| after);
    let element = after(html, "<meta name=pieces ");
    let value = element.and_then(|element| after(element, &format!("{attribute}=\"")));
    value
        .and_then(|value| value.split_once('"'))
        .map_or("", |(value, _)| value)
}

/// The size of a file as it is sent.
fn compressed_size(file: &Path) -> Result<u64> {
    let compressed = compress::compressed_path(file);
    let sent = if compressed.is_file() {
        &compressed
    } else {
        file
    };
    Ok(fs::metadata(sent)?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_counts_where_it_is_needed() -> Result<()> {
        let dist = tempfile::tempdir()?;
        let write = |name: &str, size: usize| fs::write(dist.path().join(name), "x".repeat(size));
        fs::write(
            dist.path().join("index.html"),
            "<meta name=pieces content=\"/madang-shell-0123456789abcdef.wasm\" \
             data-ko=\"/madang-korean-0123456789abcdef.wasm\"><script src=/web.js>",
        )?;
        let html = fs::metadata(dist.path().join("index.html"))?.len();
        write("web.js", 9_000)?;
        write("web.js.br", 1_000)?;
        write("madang-shell-0123456789abcdef.wasm", 200)?;
        write("madang-korean-0123456789abcdef.wasm", 50)?;
        write("madang-dialogs-0123456789abcdef.wasm", 30)?;
        write("unused.png", 4)?;
        let sizes: Vec<u64> = parts(dist.path())?.iter().map(|part| part.bytes).collect();
        assert_eq!(sizes, [html + 1_000, html + 1_200, html + 1_250, 30]);
        Ok(())
    }
}
