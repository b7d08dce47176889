//! The context of the parts of one row.

use leptos::prelude::*;

use crate::components::room_context::RoomContext;
use crate::state::timeline::{RowContent, RowKey, RowLayout};

/// The context of the parts of one row.
#[derive(Clone, Copy)]
pub struct RowContext {
    pub(super) key: RowKey,
    pub(super) layout: RwSignal<RowLayout>,
    pub(super) content: RwSignal<RowContent>,
    pub(super) room: RoomContext,
}
