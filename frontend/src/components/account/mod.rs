//! The forms of accounts: claiming the place, following an invitation or another link, signing in.
//!
//! Few need them, so they are a piece of the page. The secret of a link stands in the address'
//! fragment and nowhere else; the page leaves that address once it is signed in.

mod email;
pub(super) mod field;
mod forgotten;
pub(super) mod form;
mod guest_of_room;
mod join;
mod link;
mod new_account;
mod passkey;
mod sign_in;
mod sign_up;
mod signed_in;
pub(super) mod strength;
mod unanswered;

use std::sync::OnceLock;

use leptos::prelude::*;
use shared::model::{Profile, Role, SignUp};

use super::first_frame;
use super::piece_view::PieceView;
use super::sign_in::Languages;
use crate::browser;
use crate::i18n::account::words;
use crate::piece::{Piece, piece_table};
use crate::route::AccountRoute;
use crate::state::{SessionState, use_client};
use crate::view::{memo, reactive};

use email::{ProveEmail, SignInFirst};
use forgotten::Forgotten;
use join::Join;
use link::FollowLink;
use new_account::NewAccountForm;
use sign_in::SignIn;
use sign_up::SignUpForm;
use signed_in::{DeadLink, Offer, SignedIn};

/// The function of the piece, once it is here.
static SHOW: OnceLock<fn(AccountRoute) -> AnyView> = OnceLock::new();

piece_table!(
    account,
    fn account_piece() -> fn(AccountRoute) -> AnyView {
        show
    }
);

/// The page with a form of accounts, which loads the piece.
#[component]
pub fn AccountPage(
    /// Which form.
    form: AccountRoute,
) -> impl IntoView {
    let piece = Piece::new(|| {
        Box::pin(async {
            let show = account_piece().await.ok();
            show.is_some_and(|show| SHOW.set(show).is_ok() || SHOW.get().is_some())
        })
    });
    if SHOW.get().is_none() {
        piece.load();
    }
    first_frame::remove();
    view! {
        <main class="sign-in">
            {reactive(move || match (piece.is_here(), SHOW.get()) {
                (_, Some(show)) => show(form),
                _ => view! { <div class="card"><PieceView piece /></div> }.into_any(),
            })}
            <Languages />
        </main>
    }
}

/// The form, or as whom somebody is signed in already.
fn show(form: AccountRoute) -> AnyView {
    let session = use_client().session();
    // Whether the guest who is signed in becomes the account.
    let keeps = RwSignal::new(false);
    let shown = memo(move || match session.get() {
        SessionState::SignedIn(guest) if guest.role == Role::Guest && keeps.get() => Shown::Guest,
        SessionState::SignedIn(profile) => Shown::SignedIn(profile),
        _ => Shown::Nobody,
    });
    let guest = move || match session.get_untracked() {
        SessionState::SignedIn(profile) => Some(profile),
        _ => None,
    };
    let provider = use_client().provider();
    let sign_up = use_client().sign_up();
    let has_sign_up = memo(move || sign_up.get() != SignUp::Off);
    let token = RwSignal::new(secret());
    // Another link, followed in the same tab. With the same one the form stays.
    browser::on_window("hashchange", move |_| {
        let secret = secret();
        if token.get_untracked() != secret {
            token.set(secret);
        }
    })
    .with_owner();
    reactive(move || match (shown.get(), form) {
        (Shown::SignedIn(_), AccountRoute::Email) if !token.read().is_empty() => {
            view! { <ProveEmail token=token.get() /> }.into_any()
        }
        (Shown::SignedIn(profile), _) => {
            let label = offer(form).filter(|_| profile.role == Role::Guest);
            let offer = label.map(|label| Offer {
                label,
                is_chosen: keeps,
            });
            // It may be known later than who is signed in.
            let provider = provider
                .get()
                .filter(|_| form == AccountRoute::SignIn && profile.role == Role::Guest);
            view! { <SignedIn profile offer provider /> }.into_any()
        }
        (_, AccountRoute::SignIn) => view! { <SignIn /> }.into_any(),
        (_, AccountRoute::Forgot) => view! { <Forgotten /> }.into_any(),
        // Only its person proves an address.
        (_, AccountRoute::Email) => view! { <SignInFirst /> }.into_any(),
        (_, AccountRoute::SignUp) if has_sign_up.get() => view! { <SignUpForm /> }.into_any(),
        (_, AccountRoute::SignUp) => view! { <SignIn /> }.into_any(),
        _ if token.read().is_empty() => view! { <DeadLink /> }.into_any(),
        (_, AccountRoute::Link) => view! { <FollowLink token=token.get() /> }.into_any(),
        (_, AccountRoute::Join) => view! { <Join token=token.get() guest=guest() /> }.into_any(),
        (_, AccountRoute::Claim) => {
            view! { <NewAccountForm token=token.get() invitation=None guest=guest() /> }.into_any()
        }
    })
    .into_any()
}

/// Who sees a form.
#[derive(Clone, PartialEq, Eq)]
enum Shown {
    Nobody,
    /// Somebody who has to choose first.
    SignedIn(Profile),
    /// A guest who becomes the account.
    Guest,
}

/// What a form offers a guest.
fn offer(form: AccountRoute) -> Option<fn(&str) -> String> {
    match form {
        AccountRoute::Claim => Some(|name| (words().become_owner)(name)),
        AccountRoute::Join => Some(|name| (words().become_member)(name)),
        AccountRoute::Link
        | AccountRoute::SignIn
        | AccountRoute::SignUp
        | AccountRoute::Forgot
        | AccountRoute::Email => None,
    }
}

/// The secret of the link that led here.
fn secret() -> String {
    let hash = browser::window().location().hash().unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}
