//! Who sits here: beginning, changing and ending a person's session, and what the
//! line tells.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use shared::error::ErrorCode;
use shared::id::RoomId;
use shared::model::Profile;
use shared::sync::{Replica, SubscriptionLevel};
use wasm_bindgen_futures::spawn_local;

use super::Engine;
use crate::api;
use crate::browser::{self, Store};
use crate::route::Route;
use crate::socket::{self, Event, Lost, Socket};
use crate::state::pending::{self, PendingStore};
use crate::state::{Connection, Failure, OfflineNotice, Session, SignedOut, Why};

/// Who was signed in last, so that the page need not wait for the server to know.
const ME: &str = "madang.me";
/// A line that is back within this time was never gone, for the person.
const GRACE: Duration = Duration::from_secs(4);
/// A server that restarts is back within this time (milliseconds), or does not answer.
const RESTART_MS: f64 = 30_000.0;
const RESTARTING: Why = Why::Refused(ErrorCode::ShuttingDown);
/// How long to wait before the server is asked again who sits here, in milliseconds.
const ASK_AGAIN_MS: u64 = 3_000;

impl Engine {
    /// Starts with whoever was here last; asks the server if that is not known.
    pub(in crate::state) async fn start(self: Rc<Self>) {
        let engine = Rc::clone(&self);
        let line = Socket::new(socket::address(), move |event| engine.line_says(event));
        let _ = self.socket.set(line);
        self.watch_page();
        match Store::Local.get::<Profile>(ME) {
            Some(profile) => self.begin(profile),
            None => self.find_out().await,
        }
    }

    /// Connects now; before anyone is signed in, asks now who is.
    pub(in crate::state) fn try_now(self: &Rc<Self>) {
        match self.socket().filter(|_| self.user().is_some()) {
            Some(socket) => socket.connect(),
            None => spawn_local(Rc::clone(self).find_out()),
        }
    }

    /// Asks the server who sits here, until it has said. One who asks later takes the
    /// place of one who asked before.
    async fn find_out(self: Rc<Self>) {
        let turn = self.next_turn();
        while self.turn.get() == turn {
            let answer = api::session().await;
            if self.turn.get() != turn {
                return;
            }
            match answer {
                Ok(Some(profile)) => self.begin(profile),
                Ok(None) => self.show_sign_in(SignedOut::Fresh),
                Err(failure) => {
                    if let Some(code) = forbidden(&failure) {
                        return self.show_sign_in(SignedOut::Forbidden(code));
                    }
                    self.why.set(why(&failure));
                    self.show_offline(Some(browser::unix_ms() + ASK_AGAIN_MS));
                    browser::sleep(Duration::from_millis(ASK_AGAIN_MS)).await;
                }
            }
        }
    }

    /// What was asked for before says nothing any more.
    fn next_turn(&self) -> u32 {
        self.turn.set(self.turn.get().wrapping_add(1));
        self.turn.get()
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
        self.is_unproven.set(true);
        self.begin(profile);
        Ok(())
    }

    pub(in crate::state) async fn sign_out(self: &Rc<Self>) -> Result<(), Failure> {
        // The server closes the line before it answers, and then nobody is here any more.
        let user = self.user();
        api::sign_out().await?;
        if let Some(user) = user {
            self.pending.take();
            self.drafts.forget(user);
            pending::forget(user);
        }
        self.end(SignedOut::Fresh);
        Ok(())
    }

    /// A person is here: everything starts for them.
    fn begin(self: &Rc<Self>, profile: Profile) {
        self.next_turn();
        self.tell_kept(Store::Local.set(ME, &profile));
        let user = profile.id;
        self.marks_known.set(false);
        self.replica.replace(Some(Replica::new(profile.clone())));
        // Before the page is shown: the server answers while it is being built.
        if let Some(socket) = self.socket() {
            socket.connect();
        }
        let _ = self.signals.session.try_set(Session::SignedIn(profile));
        if let Some(room) = self.first_room() {
            self.act(|replica, _| replica.subscribe(room, SubscriptionLevel::Open));
        }
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
        self.end(if self.is_unproven.take() {
            SignedOut::NotKept
        } else {
            SignedOut::Ended
        });
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
        self.all_is_well();
    }

    fn show_sign_in(&self, reason: SignedOut) {
        self.next_turn();
        self.all_is_well();
        let _ = self.signals.session.try_set(Session::SignedOut(reason));
    }

    pub(super) fn welcomed(&self) {
        self.is_unproven.set(false);
        self.all_is_well();
        let signals = &self.signals;
        let _ = signals.connection.try_set(Connection::Live);
        if let Some((me, limits)) = self.read(|r| (r.user().clone(), r.limits().clone())) {
            let _ = signals.limits.try_set(limits);
            self.tell_me(me);
        }
    }

    /// There is nothing to say of the line: it is up, or nobody has one.
    fn all_is_well(&self) {
        self.down_since.set(None);
        self.why.set(Why::NoAnswer);
        let _ = self.signals.offline.try_set(None);
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
        if self.user().is_none() {
            // What the line was for has ended; nothing would be said on it.
            if let (Event::Open, Some(socket)) = (event, self.socket()) {
                socket.disconnect();
            }
            return;
        }
        match event {
            Event::Connecting => {
                let _ = self.signals.connection.try_set(Connection::Connecting);
                self.tell_offline(None);
            }
            Event::Open => self.act(|replica, _| replica.connected()),
            Event::Frame(frame) => self.take_in(frame),
            Event::Lost { until_ms, how } => {
                self.drop_frames();
                let _ = self
                    .signals
                    .connection
                    .try_set(Connection::Waiting { until_ms });
                self.act(|replica, _| replica.disconnected());
                self.show();
                if how == Lost::Restart {
                    self.why.set(RESTARTING);
                }
                self.tell_offline(Some(until_ms));
                if how == Lost::NeverOpen {
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
        let (engine, turn) = (Rc::clone(self), self.turn.get());
        spawn_local(async move {
            let answer = api::session().await;
            if engine.turn.get() != turn {
                return;
            }
            match answer {
                Ok(None) => engine.session_ended(),
                Ok(Some(_)) => engine.tell_why(Why::NoSocket),
                Err(failure) => match forbidden(&failure) {
                    Some(code) => engine.end(SignedOut::Forbidden(code)),
                    None => engine.tell_why(why(&failure)),
                },
            }
        });
    }

    /// It is known why there is no line.
    pub(super) fn tell_why(self: &Rc<Self>, why: Why) {
        let down = self.down_since.get();
        let is_short = down.is_some_and(|since| browser::now_ms() - since < RESTART_MS);
        // A server that said that it restarts answers nobody for a while.
        if self.why.get() != RESTARTING || why != Why::NoAnswer || !is_short {
            self.why.set(why);
        }
        self.tell_offline_as_it_is();
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
            self.show_offline(until_ms);
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

    fn show_offline(&self, until_ms: Option<u64>) {
        let why = if browser::is_online() {
            self.why.get()
        } else {
            Why::NoNetwork
        };
        let notice = OfflineNotice { why, until_ms };
        let _ = self.signals.offline.try_set(Some(notice));
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
        for (name, begins) in [("beforeprint", true), ("afterprint", false)] {
            let engine = Rc::clone(self);
            browser::on_window(name, move |_| {
                if let Some(view) = engine.view() {
                    view.print(begins);
                    engine.show();
                }
            })
            .forever();
        }
        let tab = Rc::clone(&self.tab);
        browser::on_window("pagehide", move |_| tab.leave()).forever();
        let engine = Rc::clone(self);
        browser::on_window("pageshow", move |_| {
            engine.tab.come_back();
            engine.mark_read();
        })
        .forever();
    }
}

fn why(failure: &Failure) -> Why {
    failure.code().map_or(Why::NoAnswer, Why::Refused)
}

fn forbidden(failure: &Failure) -> Option<ErrorCode> {
    failure
        .code()
        .filter(|code| matches!(code, ErrorCode::OriginForbidden | ErrorCode::HostForbidden))
}
