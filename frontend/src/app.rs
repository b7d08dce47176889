//! The root of the page, and its first two pieces: what is needed to sign in is in the program
//! itself, and what only a signed-in person needs (the shell and the engine) in a piece.

use std::cell::Cell;
use std::sync::OnceLock;
use std::time::Duration;

use leptos::prelude::*;
use shared::id::RoomId;

use crate::components::account::AccountPage;
use crate::components::dialogs::{Dialogs, provide_dialogs};
use crate::components::first_frame;
use crate::components::overlays::Overlays;
use crate::components::piece_view::PieceFailed;
use crate::components::sign_in::SignIn;
use crate::components::tools::provide_tools;
use crate::components::{drawers, page_keys};
use crate::pages::{ReaderShell, Shell};
use crate::piece::{Piece, piece_table};
use crate::route::{AccountRoute, Route};
use crate::state::{Authenticated, Client, SessionState, SignedOut};
use crate::view::{effect, memo, optional_view, reactive};
use crate::{browser, i18n, navigation, state};

/// The functions of the piece that a signed-in person needs, and who reads without a session.
#[derive(Clone, Copy)]
struct ShellPiece {
    /// Once, at the root of the page.
    start: fn(Client, Dialogs),
    enter_session: fn(Client, Authenticated),
    enter_reading: fn(Client, RoomId),
    view: fn() -> AnyView,
    /// For who reads without a session.
    reader: fn(RoomId) -> AnyView,
}

/// The functions, once they are here.
static SHELL: OnceLock<ShellPiece> = OnceLock::new();

piece_table!(
    shell,
    fn shell_piece() -> ShellPiece {
        ShellPiece {
            start,
            enter_session: Client::enter_session,
            enter_reading: Client::enter_reading,
            view: || view! { <Shell /> }.into_any(),
            reader: |room| view! { <ReaderShell room /> }.into_any(),
        }
    }
);

fn start(client: Client, dialogs: Dialogs) {
    client.start_engine();
    drawers::close_on_navigation(client);
    let tools = provide_tools();
    tools.start(client, dialogs);
    page_keys::listen(client, dialogs, tools);
}

/// The whole page. Contexts provided here live as long as the page.
#[component]
pub fn App() -> impl IntoView {
    let client = Client::new(navigation::follow());
    provide_context(client);
    i18n::follow(client.language(), browser::languages);
    let dialogs = provide_dialogs();
    let shell = Piece::new(|| {
        Box::pin(async {
            let piece = shell_piece().await.ok();
            let is_here =
                piece.is_some_and(|piece| SHELL.set(piece).is_ok() || SHELL.get().is_some());
            is_here && state::load_if_needed().await
        })
    });
    start_sessions(client, dialogs, shell);
    client.start();

    let (session, route, guests) = (client.session(), client.route(), client.guests());
    effect(move || client.read_instead(route.get()));
    // A new name is not another session.
    let who = memo(move || {
        let form = match route.get() {
            Route::Account(form) => Some(form),
            _ => None,
        };
        match (session.get(), form) {
            (SessionState::SignedIn(profile), None) => Who::Person(profile.id),
            (SessionState::SignedIn(_), Some(form)) => Who::Account(form),
            _ if shell.failure().is_some() && next(client).is_some() => Who::Stranded,
            (SessionState::Reading(room), None) => Who::Reader(room),
            (SessionState::Unknown, _) => Who::Unknown,
            (SessionState::SignedOut(_) | SessionState::Reading(_), Some(form)) => {
                Who::Account(form)
            }
            (SessionState::SignedOut(SignedOut::AccountEnded), None) => {
                Who::Account(AccountRoute::SignIn)
            }
            (SessionState::SignedOut(SignedOut::Fresh | SignedOut::Ended), None)
                if !guests.get() =>
            {
                Who::Account(AccountRoute::SignIn)
            }
            (SessionState::SignedOut(reason), None) => Who::Nobody(reason),
        }
    });
    view! {
        {reactive(move || match who.get() {
            Who::Unknown => ().into_any(),
            Who::Nobody(reason) => {
                // It comes while the person types.
                shell.load();
                view! { <SignIn reason /> }.into_any()
            }
            Who::Account(form) => {
                shell.load();
                view! { <AccountPage form /> }.into_any()
            }
            Who::Stranded => {
                first_frame::remove();
                view! { <main class="sign-in"><div class="card"><PieceFailed piece=shell /></div></main> }.into_any()
            }
            Who::Reader(room) => SHELL.get().map(|shell| (shell.reader)(room)).into_any(),
            Who::Person(_) => SHELL.get().map(|shell| shell_view(shell.view)).into_any(),
        })}
        <Overlays />
    }
}

/// The panes. Below the frame of the first paint they come in a task of their own, after the one that
/// has restored what the last visit knew.
fn shell_view(view: fn() -> AnyView) -> AnyView {
    if !first_frame::is_shown() {
        return view();
    }
    let is_due = RwSignal::new(false);
    browser::after(Duration::ZERO, move || {
        let _ = is_due.try_set(true);
    });
    optional_view(move || is_due.get().then(view)).into_any()
}

/// Whose session is to be started, or which room is to be read without one.
enum Next {
    Session(Authenticated),
    Reading(RoomId),
}

/// What is to be started as soon as the piece with the engine is here; tracked.
fn next(client: Client) -> Option<Next> {
    let person = client.authenticated().get().map(Next::Session);
    person.or_else(|| client.to_read().get().map(Next::Reading))
}

/// Starts the session of everybody who is authenticated, and the reading of who is not, as soon as the
/// piece with the engine is here.
fn start_sessions(client: Client, dialogs: Dialogs, shell: Piece) {
    // A strong one in the page's own effect would keep the page alive for ever.
    let page = Owner::current().map(|owner| owner.downgrade());
    let is_first = Cell::new(true);
    let is_started = RwSignal::new(false);
    effect(move || match next(client) {
        Some(next) if shell.is_here() => {
            let Some(piece) = SHELL.get() else { return };
            let owner = page.as_ref().and_then(WeakOwner::upgrade);
            if let Some(owner) = owner.filter(|_| is_first.take()) {
                // What it starts lives as long as the page, not as long as this effect.
                owner.with(|| (piece.start)(client, dialogs));
                // A task of its own each: the browser compiles what runs for the first time.
                browser::after(Duration::ZERO, move || {
                    let _ = is_started.try_set(true);
                });
            }
            if !is_started.get() {
                return;
            }
            let person = match next {
                Next::Reading(room) => return untrack(|| (piece.enter_reading)(client, room)),
                Next::Session(person) => person,
            };
            let leaves_form =
                person.is_new && matches!(client.route().get_untracked(), Route::Account(_));
            untrack(|| (piece.enter_session)(client, person));
            if leaves_form {
                // The link has served.
                navigation::replace("/");
            }
        }
        Some(_) if shell.failure().is_none() => shell.load(),
        Some(_) => {}
        None => {
            shell.failure();
            shell.forget_failure();
        }
    });
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Unknown,
    Nobody(SignedOut),
    /// Whoever is at a form of accounts.
    Account(AccountRoute),
    /// Somebody, but the piece that they need could not be loaded.
    Stranded,
    /// Nobody, who reads a public room.
    Reader(RoomId),
    Person(shared::id::UserId),
}
