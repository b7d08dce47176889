//! What the page knows and what it can do: the [`Client`].
//!
//! The client owns the connection and the replica of `shared::sync`. It turns the replica's
//! events into fine-grained signals, and passes a person's actions to the replica. Everything
//! here lives as long as the page, so async code may use it at any time. Markup, styles and
//! the WebSocket API do not belong here.

mod account_actions;
mod actions;
mod authentication;
mod collapsed;
mod dialog_actions;
mod direct;
mod drafts;
mod engine;
mod left_pending;
mod marks;
mod notifications;
mod only_room;
mod pending;
mod people;
mod places;
mod reading;
mod recent;
mod room_list;
mod run_engine;
mod set_signal;
mod settings;
mod sidebar;
mod signals;
mod sort;
mod stored;
mod tab;
pub mod timeline;
mod today;
mod types;

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::OnceLock;

use leptos::prelude::*;
use shared::id::{Micros, RoomId, UserId};
use shared::limits::Limits;
use shared::model::{Profile, SignUp};

pub use crate::api::{Failure, IdentityProvider};
pub use crate::i18n::Language;
pub use room_list::{ListedSection, PlaceRow, SectionKey};
pub use settings::{Density, PageSettings, SendKey, Theme};
pub use stored::load_if_needed;
pub use types::{
    Authenticated, ConnectionStatus, NotificationPermission, OfflineNotice, OfflineReason,
    RoomPresence, RoomStatus, SessionState, SignedOut, ToastMessage, TypingPeople,
};

use crate::browser::{self, BrowserStorage};
use crate::route::Route;
use crate::view::{memo, provided_context};
use authentication::Authentication;
use engine::Engine;
pub(crate) use only_room::first_room;
pub use people::{TONES, shown_name, tone};
pub use places::KnownRoom;
use signals::Signals;
pub(crate) use types::LAST_ROOM;

/// The handle that every component uses: `let client = use_client();`.
///
/// There is one per page, so it is only a reference.
#[derive(Clone, Copy)]
pub struct Client(&'static Parts);

struct Parts {
    /// Made by the piece of the page that has its code.
    engine: OnceLock<StoredValue<Rc<Engine>>>,
    engine_actions: OnceLock<EngineActions>,
    authentication: Authentication,
    signals: Signals,
    route: ReadSignal<Route>,
    language: Memo<Language>,
    panes: Panes,
}

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

/// What of the engine is reached through pointers.
#[derive(Clone, Copy)]
struct EngineActions {
    sign_out: fn(Client) -> Answer<()>,
    withdraw_commands: fn(Client),
    mark_rooms_unread_again: fn(Client),
}

/// The panes that open over the conversation on narrow screens.
#[derive(Clone, Copy)]
pub struct Panes {
    /// The list of rooms. Unused on wide screens, where it is always visible.
    pub sidebar: RwSignal<bool>,
    /// The list of people in the room. Open at first on wide screens.
    pub people: RwSignal<bool>,
}

/// The client of this page.
///
/// # Panics
/// Outside of the page's component tree.
pub fn use_client() -> Client {
    provided_context::<Client>()
}

impl Client {
    /// Makes the page's client; then call [`Client::start`].
    pub fn new(route: ReadSignal<Route>) -> Self {
        let settings = RwSignal::new(
            BrowserStorage::Local
                .get(PageSettings::KEY)
                .unwrap_or_default(),
        );
        let signals = Signals {
            session: RwSignal::new(SessionState::Unknown),
            authenticated: RwSignal::new(None),
            to_read: RwSignal::new(None),
            guests: RwSignal::new(true),
            public_reading: RwSignal::new(false),
            place_name: RwSignal::new(signals::known_place_name()),
            sign_up: RwSignal::new(SignUp::Off),
            sends_mail: RwSignal::new(false),
            provider: RwSignal::new(None),
            connection: RwSignal::new(ConnectionStatus::Connecting),
            offline: RwSignal::new(None),
            storage_works: RwSignal::new(true),
            only_room: RwSignal::new(None),
            room_ids: RwSignal::default(),
            sections: RwSignal::default(),
            collapsed: RwSignal::new(collapsed::sections()),
            list_known: RwSignal::new(false),
            unread: RwSignal::new(0),
            addressed: RwSignal::new(0),
            timed_out: RwSignal::new(None),
            limits: RwSignal::new(Limits::default()),
            settings,
            toast: RwSignal::new(None),
            permission: RwSignal::new(notifications::permission()),
            today: RwSignal::new(engine::now()),
            people: RwSignal::new(0),
        };
        let wanted = browser::languages();
        let language = memo(move || {
            let settings = settings.get();
            let chosen = settings.language.or(settings.account_language);
            chosen.unwrap_or_else(|| Language::pick(wanted.iter().map(String::as_str)))
        });
        let wide = browser::matches("(min-width: 75rem)");
        Client(Box::leak(Box::new(Parts {
            engine: OnceLock::new(),
            engine_actions: OnceLock::new(),
            authentication: Authentication::new(&signals),
            signals,
            route,
            language,
            panes: Panes {
                sidebar: RwSignal::new(false),
                people: RwSignal::new(wide),
            },
        })))
    }

    /// Finds out who is signed in ([`Client::authenticated`]), and keeps the settings up to date.
    pub fn start(self) {
        self.0.authentication.start();
        let settings = self.0.signals.settings;
        browser::on_window("storage", move |event| {
            if browser::storage_key(&event).as_deref() == Some(PageSettings::KEY) {
                settings.set(
                    BrowserStorage::Local
                        .get(PageSettings::KEY)
                        .unwrap_or_default(),
                );
            }
        })
        .with_owner();
    }

    /// The person whose session has to be started with [`Client::enter_session`].
    pub fn authenticated(self) -> ReadSignal<Option<Authenticated>> {
        self.0.signals.authenticated.read_only()
    }

    /// Who is signed in.
    pub fn session(self) -> ReadSignal<SessionState> {
        self.0.signals.session.read_only()
    }

    /// Whether the server lets guests in, as far as is known.
    pub fn guests(self) -> ReadSignal<bool> {
        self.0.signals.guests.read_only()
    }

    /// What the page calls itself: the name of the place, if it has one; tracked.
    pub fn place_title(self) -> String {
        self.0.signals.place_title()
    }

    /// The name of the place, as far as is known.
    pub fn place_name(self) -> ReadSignal<String> {
        self.0.signals.place_name.read_only()
    }

    /// Who gets an account without an invitation, as far as is known.
    pub fn sign_up(self) -> ReadSignal<SignUp> {
        self.0.signals.sign_up.read_only()
    }

    /// Whether the server sends mail, as far as is known.
    pub fn sends_mail(self) -> ReadSignal<bool> {
        self.0.signals.sends_mail.read_only()
    }

    /// The identity provider with which one can sign in, as far as is known.
    pub fn provider(self) -> ReadSignal<Option<IdentityProvider>> {
        self.0.signals.provider.read_only()
    }

    /// The signed-in person; `None` if nobody is.
    pub fn me(self) -> Memo<Option<Profile>> {
        let session = self.0.signals.session;
        memo(move || match session.get() {
            SessionState::SignedIn(profile) => Some(profile),
            _ => None,
        })
    }

    /// The current state of the connection. The offline notice uses
    /// [`Client::offline_notice`], which has a grace period.
    pub fn connection(self) -> ReadSignal<ConnectionStatus> {
        self.0.signals.connection.read_only()
    }

    /// The offline notice; `None` while connected and during a short grace period.
    pub fn offline_notice(self) -> ReadSignal<Option<OfflineNotice>> {
        self.0.signals.offline.read_only()
    }

    /// Whether the browser stores drafts and pending messages.
    pub fn storage_works(self) -> ReadSignal<bool> {
        self.0.signals.storage_works.read_only()
    }

    /// The only room that exists for the person, if that is a guest of one room.
    pub fn only_room(self) -> ReadSignal<Option<RoomId>> {
        self.0.signals.only_room.read_only()
    }

    /// What the address shows.
    pub fn route(self) -> ReadSignal<Route> {
        self.0.route
    }

    /// Which room the address names.
    pub fn current_room(self) -> Memo<Option<RoomId>> {
        let route = self.0.route;
        memo(move || route.get().room())
    }

    /// Whether a room exists, with its name and topic.
    pub fn room(self, room: RoomId) -> ReadSignal<RoomStatus> {
        self.engine().room(room).state.clone().into()
    }

    /// Whether a room exists, as far as is known.
    pub fn is_there(self, room: RoomId) -> Memo<bool> {
        let state = self.room(room);
        memo(move || state.with(RoomStatus::may_exist))
    }

    /// Who is in a room now; `None` before it is known, and for a room without a
    /// subscription.
    pub fn presence(self, room: RoomId) -> ReadSignal<Option<RoomPresence>> {
        self.engine().people_in(room).presence.clone().into()
    }

    /// Other people who are typing in a room.
    pub fn typing(self, room: RoomId) -> ReadSignal<TypingPeople> {
        self.engine().people_in(room).typing.clone().into()
    }

    /// Notes a person's shown name, so that people of the same name are told apart, and the
    /// person's colour is known.
    pub fn note_person(self, id: UserId, name: &str) {
        let engine = self.engine();
        engine.note_person(id, name);
        engine.want_profile(id);
    }

    /// What tells a person from others of the same name; none if there are none. Tracked.
    pub fn distinction(self, id: Option<UserId>) -> Option<String> {
        self.0.signals.people.track();
        let engine = self.engine();
        id.and_then(|id| {
            let distinction = engine.distinction(id)?;
            engine.want_profile(id);
            Some(distinction)
        })
    }

    /// A name for use in a sentence: with what tells the person from others of the same name;
    /// tracked.
    pub fn full_name(self, id: Option<UserId>, name: &str) -> String {
        self.0.signals.people.track();
        self.engine().full_name(id, name)
    }

    /// The colour tone of a person or, on the simple protocol, of a name; tracked.
    pub fn tone(self, id: Option<UserId>, name: &str) -> u8 {
        self.0.signals.people.track();
        let engine = self.engine();
        let own = id.and_then(|id| {
            let chosen = engine.chosen_colour(id).filter(|tone| *tone < TONES);
            chosen.or_else(|| engine.people().tone(id))
        });
        own.unwrap_or_else(|| people::tone(id, name))
    }

    /// The server's limits; the defaults before the first welcome.
    pub fn limits(self) -> ReadSignal<Limits> {
        self.0.signals.limits.read_only()
    }

    /// The settings of this browser.
    pub fn settings(self) -> ReadSignal<PageSettings> {
        self.0.signals.settings.read_only()
    }

    /// The language that is wanted. The page speaks it as soon as its texts are here.
    pub fn language(self) -> Memo<Language> {
        self.0.language
    }

    /// The toast that is shown.
    pub fn toast(self) -> ReadSignal<Option<ToastMessage>> {
        self.0.signals.toast.read_only()
    }

    /// The panes that may be open.
    pub fn panes(self) -> Panes {
        self.0.panes
    }

    /// The browser's permission for desktop notifications.
    pub fn notification_permission(self) -> ReadSignal<NotificationPermission> {
        self.0.signals.permission.read_only()
    }

    /// A time of the current day; set again when the day changes.
    pub fn today(self) -> ReadSignal<Micros> {
        self.0.signals.today.read_only()
    }

    fn engine(self) -> Rc<Engine> {
        match self.0.engine.get() {
            Some(engine) => engine.get_value(),
            None => unreachable!("nobody is signed in"),
        }
    }
}
