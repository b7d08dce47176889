//! What the page knows and what it can do: the [`Client`].
//!
//! The client owns the connection and the sync state machine of `shared`, turns
//! what that machine says into fine signals, and carries a person's actions to it.
//! Everything here lives at the root of the page and is never disposed, so async
//! code may use it at any time. No markup, no styles, and nothing that knows a
//! WebSocket lives here.

mod settings;
mod types;

pub use settings::{Language, SendKey, Settings, Theme};
pub use types::{
    Connection, Failure, Notice, OfflineNotice, Presence, RoomRow, RoomState, Session, SignedOut,
    Typists,
};

use leptos::prelude::*;
use shared::id::{RoomId, Seq};
use shared::limits::Limits;
use shared::model::Profile;

/// The handle that every component uses: `let client = use_client();`.
#[derive(Clone, Copy)]
pub struct Client {
    session: RwSignal<Session>,
    connection: RwSignal<Connection>,
    offline: RwSignal<Option<OfflineNotice>>,
    rooms: RwSignal<Vec<RoomRow>>,
    directory_known: RwSignal<bool>,
    settings: RwSignal<Settings>,
    notice: RwSignal<Option<Notice>>,
    panes: Panes,
}

/// The panes that open over the conversation where the screen is narrow.
#[derive(Clone, Copy)]
pub struct Panes {
    /// The list of rooms. Meaningless where it always stands beside.
    pub sidebar: RwSignal<bool>,
    /// The list of people in the room. Starts open on a wide screen.
    pub people: RwSignal<bool>,
}

/// The client of this page.
///
/// # Panics
/// Outside of the page's tree, where nobody provided it.
pub fn use_client() -> Client {
    expect_context::<Client>()
}

impl Client {
    /// Who is signed in.
    pub fn session(self) -> Signal<Session> {
        self.session.into()
    }

    /// The signed-in person; `None` before and after.
    pub fn me(self) -> Signal<Option<Profile>> {
        let session = self.session;
        Signal::derive(move || match session.get() {
            Session::SignedIn(profile) => Some(profile),
            _ => None,
        })
    }

    /// How the line is, moment by moment. For the notice use
    /// [`Client::offline_notice`], which has a grace.
    pub fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }

    /// What to say of a lost line; `None` while all is well and during a short grace.
    pub fn offline_notice(self) -> Signal<Option<OfflineNotice>> {
        self.offline.into()
    }

    /// Tries to connect now.
    pub fn reconnect_now(self) {}

    /// The rooms that exist, `lobby` first, then by name; empty before
    /// [`Client::directory_known`].
    pub fn rooms(self) -> Signal<Vec<RoomRow>> {
        self.rooms.into()
    }

    /// Whether the list of rooms has arrived (else show a skeleton).
    pub fn directory_known(self) -> Signal<bool> {
        self.directory_known.into()
    }

    /// The row of one room. Changes only when that room's row does.
    pub fn room_row(self, room: RoomId) -> Memo<Option<RoomRow>> {
        let rooms = self.rooms;
        Memo::new(move |_| rooms.with(|all| all.iter().find(|row| row.id == room).cloned()))
    }

    /// Which room the address names.
    pub fn current_room(self) -> Signal<Option<RoomId>> {
        todo!()
    }

    /// A room's state: here, gone, missing.
    pub fn room(self, room: RoomId) -> Signal<RoomState> {
        let _ = room;
        todo!()
    }

    /// Who is in a room now. Empty for a room that is not on the screen.
    pub fn presence(self, room: RoomId) -> Signal<Presence> {
        let _ = room;
        todo!()
    }

    /// Who types in a room, without oneself.
    pub fn typing(self, room: RoomId) -> Signal<Typists> {
        let _ = room;
        todo!()
    }

    /// The server's limits; the defaults before the first welcome.
    pub fn limits(self) -> Signal<Limits> {
        todo!()
    }

    /// The settings of this browser.
    pub fn settings(self) -> Signal<Settings> {
        self.settings.into()
    }

    /// Changes the settings and keeps them; other tabs follow.
    pub fn change_settings(self, change: impl FnOnce(&mut Settings)) {
        let _ = change;
    }

    /// The language that the page speaks now.
    pub fn language(self) -> Memo<Language> {
        todo!()
    }

    /// The word to the person that is waiting to be seen.
    pub fn notice(self) -> Signal<Option<Notice>> {
        self.notice.into()
    }

    /// Shows a word; it replaces the one before.
    pub fn notify(self, notice: Notice) {
        self.notice.set(Some(notice));
    }

    /// Takes the word away.
    pub fn dismiss_notice(self) {
        self.notice.set(None);
    }

    /// The panes that may be open.
    pub fn panes(self) -> Panes {
        self.panes
    }

    /// Whether this browser can show desktop notifications at all, and what it says.
    pub fn notification_permission(self) -> Signal<NotificationPermission> {
        todo!()
    }

    /// Asks the browser for the permission (call it from a click only), and turns
    /// the setting on when it is given.
    pub fn ask_for_notifications(self) {}

    /// Signs in as a guest by this name, then connects.
    ///
    /// # Errors
    /// When the server refuses the name or guests altogether, or cannot be reached.
    #[expect(clippy::unused_async, reason = "to be filled in")]
    pub async fn sign_in(self, name: String) -> Result<(), Failure> {
        let _ = name;
        Err(Failure::Unreachable)
    }

    /// Ends the session here and on the server. Drafts and pending messages of the
    /// person are dropped.
    ///
    /// # Errors
    /// When the server cannot be reached: the session then still stands.
    #[expect(clippy::unused_async, reason = "to be filled in")]
    pub async fn sign_out(self) -> Result<(), Failure> {
        Err(Failure::Unreachable)
    }

    /// Makes a room, waiting for the line if it is down. Dropping the future does
    /// not take the command back.
    ///
    /// # Errors
    /// What the server refused, with the field.
    #[expect(clippy::unused_async, reason = "to be filled in")]
    pub async fn create_room(self, name: String, topic: String) -> Result<RoomId, Failure> {
        let _ = (name, topic);
        Err(Failure::Unreachable)
    }

    /// Changes a room's name, topic or both.
    ///
    /// # Errors
    /// What the server refused, with the field; `stale` brings the present state.
    #[expect(clippy::unused_async, reason = "to be filled in")]
    pub async fn update_room(
        self,
        room: RoomId,
        name: Option<String>,
        topic: Option<String>,
    ) -> Result<(), Failure> {
        let _ = (room, name, topic);
        Err(Failure::Unreachable)
    }

    /// Changes one's own display name.
    ///
    /// # Errors
    /// What the server refused, with the field.
    #[expect(clippy::unused_async, reason = "to be filled in")]
    pub async fn rename(self, name: String) -> Result<(), Failure> {
        let _ = name;
        Err(Failure::Unreachable)
    }

    /// Shows a room, as a click on its row does (a real link works too:
    /// [`crate::route::Route::path`], plain clicks on it are taken over).
    pub fn open_room(self, room: RoomId) {
        let _ = room;
    }

    /// Shows a message in its surroundings.
    pub fn open_message(self, room: RoomId, seq: Seq) {
        let _ = (room, seq);
    }

    /// Marks everything in a room as read.
    pub fn mark_all_read(self, room: RoomId) {
        let _ = room;
    }
}

/// What the browser says of desktop notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationPermission {
    /// It cannot show any here (no support, or no secure context).
    Unsupported,
    /// It has not been asked.
    Unasked,
    /// Allowed.
    Granted,
    /// Refused; only the browser's own settings can change that.
    Denied,
}
