//! What a person may not do for a time.

use serde::{Deserialize, Serialize};

use crate::id::{Micros, Rev};

/// What a person may not do for a time, as that person sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Restriction {
    /// The revision of the person's own stream that last changed this.
    #[serde(default)]
    pub rev: Rev,
    /// Until when the person reads and does not write; absent if there is no time-out. It may be
    /// over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timed_out_until: Option<Micros>,
}

impl Restriction {
    /// Until when the person only reads, if that is not over.
    pub fn timed_out(&self, now: Micros) -> Option<Micros> {
        self.timed_out_until.filter(|until| *until > now)
    }
}
