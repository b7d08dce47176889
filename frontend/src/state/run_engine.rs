//! Making, starting and stopping the engine, and what follows it as long as the page lives.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::engine::Engine;
use super::{Authenticated, Client, ConnectionStatus, RoomStatus, notifications, stored, today};
use crate::i18n;
use crate::route::Route;
use crate::view::effect;

impl Client {
    /// Makes the engine, which nothing but the sign-in page can do without.
    pub fn make_engine(self) {
        let parts = self.0;
        let engine = Engine::new(parts.signals, &parts.authentication);
        let _ = parts.engine.set(StoredValue::new(engine));
        self.set_engine_actions();
    }

    /// Makes and starts the engine, which keeps title and icon up to date. Call it once, when the
    /// piece of the page that has the engine is here.
    pub fn start_engine(self) {
        self.make_engine();
        self.engine().start();
        on_cleanup(move || self.stop());
        notifications::follow(&self.0.signals, move || self.title_of_address());
        self.watch_rooms();
        effect(move || {
            i18n::language();
            self.engine().language_changed();
        });
        let people = self.0.signals.people;
        effect(move || {
            people.track();
            self.engine().update_namesakes();
        });
        let connection = self.0.signals.connection;
        effect(move || {
            if connection.get() == ConnectionStatus::Live {
                spawn_local(async {
                    stored::load().await;
                });
            }
        });
        spawn_local(today::update(self.0.signals.today));
    }

    /// Starts the session of a person who is signed in.
    pub fn enter_session(self, person: Authenticated) {
        self.engine().enter_session(person);
    }

    /// Watches all rooms, with notices while the person wants notifications.
    fn watch_rooms(self) {
        let (settings, permission) = (self.0.signals.settings, self.0.signals.permission);
        effect(move || {
            settings.track();
            permission.track();
            self.engine().watch();
        });
    }

    /// The title of what the address shows; tracked.
    fn title_of_address(self) -> Option<String> {
        let route = self.0.route.get();
        let Some(room) = route.room() else {
            let app = &i18n::t().app;
            return match route {
                Route::Unknown => Some(app.not_found_title.to_owned()),
                Route::Settings(_) => Some(app.account.to_owned()),
                Route::Directory => Some(app.directory.to_owned()),
                _ => None,
            };
        };
        // Another person's rooms have other signals.
        self.0.signals.room_ids.track();
        self.room(room).with(|state| match state {
            RoomStatus::Gone => Some(i18n::t().room.gone_title.to_owned()),
            RoomStatus::Missing => Some(i18n::t().room.missing_title.to_owned()),
            RoomStatus::Here(room) => Some(room.name.clone()),
            RoomStatus::Unknown => None,
        })
    }

    /// Disconnects. Only tests unmount the page.
    fn stop(self) {
        let engine = self.0.engine.get();
        if let Some(engine) = engine.and_then(|engine| engine.try_get_value()) {
            engine.stop();
        }
    }

    /// Connects now. Returns whether somebody is signed in, who can be connected.
    pub(super) fn connect_now(self) -> bool {
        let engine = self.0.engine.get();
        engine.is_some_and(|engine| engine.with_value(|engine| engine.connect_now()))
    }
}
