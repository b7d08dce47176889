//! What a refusal means and what to do, a sentence for each of the server's codes.

pub(super) mod en;
pub(super) mod ko;
