//! Authentication: who is signed in, and signing in.
//!
//! This is all of the state that the sign-in page needs. The engine is in a piece of the page that
//! loads later (`app.rs`), so nothing here may use it.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::id::RoomId;
use shared::model::Profile;
use wasm_bindgen_futures::spawn_local;

use super::signals::Signals;
use super::types::{Authenticated, OfflineReason, SessionState, SignedOut};
use crate::api::{self, Failure, PresentSession};
use crate::browser::{self, BrowserStorage};
use crate::route::Route;

/// The storage key of the last signed-in person: the page starts without waiting for the
/// server.
pub(super) const ME: &str = "madang.me";
/// How long to wait before asking the server again who is signed in, in milliseconds.
const ASK_AGAIN_MS: u64 = 3_000;

/// Finds out who is signed in.
pub(super) struct Authentication {
    signals: Signals,
    /// Counts sessions: an answer to a request of an earlier session is ignored.
    generation: AtomicU32,
    /// Whether a request is under way that ends this session and begins another.
    replaces_session: AtomicBool,
    /// The room that cannot be read without a session; 0: none was asked for. Whoever asks for it
    /// again reloads the page.
    unreadable: AtomicI64,
}

impl Authentication {
    pub(super) fn new(signals: &Signals) -> Self {
        Authentication {
            signals: *signals,
            generation: AtomicU32::new(0),
            replaces_session: AtomicBool::new(false),
            unreadable: AtomicI64::new(0),
        }
    }

    /// Starts with the last signed-in person; asks the server if there is none.
    pub(super) fn start(&'static self) {
        match BrowserStorage::Local.get::<Profile>(ME) {
            Some(profile) => self.authenticated(profile, false),
            None => self.ask(),
        }
    }

    /// Asks the server who is signed in, until it answers. A later call replaces an earlier one.
    pub(super) fn ask(&'static self) {
        spawn_local(self.ask_until_answered());
    }

    async fn ask_until_answered(&'static self) {
        let generation = self.next_generation();
        while self.generation() == generation {
            let answer = api::session().await;
            if self.generation() != generation {
                return;
            }
            match answer {
                Ok(PresentSession {
                    user: Some(profile),
                    ..
                }) => return self.authenticated(profile, false),
                // The form of the first paint may have signed in since the question.
                Ok(present) => {
                    self.signals.show_ways_in(&present);
                    return match BrowserStorage::Local.get::<Profile>(ME) {
                        Some(profile) => self.authenticated(profile, false),
                        None => self.read_or_sign_in(present.public_reading),
                    };
                }
                Err(failure) => {
                    if let Some(code) = forbidden(&failure) {
                        return self.show_sign_in(SignedOut::Forbidden(code));
                    }
                    let next = browser::unix_ms() + ASK_AGAIN_MS;
                    self.signals.show_offline(why(&failure), Some(next));
                    browser::sleep(Duration::from_millis(ASK_AGAIN_MS)).await;
                }
            }
        }
    }

    /// Nobody is signed in: reads the room of the address, where that is allowed without a session.
    fn read_or_sign_in(&self, public_reading: bool) {
        if !(public_reading && self.read_instead(Route::parse(&browser::path()))) {
            self.show_sign_in(SignedOut::Fresh);
        }
    }

    /// Reads the room of an address, unless it is known to be one that cannot be read. Returns whether
    /// it does.
    pub(super) fn read_instead(&self, route: Route) -> bool {
        let unreadable = RoomId(self.unreadable.load(Ordering::Relaxed));
        let room = route.room().filter(|room| *room != unreadable);
        if room.is_some() {
            let _ = self.signals.to_read.try_set(room);
        }
        room.is_some()
    }

    /// A room cannot be read without a session.
    pub(super) fn cannot_read(&self, room: RoomId) {
        self.unreadable.store(room.0, Ordering::Relaxed);
        self.show_sign_in(SignedOut::Fresh);
    }

    /// Signs in as a guest with this name.
    pub(super) async fn sign_in(&self, name: &str) -> Result<(), Failure> {
        let profile = api::sign_in(name).await?;
        self.authenticated(profile, true);
        Ok(())
    }

    /// A request begins, or ends, that ends this session and begins another. The end of the
    /// session may be noticed before the answer with the next one is here.
    pub(super) fn replace_session(&self, is_under_way: bool) {
        self.replaces_session.store(is_under_way, Ordering::Relaxed);
    }

    pub(super) fn replaces_session(&self) -> bool {
        self.replaces_session.load(Ordering::Relaxed)
    }

    /// Takes up the session that another tab may have begun.
    pub(super) async fn take_up_session(&self) {
        let generation = self.generation();
        let Ok(present) = api::session().await else {
            return;
        };
        self.signals.show_ways_in(&present);
        if let Some(profile) = present.user
            && self.generation() == generation
        {
            self.authenticated(profile, false);
        }
    }

    /// A person is signed in: their session can start.
    pub(super) fn authenticated(&self, profile: Profile, is_new: bool) {
        self.next_generation();
        let _ = self
            .signals
            .authenticated
            .try_set(Some(Authenticated { profile, is_new }));
    }

    /// Nobody is signed in.
    pub(super) fn show_sign_in(&self, reason: SignedOut) {
        self.next_generation();
        let _ = self.signals.offline.try_set(None);
        let _ = self
            .signals
            .session
            .try_set(SessionState::SignedOut(reason));
    }

    pub(super) fn generation(&self) -> u32 {
        self.generation.load(Ordering::Relaxed)
    }

    /// From now on answers to earlier requests are ignored.
    pub(super) fn next_generation(&self) -> u32 {
        self.generation.fetch_add(1, Ordering::Relaxed);
        self.generation()
    }
}

/// The reason of a failed request.
pub(super) fn why(failure: &Failure) -> OfflineReason {
    failure
        .code()
        .map_or(OfflineReason::NoAnswer, OfflineReason::Refused)
}

/// The code, if the server does not allow this page or address.
pub(super) fn forbidden(failure: &Failure) -> Option<ErrorCode> {
    failure
        .code()
        .filter(|code| matches!(code, ErrorCode::OriginForbidden | ErrorCode::HostForbidden))
}
