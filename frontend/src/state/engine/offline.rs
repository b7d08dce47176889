//! The offline notice: why there is no connection, and when the next attempt starts.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use shared::error::ErrorCode;
use wasm_bindgen_futures::spawn_local;

use super::Engine;
use crate::api;
use crate::browser;
use crate::state::authentication::{forbidden, why};
use crate::state::types::{ConnectionStatus, OfflineReason, SignedOut};

/// A shorter interruption of the connection is not shown.
const GRACE: Duration = Duration::from_secs(4);
/// A restart takes no longer than this, in milliseconds; after that the server is unreachable.
const RESTART_MS: f64 = 30_000.0;
pub(super) const RESTARTING: OfflineReason = OfflineReason::Refused(ErrorCode::ShuttingDown);
impl Engine {
    /// Connected, or nobody is signed in: no offline notice.
    pub(super) fn clear_offline_notice(&self) {
        self.down_since.set(None);
        self.offline_reason.set(OfflineReason::NoAnswer);
        let _ = self.signals.offline.try_set(None);
    }

    /// The browser has lost its network. A person sees that too, so it is said without a grace
    /// period. The connection may look open for a long time; the socket checks it.
    pub(super) fn network_lost(self: &Rc<Self>) {
        if self.is_active() {
            let since = browser::now_ms() - GRACE.as_secs_f64() * 1_000.0;
            self.down_since.set(Some(since));
            self.refresh_offline_notice();
        }
    }

    /// The server has answered a ping: the connection is there, whatever the browser says of the
    /// network.
    pub(super) fn line_answered(&self) {
        if self.signals.connection.try_get_untracked() == Some(ConnectionStatus::Live) {
            self.clear_offline_notice();
        }
    }

    /// A refused WebSocket has no reason; an HTTP request gets one.
    pub(super) fn ask_why_refused(self: &Rc<Self>) {
        let (engine, generation) = (Rc::clone(self), self.authentication.generation());
        spawn_local(async move {
            let answer = api::session().await;
            if engine.authentication.generation() != generation {
                return;
            }
            match answer {
                Ok(session)
                    if session.user.is_none()
                        && !(session.public_reading && engine.reads().is_some()) =>
                {
                    engine.session_ended();
                }
                Ok(_) => engine.set_offline_reason(OfflineReason::NoSocket),
                Err(failure) => match forbidden(&failure) {
                    Some(code) => engine.end_session(SignedOut::Forbidden(code)),
                    None => engine.set_offline_reason(why(&failure)),
                },
            }
        });
    }

    /// Sets why there is no connection.
    pub(super) fn set_offline_reason(self: &Rc<Self>, why: OfflineReason) {
        let down = self.down_since.get();
        let is_short = down.is_some_and(|since| browser::now_ms() - since < RESTART_MS);
        // A restarting server does not answer for a while.
        if self.offline_reason.get() != RESTARTING || why != OfflineReason::NoAnswer || !is_short {
            self.offline_reason.set(why);
        }
        self.refresh_offline_notice();
    }

    /// Updates the offline notice, which appears after a grace period.
    pub(super) fn update_offline_notice(self: &Rc<Self>, until_ms: Option<u64>) {
        let now = browser::now_ms();
        let since = self.down_since.get().unwrap_or_else(|| {
            self.down_since.set(Some(now));
            let engine = Rc::clone(self);
            browser::after(GRACE + Duration::from_millis(10), move || {
                engine.refresh_offline_notice();
            });
            now
        });
        if now - since >= GRACE.as_secs_f64() * 1_000.0 {
            self.signals
                .show_offline(self.offline_reason.get(), until_ms);
        }
    }

    pub(super) fn refresh_offline_notice(self: &Rc<Self>) {
        if self.down_since.get().is_some() {
            self.update_offline_notice(match self.signals.connection.try_get_untracked() {
                Some(ConnectionStatus::Waiting { until_ms }) => Some(until_ms),
                _ => None,
            });
        }
    }
}
