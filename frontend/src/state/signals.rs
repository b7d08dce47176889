//! The signals that the engine sets and components read.

use leptos::prelude::*;
use shared::id::{Micros, RoomId};
use shared::limits::Limits;

use super::settings::PageSettings;
use super::types::{
    Authenticated, ConnectionStatus, NotificationPermission, OfflineNotice, OfflineReason,
    SessionState, ToastMessage,
};
use crate::api::{IdentityProvider, PresentSession};
use crate::browser;

/// The signals that the engine sets.
#[derive(Clone, Copy)]
pub(super) struct Signals {
    pub(super) session: RwSignal<SessionState>,
    /// The person whose session starts as soon as the engine is loaded.
    pub(super) authenticated: RwSignal<Option<Authenticated>>,
    /// Whether the server lets guests in, as far as is known.
    pub(super) guests: RwSignal<bool>,
    /// The identity provider, as far as is known.
    pub(super) provider: RwSignal<Option<IdentityProvider>>,
    pub(super) connection: RwSignal<ConnectionStatus>,
    pub(super) offline: RwSignal<Option<OfflineNotice>>,
    pub(super) storage_works: RwSignal<bool>,
    pub(super) room_ids: RwSignal<Vec<RoomId>>,
    pub(super) directory_known: RwSignal<bool>,
    pub(super) unread: RwSignal<u64>,
    pub(super) limits: RwSignal<Limits>,
    pub(super) settings: RwSignal<PageSettings>,
    pub(super) toast: RwSignal<Option<ToastMessage>>,
    pub(super) permission: RwSignal<NotificationPermission>,
    pub(super) today: RwSignal<Micros>,
    /// A counter that changes when people of the same name appear or disappear, so that names
    /// are shown differently.
    pub(super) people: RwSignal<u64>,
}

impl Signals {
    /// Shows how one can come in here.
    pub(super) fn show_ways_in(&self, present: &PresentSession) {
        let _ = self.guests.try_set(present.guests);
        let _ = self.provider.try_set(present.provider.clone());
    }

    /// Shows that there is no connection.
    pub(super) fn show_offline(&self, why: OfflineReason, until_ms: Option<u64>) {
        let why = if browser::is_online() {
            why
        } else {
            OfflineReason::NoNetwork
        };
        let notice = OfflineNotice { why, until_ms };
        let _ = self.offline.try_set(Some(notice));
    }
}
