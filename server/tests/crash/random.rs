//! Random numbers that can be repeated from a seed.

use std::time::{SystemTime, UNIX_EPOCH};

/// The environment variable that repeats a run. Which moments it meets in the server
/// still depends on the machine.
pub const SEED: &str = "MADANG_CRASH_SEED";

/// A generator of numbers (`SplitMix64`): good enough to choose moments by.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// A sequence of its own for someone who works at the same time.
    pub fn fork(&mut self) -> Self {
        Random(self.next())
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// A place in a list of this length.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap()
    }
}

/// The seed of this run: [`SEED`] if it is set, else another one each time.
pub fn seed() -> u64 {
    if let Ok(text) = std::env::var(SEED) {
        return text.parse().expect("the seed is a number");
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Random(u64::try_from(now.as_micros()).unwrap()).below(1_000_000)
}
