//! Who sits here: beginning, changing and ending a person's session, and what the
//! line tells.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::id::RoomId;
use shared::model::Profile;
use shared::sync::{Attention, Replica};

use super::Engine;
use crate::api;
use crate::browser::{self, Store};
use crate::route::Route;
use crate::socket::{self, Event, Socket};
use crate::state::pending::PendingStore;
use crate::state::{Connection, Failure, OfflineNotice, Session, SignedOut, drafts};

/// Who was signed in last, so that the page need not wait for the server to know.
const ME: &str = "madang.me";
/// A line that is back within this time was never gone, for the person.
const GRACE: Duration = Duration::from_secs(4);

impl Engine {
    /// Starts with whoever was here last; asks the server if that is not known.
    pub(in crate::state) async fn start(self: Rc<Self>) {
        let engine = Rc::clone(&self);
        let line = Socket::new(socket::address(), move |event| engine.line_says(event));
        let _ = self.socket.set(line);
        self.watch_page();
        if let Some(profile) = Store::Local.get::<Profile>(ME) {
            return self.begin(profile);
        }
        loop {
            match api::session().await {
                Ok(Some(profile)) => return self.begin(profile),
                Ok(None) => return self.show_sign_in(SignedOut::Fresh),
                Err(failure) => {
                    if let Some(code) = forbidden(&failure) {
                        return self.show_sign_in(SignedOut::Forbidden(code));
                    }
                    self.offline_for_now();
                    browser::sleep(Duration::from_secs(3)).await;
                    let _ = self.signals.offline.try_set(None);
                }
            }
        }
    }

    /// Hangs up for good.
    pub(in crate::state) fn stop(&self) {
        if let Some(socket) = self.socket() {
            socket.disconnect();
        }
        self.view.replace(None);
        self.forget_person();
    }

    pub(in crate::state) async fn sign_in(self: &Rc<Self>, name: &str) -> Result<(), Failure> {
        let profile = api::sign_in(name).await?;
        self.begin(profile);
        Ok(())
    }

    pub(in crate::state) async fn sign_out(self: &Rc<Self>) -> Result<(), Failure> {
        api::sign_out().await?;
        if let Some(user) = self.read(|replica| replica.user().id) {
            drafts::forget(user);
        }
        if let Some(pending) = self.pending.take() {
            pending.forget();
        }
        self.end(SignedOut::Fresh);
        Ok(())
    }

    /// A person is here: everything starts for them.
    fn begin(self: &Rc<Self>, profile: Profile) {
        Store::Local.set(ME, &profile);
        let user = profile.id;
        self.marks_known.set(false);
        self.replica.replace(Some(Replica::new(profile.clone())));
        // Before the page is shown: the server answers while it is being built.
        if let Some(socket) = self.socket() {
            socket.connect();
        }
        let _ = self.signals.session.try_set(Session::SignedIn(profile));
        if let Some(room) = self.first_room() {
            self.act(|replica, _| replica.follow(room, Attention::Open));
        }
        let engine = Rc::downgrade(self);
        let store = PendingStore::open(user, move |snapshot| {
            if let Some(engine) = engine.upgrade() {
                engine.act(|replica, _| replica.restore_pending(snapshot));
                engine.keep_pending();
            }
        });
        self.pending.replace(Some(store));
        self.keep_pending();
    }

    /// The room that the page is about to show: it is asked for first.
    fn first_room(&self) -> Option<RoomId> {
        let shown = self.view().map(|view| view.room);
        let named = Route::parse(&browser::path()).room();
        shown.or(named).or_else(|| {
            let last = Store::Local.get::<i64>(crate::state::LAST_ROOM).map(RoomId);
            Some(last.unwrap_or(RoomId::LOBBY))
        })
    }

    /// The cookie belongs to someone else by now: another tab signed in anew.
    pub(super) fn become_other(self: &Rc<Self>, profile: Profile) {
        if let Some(socket) = self.socket() {
            socket.disconnect();
        }
        self.forget_person();
        self.begin(profile);
        if let Some(view) = self.view() {
            self.enter(&view);
        }
    }

    pub(super) fn session_ended(self: &Rc<Self>) {
        // What is pending stays stored: the same person may come back.
        self.end(SignedOut::Ended);
    }

    fn end(self: &Rc<Self>, reason: SignedOut) {
        Store::Local.remove(ME);
        if let Some(socket) = self.socket() {
            socket.disconnect();
        }
        self.forget_person();
        self.show_sign_in(reason);
    }

    fn forget_person(&self) {
        self.replica.replace(None);
        self.pending.take();
        self.waiting.borrow_mut().clear();
        self.rooms.borrow_mut().clear();
        self.marks_known.set(false);
        self.drop_frames();
        let signals = &self.signals;
        let _ = signals.rooms.try_set(Vec::new());
        let _ = signals.unread.try_set(0);
        let _ = signals.directory_known.try_set(false);
        let _ = signals.offline.try_set(None);
    }

    fn show_sign_in(&self, reason: SignedOut) {
        let _ = self.signals.session.try_set(Session::SignedOut(reason));
    }

    pub(super) fn keep_pending(&self) {
        let snapshot = self.read(Replica::pending_snapshot);
        if let (Some(store), Some(snapshot)) = (self.pending.borrow().as_ref(), snapshot) {
            store.keep(&snapshot);
        }
    }

    pub(super) fn welcomed(&self) {
        self.down_since.set(None);
        let signals = &self.signals;
        let _ = signals.connection.try_set(Connection::Live);
        let _ = signals.offline.try_set(None);
        if let Some((me, limits)) = self.read(|r| (r.user().clone(), r.limits().clone())) {
            let _ = signals.limits.try_set(limits);
            self.tell_me(me);
        }
    }

    pub(super) fn tell_me(&self, me: Profile) {
        let session = Session::SignedIn(me);
        if self
            .signals
            .session
            .try_with_untracked(|old| *old != session)
            == Some(true)
        {
            if let Session::SignedIn(me) = &session {
                self.meet(me.id, &me.name);
                Store::Local.set(ME, me);
            }
            let _ = self.signals.session.try_set(session);
        }
    }

    fn line_says(self: &Rc<Self>, event: Event) {
        match event {
            Event::Connecting => {
                let _ = self.signals.connection.try_set(Connection::Connecting);
                self.tell_offline(None);
            }
            Event::Open => self.act(|replica, _| replica.connected()),
            Event::Frame(frame) => self.take_in(frame),
            Event::Lost { until_ms, was_open } => {
                self.drop_frames();
                let _ = self
                    .signals
                    .connection
                    .try_set(Connection::Waiting { until_ms });
                self.act(|replica, _| replica.disconnected());
                self.show();
                self.tell_offline(Some(until_ms));
                if !was_open {
                    self.ask_why();
                }
            }
            Event::Unauthorized => {
                self.drop_frames();
                self.act(|replica, _| replica.disconnected());
                self.session_ended();
            }
        }
    }

    /// A WebSocket that was refused says nothing of the reason; a plain question does.
    fn ask_why(self: &Rc<Self>) {
        let engine = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            match api::session().await {
                Ok(None) => engine.end(SignedOut::Ended),
                Ok(Some(_)) => {}
                Err(failure) => {
                    if let Some(code) = forbidden(&failure) {
                        engine.end(SignedOut::Forbidden(code));
                    }
                }
            }
        });
    }

    /// Keeps the offline notice right: it comes after a grace and goes by itself.
    fn tell_offline(self: &Rc<Self>, until_ms: Option<u64>) {
        let now = browser::now_ms();
        let since = self.down_since.get().unwrap_or_else(|| {
            self.down_since.set(Some(now));
            let engine = Rc::clone(self);
            browser::after(GRACE + Duration::from_millis(10), move || {
                engine.tell_offline_as_it_is();
            });
            now
        });
        if now - since >= GRACE.as_secs_f64() * 1_000.0 {
            let _ = self.signals.offline.try_set(Some(notice(until_ms)));
        }
    }

    fn tell_offline_as_it_is(self: &Rc<Self>) {
        if self.down_since.get().is_some() {
            self.tell_offline(match self.signals.connection.try_get_untracked() {
                Some(Connection::Waiting { until_ms }) => Some(until_ms),
                _ => None,
            });
        }
    }

    fn offline_for_now(&self) {
        let until = browser::unix_ms() + 3_000;
        let _ = self.signals.offline.try_set(Some(notice(Some(until))));
    }

    fn watch_page(self: &Rc<Self>) {
        let attended = |engine: &Rc<Self>| {
            let engine = Rc::clone(engine);
            move |_| engine.mark_read()
        };
        browser::on_window("focus", attended(self)).forever();
        browser::on_document("visibilitychange", attended(self)).forever();
        for name in ["pointerdown", "keydown", "wheel", "touchstart"] {
            let engine = Rc::clone(self);
            browser::on_window(name, move |_| engine.touched()).forever();
        }
        for name in ["online", "offline"] {
            let engine = Rc::clone(self);
            browser::on_window(name, move |_| engine.tell_offline_as_it_is()).forever();
        }
        let engine = Rc::clone(self);
        browser::on_window("pagehide", move |_| {
            if let Some(pending) = engine.pending.borrow().as_ref() {
                pending.leave();
            }
        })
        .forever();
        let engine = Rc::clone(self);
        browser::on_window("pageshow", move |_| {
            PendingStore::come_back();
            engine.mark_read();
        })
        .forever();
    }
}

fn notice(until_ms: Option<u64>) -> OfflineNotice {
    if browser::is_online() {
        OfflineNotice::Unreachable { until_ms }
    } else {
        OfflineNotice::NoNetwork
    }
}

fn forbidden(failure: &Failure) -> Option<ErrorCode> {
    failure
        .code()
        .filter(|code| matches!(code, ErrorCode::OriginForbidden | ErrorCode::HostForbidden))
}
