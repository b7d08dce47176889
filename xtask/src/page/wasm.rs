//! The binary format of WebAssembly modules, as far as the page's build reads and writes it
//! (WebAssembly core specification 2.0, 5.5).

use anyhow::{Context as _, Result, bail};

/// The start of a module: its magic number and version (5.5.16).
pub(super) const HEADER: &[u8] = b"\0asm\x01\0\0\0";
/// The ids of sections (5.5.2).
pub(super) const CUSTOM: u8 = 0;
pub(super) const IMPORTS: u8 = 2;
pub(super) const EXPORTS: u8 = 7;

/// The sections of a module: each with its id and its content.
pub(super) fn sections(module: &[u8]) -> Result<Vec<(u8, &[u8])>> {
    let Some(rest) = module.strip_prefix(HEADER) else {
        bail!("it is not WebAssembly");
    };
    let mut rest = Reader(rest);
    let mut sections = Vec::new();
    while !rest.0.is_empty() {
        sections.push((rest.byte()?, rest.sized()?));
    }
    Ok(sections)
}

/// Adds a section to a module.
pub(super) fn push_section(module: &mut Vec<u8>, id: u8, content: &[u8]) {
    module.push(id);
    push_sized(module, content);
}

/// The part of a module that is not read yet.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.0.split_first().context("it ends too early")?;
        self.0 = rest;
        Ok(*first)
    }

    /// Reads an unsigned LEB128 number (5.2.2).
    pub(super) fn number(&mut self) -> Result<u64> {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
    }

    /// Reads a length and that many bytes.
    pub(super) fn sized(&mut self) -> Result<&'a [u8]> {
        let length = usize::try_from(self.number()?)?;
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .context("it ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    /// Reads the description of an import (5.5.5); returns its bytes.
    pub(super) fn description(&mut self) -> Result<&'a [u8]> {
        let before = self.0;
        match self.byte()? {
            // A function: its type.
            0 => {
                self.number()?;
            }
            // A table: the type of its elements, and how many.
            1 => {
                self.byte()?;
                self.limits()?;
            }
            // A memory.
            2 => self.limits()?,
            // A global: its type, and whether it can change.
            3 => {
                self.byte()?;
                self.byte()?;
            }
            // A tag: its attribute and type.
            4 => {
                self.byte()?;
                self.number()?;
            }
            kind => bail!("it imports something of an unknown kind: {kind}"),
        }
        Ok(&before[..before.len() - self.0.len()])
    }

    fn limits(&mut self) -> Result<()> {
        let has_most = self.byte()? & 1 == 1;
        self.number()?;
        if has_most {
            self.number()?;
        }
        Ok(())
    }
}

pub(super) fn push_sized(into: &mut Vec<u8>, bytes: &[u8]) {
    push_number(into, bytes.len() as u64);
    into.extend(bytes);
}

pub(super) fn push_number(into: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        into.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    into.push(number.to_le_bytes()[0]);
}
