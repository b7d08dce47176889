//! Finds many byte strings in large data, in one pass.

use std::collections::HashMap;

/// Byte strings to be found, each with a number.
pub struct Needles<'a> {
    numbers: HashMap<&'a [u8], usize>,
    lengths: Vec<usize>,
    /// Whether any of them begins with this byte: most places in a page are passed over.
    begins: [bool; 256],
}

impl<'a> Needles<'a> {
    /// Takes them, none of them empty.
    pub fn new(needles: impl IntoIterator<Item = (&'a [u8], usize)>) -> Self {
        let numbers: HashMap<_, _> = needles.into_iter().collect();
        let mut lengths: Vec<_> = numbers.keys().map(|needle| needle.len()).collect();
        lengths.sort_unstable();
        lengths.dedup();
        let mut begins = [false; 256];
        for needle in numbers.keys() {
            begins[usize::from(needle[0])] = true;
        }
        Needles {
            numbers,
            lengths,
            begins,
        }
    }

    /// Calls `call` with the position and the number of each that `data` contains.
    pub fn find(&self, data: &[u8], mut call: impl FnMut(usize, usize)) {
        for (at, byte) in data.iter().enumerate() {
            if !self.begins[usize::from(*byte)] {
                continue;
            }
            for &length in &self.lengths {
                let part = data.get(at..at + length);
                if let Some(&number) = part.and_then(|part| self.numbers.get(part)) {
                    call(at, number);
                }
            }
        }
    }
}
