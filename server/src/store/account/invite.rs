//! An invite that is created.

use shared::id::{Micros, RoomId};
use shared::model::Role;

use super::identifier::LinkHash;

/// An invite that is created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvite {
    /// Its secret.
    pub token: LinkHash,
    /// What who joins by it becomes.
    pub role: Role,
    /// The rooms of which who joins becomes a member, as far as they are private. A guest sees
    /// the one room that this names, and no other.
    pub rooms: Vec<RoomId>,
    /// Whether guests see what was written before they came. Others see it anyway.
    pub with_history: bool,
    /// When it ends; none: it stays.
    pub expires_at: Option<Micros>,
    /// How often it can be used; none: as often as one likes.
    pub max_uses: Option<u32>,
    /// To whom it is mailed: nobody else gets its link, and it works once.
    pub mailed_to: Option<String>,
}
