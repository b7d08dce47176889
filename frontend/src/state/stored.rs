//! Reading what the browser has stored between visits, and storing it: what the replica knew, the
//! commands that wait, and what closed tabs have left.
//!
//! Whoever comes for the first time has nothing stored. So this is a piece of the page, which comes
//! before the session starts if something is stored, and else when the room is there.

use std::rc::Rc;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use shared::id::{RoomId, UserId};
use shared::sync::{Replica, ReplicaSnapshot, SyncOutput};
use wasm_bindgen_futures::spawn_local;

use super::drafts::{AdoptEdit, AdoptText, Drafts, IsSame};
use super::left_pending::{self, Adopt, PENDING};
use super::tab::Tab;
use crate::browser::BrowserStorage;
use crate::piece::piece_table;

/// What the replica knew.
pub(super) const KNOWN: &str = "madang.conversation";

/// What is known at the end of a visit.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredVisit {
    /// The tag of the session.
    pub tag: String,
    pub known: ReplicaSnapshot,
}

/// The functions of the piece.
#[derive(Clone, Copy)]
pub(super) struct StoredActions {
    pub read_visit: fn() -> Option<StoredVisit>,
    pub restore_visit: fn(&mut Replica, ReplicaSnapshot) -> SyncOutput,
    /// Stores what is known, of the messages those of this room, under the tag of the session.
    pub keep_visit: fn(&Replica, Option<RoomId>, String),
    pub take_pending: fn(&Rc<Tab>, &str, UserId, Adopt),
    pub adopt_draft: fn(&Rc<Drafts>, (UserId, RoomId), IsSame, AdoptText),
    pub adopt_edit: fn(&Rc<Drafts>, (UserId, RoomId), AdoptEdit),
}

static ACTIONS: OnceLock<StoredActions> = OnceLock::new();

const TABLE: StoredActions = StoredActions {
    read_visit: || BrowserStorage::Local.get(KNOWN),
    restore_visit: Replica::restore,
    keep_visit: |replica, room, tag| {
        let known = replica.snapshot(room);
        BrowserStorage::Local.set(KNOWN, &StoredVisit { tag, known });
    },
    take_pending: left_pending::take,
    adopt_draft: Drafts::adopt,
    adopt_edit: Drafts::adopt_edit,
};

piece_table!(
    stored,
    fn stored_piece() -> StoredActions {
        TABLE
    }
);

/// The functions, if they are here.
#[cfg(feature = "split")]
pub(super) fn actions() -> Option<StoredActions> {
    ACTIONS.get().copied()
}

/// Without pieces all are in the program.
#[cfg(not(feature = "split"))]
#[expect(clippy::unnecessary_wraps, reason = "with pieces they may not be here")]
pub(super) fn actions() -> Option<StoredActions> {
    Some(*ACTIONS.get_or_init(|| TABLE))
}

/// Whether something is stored that the session needs before it starts.
fn is_needed() -> bool {
    BrowserStorage::Local.text(KNOWN).is_some() || !BrowserStorage::Local.keys(PENDING).is_empty()
}

/// Loads the piece. Returns whether it is here.
pub(super) async fn load() -> bool {
    if ACTIONS.get().is_some() {
        return true;
    }
    let actions = stored_piece().await.ok();
    actions.is_some_and(|actions| ACTIONS.set(actions).is_ok() || ACTIONS.get().is_some())
}

/// Loads the piece and does something with it.
pub(super) fn run(act: Box<dyn FnOnce(StoredActions)>) {
    spawn_local(async move {
        if load().await
            && let Some(actions) = actions()
        {
            act(actions);
        }
    });
}

/// Loads the piece if the session cannot start without it. Returns whether the session can start.
pub async fn load_if_needed() -> bool {
    !is_needed() || load().await
}
