//! The state of the section: the invitations that there are, and the new one.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::Failure;
use crate::api::invites::{self, CreatedInvite, InvitePage};

/// What the section knows.
#[derive(Clone, Copy)]
pub(super) struct Invitations {
    pub answer: RwSignal<Option<Result<InvitePage, Failure>>>,
    /// The one that was made here last, with its link, which is known to nobody else, or to whom
    /// it is mailed.
    pub created: RwSignal<Option<(CreatedInvite, Option<String>)>>,
}

impl Invitations {
    /// Asks for the list. What is shown stays until the answer is here.
    pub fn look(self) {
        spawn_local(async move {
            let found = invites::list().await;
            let _ = self.answer.try_set(Some(found));
        });
    }
}
