//! The signals that the engine sets and components read.

use leptos::prelude::*;
use shared::id::{Micros, RoomId};
use shared::limits::Limits;

use super::settings::PageSettings;
use super::types::{
    ConnectionStatus, NotificationPermission, OfflineNotice, SessionState, ToastMessage,
};

/// The signals that the engine sets.
#[derive(Clone, Copy)]
pub(super) struct Signals {
    pub(super) session: RwSignal<SessionState>,
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
