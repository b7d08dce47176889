//! The session: starting, changing and ending it; events of the socket.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use shared::id::RoomId;
use shared::model::{Profile, Role};
use wasm_bindgen_futures::spawn_local;

use super::Engine;
use super::offline::RESTARTING;
use super::visit::forget_visit;
use crate::api::{self, Failure};
use crate::browser::{self, BrowserStorage};
use crate::route::Route;
use crate::socket::{self, LossReason, Socket, SocketEvent};
use crate::state::authentication::ME;
use crate::state::collapsed;
use crate::state::only_room;
use crate::state::pending::{self, PendingStore};
use crate::state::recent;
use crate::state::types::{Authenticated, ConnectionStatus, SessionState, SignedOut};

/// How long after the end of a session another tab may get the one that replaces it.
const REPLACED_WITHIN: Duration = Duration::from_secs(1);

impl Engine {
    /// Opens the way to the server. Nothing is connected before a session starts.
    pub(in crate::state) fn start(self: &Rc<Self>) {
        let engine = Rc::clone(self);
        let line = Socket::new(socket::address(), move |event| {
            engine.on_socket_event(event);
        });
        let _ = self.socket.set(line);
        self.listen_to_page();
    }

    /// Connects now. Returns whether there is somebody who can be connected.
    pub(in crate::state) fn connect_now(&self) -> bool {
        let socket = self.socket().filter(|_| self.is_active());
        socket.inspect(|socket| socket.connect()).is_some()
    }

    /// Disconnects for good.
    pub(in crate::state) fn stop(&self) {
        if let Some(socket) = self.socket() {
            socket.disconnect();
        }
        self.view.replace(None);
        self.forget_person();
    }

    pub(in crate::state) async fn sign_out(self: &Rc<Self>) -> Result<(), Failure> {
        // The server closes the connection before it answers, and then nobody is signed in.
        let user = self.user();
        api::sign_out().await?;
        if let Some(user) = user {
            self.pending.take();
            self.drafts.forget(user);
            pending::forget(user);
        }
        self.end_session(SignedOut::Fresh);
        Ok(())
    }

    /// Somebody is signed in: their session starts.
    pub(in crate::state) fn enter_session(self: &Rc<Self>, person: Authenticated) {
        if self.reads().is_some() {
            self.stop_reading();
        }
        self.is_session_unproven.set(person.is_new);
        if person.is_new {
            self.follow_account(person.profile.role);
        }
        self.start_session(person.profile);
        let _ = self.signals.authenticated.try_set(None);
    }

    /// Starts a person's replica and connection.
    fn start_session(self: &Rc<Self>, profile: Profile) {
        self.authentication.next_generation();
        self.report_storage(BrowserStorage::Local.set(ME, &profile));
        let user = profile.id;
        let _ = self.signals.only_room.try_set(only_room::known());
        self.forget_arrivals();
        self.begin_replica(profile.clone());
        // Before the page is rendered, so that the server answers in the meantime.
        if let Some(socket) = self.socket() {
            socket.connect();
        }
        let _ = self
            .signals
            .session
            .try_set(SessionState::SignedIn(profile));
        if let Some(room) = self.first_room() {
            self.act(|replica, _| replica.open(room));
            let is_known = self.read(|replica| {
                let timeline = replica.timeline(room);
                timeline.is_some_and(|timeline| timeline.is_known())
            });
            if is_known == Some(true) && self.view().is_none() && begins_with_rows() {
                self.frame_queue.wait_for_rows();
            }
        }
        self.watch();
        let engine = Rc::downgrade(self);
        let store = PendingStore::open(&self.tab, user, move |snapshot| {
            if let Some(engine) = engine.upgrade() {
                engine.act(|replica, now| replica.restore_pending(snapshot, now));
                engine.keep_pending();
            }
        });
        self.pending.replace(Some(store));
        self.keep_pending();
    }

    /// The room that the page will show, if it will show one: it is requested first.
    fn first_room(&self) -> Option<RoomId> {
        let shown = self.view().map(|view| view.room);
        shown.or_else(|| match Route::parse(&browser::path()) {
            Route::Room(room) | Route::Message(room, _) => Some(room),
            // Signing in leads to the start.
            Route::Home | Route::Directory | Route::Account(_) | Route::Settings(_) => {
                Some(only_room::first_room())
            }
            Route::Unknown => None,
        })
    }

    /// The cookie belongs to another person: another tab has signed in.
    pub(super) fn switch_person(self: &Rc<Self>, profile: Profile) {
        if let Some(socket) = self.socket() {
            socket.disconnect();
        }
        self.forget_person();
        self.start_session(profile);
        if let Some(view) = self.view() {
            self.enter(&view);
        }
    }

    pub(super) fn session_ended(self: &Rc<Self>) {
        if let Some(room) = self.reads() {
            return self.cannot_read(room);
        }
        if self.authentication.replaces_session() {
            // The next one comes with the answer to that request.
            return;
        }
        // Pending commands stay stored: the same person may sign in again.
        let role = self.read(|replica| replica.user().map(|user| user.role));
        let is_guest = role.flatten().map(|role| role == Role::Guest);
        self.end_session(match is_guest {
            _ if self.is_session_unproven.take() => SignedOut::NotKept,
            Some(false) => SignedOut::AccountEnded,
            _ => SignedOut::Ended,
        });
        // The server then has the browser forget the cookies of a session that has ended. If
        // another tab has replaced the session by another, that one's cookies must be here first.
        let engine = Rc::clone(self);
        browser::after(REPLACED_WITHIN, move || {
            if engine.user().is_none() {
                spawn_local(engine.authentication.take_up_session());
            }
        });
    }

    pub(super) fn end_session(self: &Rc<Self>, reason: SignedOut) {
        BrowserStorage::Local.remove(ME);
        only_room::store(None);
        recent::forget();
        collapsed::forget();
        forget_visit();
        if let Some(socket) = self.socket() {
            socket.disconnect();
        }
        self.forget_person();
        self.authentication.show_sign_in(reason);
    }

    pub(super) fn forget_person(&self) {
        self.replica.replace(None);
        self.begin_visit(None);
        self.pending.take();
        self.commands.borrow_mut().clear();
        self.marked.take();
        self.rooms.borrow_mut().clear();
        self.people_in_rooms.borrow_mut().clear();
        self.forget_arrivals();
        self.clear_frames();
        let signals = &self.signals;
        self.room_list.take();
        let _ = signals.room_ids.try_set(Vec::new());
        let _ = signals.sections.try_set(Vec::new());
        let _ = signals.collapsed.try_set(collapsed::sections());
        let _ = signals.unread.try_set(0);
        let _ = signals.addressed.try_set(0);
        let _ = signals.list_known.try_set(false);
        let _ = signals.timed_out.try_set(None);
        self.clear_offline_notice();
    }

    /// Nothing of the person's streams has arrived yet.
    pub(super) fn forget_arrivals(&self) {
        self.read_marks_known.set(false);
        self.read_marks_arrived.set(false);
        self.is_first_visit.set(false);
        self.directory_answered.set(false);
        self.directory_is_whole.set(false);
    }

    pub(super) fn welcomed(&self) {
        if !self.knows_place.replace(true) {
            // The page has started with what it stored, so it has not asked yet.
            let signals = self.signals;
            spawn_local(async move {
                if let Ok(present) = api::session().await {
                    signals.show_ways_in(&present);
                }
            });
        }
        self.is_session_unproven.set(false);
        self.clear_offline_notice();
        let signals = &self.signals;
        let _ = signals.connection.try_set(ConnectionStatus::Live);
        let known = self.read(|r| (r.user().cloned(), r.limits().clone(), r.only_room()));
        let Some((me, limits, only)) = known else {
            return;
        };
        let _ = signals.limits.try_set(limits);
        if let Some(me) = me {
            only_room::store(only);
            let _ = signals.only_room.try_set(only);
            self.update_me(me);
        } else if let Some(room) = self.reads() {
            self.reading_begins(room);
        }
    }

    pub(super) fn update_me(&self, me: Profile) {
        let session = SessionState::SignedIn(me);
        if self
            .signals
            .session
            .try_with_untracked(|old| *old != session)
            == Some(true)
        {
            if let SessionState::SignedIn(me) = &session {
                self.note_person(me.id, &me.name);
                BrowserStorage::Local.set(ME, me);
            }
            let _ = self.signals.session.try_set(session);
        }
    }

    fn on_socket_event(self: &Rc<Self>, event: SocketEvent) {
        if !self.is_active() {
            // The session has ended: nothing would be sent.
            if let (SocketEvent::Open, Some(socket)) = (event, self.socket()) {
                socket.disconnect();
            }
            return;
        }
        match event {
            SocketEvent::Connecting => {
                let _ = self
                    .signals
                    .connection
                    .try_set(ConnectionStatus::Connecting);
                self.update_offline_notice(None);
            }
            SocketEvent::Open => self.act(|replica, _| replica.connected()),
            SocketEvent::Frame(frame) => self.enqueue_frame(frame),
            SocketEvent::Answered => self.line_answered(),
            SocketEvent::Lost { until_ms, reason } => {
                self.clear_frames();
                let _ = self
                    .signals
                    .connection
                    .try_set(ConnectionStatus::Waiting { until_ms });
                self.act(|replica, _| replica.disconnected());
                self.refresh_view();
                if reason == LossReason::Restart {
                    self.offline_reason.set(RESTARTING);
                }
                self.update_offline_notice(Some(until_ms));
                if reason == LossReason::NeverOpen {
                    self.ask_why_refused();
                }
            }
            SocketEvent::Unauthorized => {
                self.clear_frames();
                self.act(|replica, _| replica.disconnected());
                self.session_ended();
            }
        }
    }

    fn listen_to_page(self: &Rc<Self>) {
        let attended = |engine: &Rc<Self>| {
            let engine = Rc::clone(engine);
            move |_| engine.mark_read()
        };
        browser::on_window("focus", attended(self)).forever();
        browser::on_document("visibilitychange", attended(self)).forever();
        let engine = Rc::clone(self);
        browser::on_document("visibilitychange", move |_| {
            if !browser::is_visible() {
                engine.keep_visit();
            }
        })
        .forever();
        for name in ["pointerdown", "keydown", "wheel", "touchstart"] {
            let engine = Rc::clone(self);
            browser::on_window(name, move |_| engine.note_input()).forever();
        }
        let engine = Rc::clone(self);
        browser::on_window("online", move |_| engine.refresh_offline_notice()).forever();
        let engine = Rc::clone(self);
        browser::on_window("offline", move |_| engine.network_lost()).forever();
        for (name, begins) in [("beforeprint", true), ("afterprint", false)] {
            let engine = Rc::clone(self);
            browser::on_window(name, move |_| {
                if let Some(view) = engine.view() {
                    view.print(begins);
                    engine.refresh_view();
                }
            })
            .forever();
        }
        let engine = Rc::clone(self);
        browser::on_window("pagehide", move |_| {
            engine.tab.leave();
            engine.keep_visit();
        })
        .forever();
        let engine = Rc::clone(self);
        browser::on_window("pageshow", move |_| {
            if engine.user().is_some() && !engine.is_session_present() {
                // Out of the back/forward cache; somebody else has signed in meanwhile.
                let _ = browser::window().location().reload();
                return;
            }
            engine.tab.come_back();
            engine.mark_read();
        })
        .forever();
    }
}

/// Whether the page begins with a conversation.
fn begins_with_rows() -> bool {
    matches!(
        Route::parse(&browser::path()),
        Route::Home | Route::Room(_) | Route::Message(..)
    )
}
