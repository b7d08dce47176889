//! The state of the section: the invitations that there are, and those that were made here.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::Failure;
use crate::api::invites::{self, CreatedInvite, InvitePage};
use crate::components::settings::shown_once::{MOST_LINKS, ShownOnceStore};

/// An invitation that was made here. Its link is known to nobody else.
#[derive(Clone)]
pub(super) struct MadeInvitation {
    /// Its number among them.
    pub number: i64,
    pub invite: CreatedInvite,
    /// Whether it was made just now, and not before the section was opened again.
    pub is_new: bool,
}

/// What the section knows.
#[derive(Clone, Copy)]
pub(super) struct Invitations {
    pub answer: RwSignal<Option<Result<InvitePage, Failure>>>,
    /// Those whose links are shown, the newest first.
    pub made: RwSignal<Vec<MadeInvitation>>,
    /// To whom the last one was mailed.
    pub mailed_to: RwSignal<Option<String>>,
    shown_once: ShownOnceStore,
}

impl Invitations {
    /// With the links that nobody has kept yet.
    pub fn new() -> Self {
        let shown_once = ShownOnceStore::new();
        let unkept = shown_once.read(|shown| shown.invitations.clone());
        let made = (0..).zip(unkept.into_iter().rev());
        let mut made: Vec<_> = made
            .map(|(number, invite)| MadeInvitation {
                number,
                invite,
                is_new: false,
            })
            .collect();
        made.reverse();
        Invitations {
            answer: RwSignal::new(None),
            made: RwSignal::new(made),
            mailed_to: RwSignal::new(None),
            shown_once,
        }
    }

    /// Asks for the list. What is shown stays until the answer is here.
    pub fn look(self) {
        spawn_local(self.looked());
    }

    /// As [`Invitations::look`]; ends with the answer.
    pub async fn looked(self) {
        let found = invites::list().await;
        let _ = self.answer.try_set(Some(found));
    }

    /// Shows an invitation that was made.
    pub fn add(self, invite: CreatedInvite) {
        // Also if the section was left meanwhile.
        let unkept = invite.clone();
        self.shown_once
            .change(|shown| shown.invitations.insert(0, unkept));
        self.made.try_update(|made| {
            let number = made.first().map_or(0, |newest| newest.number + 1);
            made.insert(
                0,
                MadeInvitation {
                    number,
                    invite,
                    is_new: true,
                },
            );
            made.truncate(MOST_LINKS);
        });
    }

    /// The person has the link: it need not be shown again.
    pub fn has_kept(self, invite: &CreatedInvite) {
        self.shown_once
            .change(|shown| shown.invitations.retain(|other| other.link != invite.link));
    }

    /// The person has the link, and closes it.
    pub fn close(self, made: &MadeInvitation) {
        self.has_kept(&made.invite);
        self.made
            .update(|all| all.retain(|other| other.number != made.number));
    }
}
