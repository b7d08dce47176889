//! The signals that the engine sets and components read.

use leptos::prelude::*;
use shared::id::{Micros, RoomId};
use shared::limits::Limits;
use shared::model::SignUp;

use super::room_list::ListedSection;
use super::settings::PageSettings;
use super::types::{
    Authenticated, ConnectionStatus, NotificationPermission, OfflineNotice, OfflineReason,
    SessionState, ToastMessage,
};
use crate::api::{IdentityProvider, PresentSession};
use crate::browser::{self, BrowserStorage};
use crate::i18n::t;

/// The signals that the engine sets.
#[derive(Clone, Copy)]
pub(super) struct Signals {
    pub(super) session: RwSignal<SessionState>,
    /// The person whose session starts as soon as the engine is loaded.
    pub(super) authenticated: RwSignal<Option<Authenticated>>,
    /// The room that is read without a session as soon as the engine is loaded.
    pub(super) to_read: RwSignal<Option<RoomId>>,
    /// Whether the server lets guests in, as far as is known.
    pub(super) guests: RwSignal<bool>,
    /// Whether one can read public rooms without a session, as far as is known.
    pub(super) public_reading: RwSignal<bool>,
    /// The name of the place; empty if it has none or it is not known.
    pub(super) place_name: RwSignal<String>,
    /// Who gets an account without an invitation, as far as is known.
    pub(super) sign_up: RwSignal<SignUp>,
    /// Whether the server sends mail, as far as is known.
    pub(super) sends_mail: RwSignal<bool>,
    /// The identity provider, as far as is known.
    pub(super) provider: RwSignal<Option<IdentityProvider>>,
    pub(super) connection: RwSignal<ConnectionStatus>,
    pub(super) offline: RwSignal<Option<OfflineNotice>>,
    pub(super) storage_works: RwSignal<bool>,
    /// The only room that exists for the person, if that is a guest of one room.
    pub(super) only_room: RwSignal<Option<RoomId>>,
    /// The person's rooms by name.
    pub(super) room_ids: RwSignal<Vec<RoomId>>,
    pub(super) sections: RwSignal<Vec<ListedSection>>,
    /// The sections that are collapsed in this browser.
    pub(super) collapsed: RwSignal<Vec<String>>,
    /// Whether the list of rooms has arrived.
    pub(super) list_known: RwSignal<bool>,
    pub(super) unread: RwSignal<u64>,
    /// How many of them are addressed to the person.
    pub(super) addressed: RwSignal<u64>,
    /// Until when the person only reads, while that is so.
    pub(super) timed_out: RwSignal<Option<Micros>>,
    pub(super) limits: RwSignal<Limits>,
    pub(super) settings: RwSignal<PageSettings>,
    pub(super) toast: RwSignal<Option<ToastMessage>>,
    pub(super) permission: RwSignal<NotificationPermission>,
    pub(super) today: RwSignal<Micros>,
    /// A counter that changes when people of the same name appear or disappear, so that names
    /// are shown differently.
    pub(super) people: RwSignal<u64>,
}

/// Where the name of the place is stored, so that the next page shows it at once.
const PLACE: &str = "madang.place";

/// The name of the place, as an earlier page has learned it.
pub(super) fn known_place_name() -> String {
    BrowserStorage::Local.get(PLACE).unwrap_or_default()
}

impl Signals {
    /// Shows how one can come in here.
    pub(super) fn show_ways_in(&self, present: &PresentSession) {
        let _ = self.guests.try_set(present.guests);
        let _ = self.public_reading.try_set(present.public_reading);
        let _ = self.sign_up.try_set(present.sign_up);
        let _ = self.sends_mail.try_set(present.sends_mail);
        let _ = self.provider.try_set(present.provider.clone());
        self.show_place_name(&present.place_name);
    }

    pub(super) fn show_place_name(&self, name: &String) {
        if self.place_name.try_with_untracked(|known| known != name) == Some(true) {
            BrowserStorage::Local.set(PLACE, name);
            let _ = self.place_name.try_set(name.clone());
        }
    }

    /// The name of the place, or of the program; tracked.
    pub(super) fn place_title(&self) -> String {
        let name = self.place_name.get();
        if name.is_empty() {
            t().app.name.to_owned()
        } else {
            name
        }
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
