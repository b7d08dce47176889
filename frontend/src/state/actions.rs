//! Actions of a person.

use std::rc::Rc;

use leptos::prelude::*;
use shared::id::{ClientId, Rev, RoomId, Seq};
use shared::model::Profile;
use shared::text;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::timeline::{Edge, Editing, RoomView};
use super::{Client, LAST_ROOM, PageSettings, ToastMessage, notifications, recent};
use crate::api::Failure;
use crate::browser::{self, BrowserStorage};
use crate::i18n::{self, Language};
use crate::navigation;
use crate::route::Route;

/// Why a text was not accepted. Nothing was sent.
pub type TextError = text::TextError;

impl Client {
    /// Connects now; if nobody is signed in, asks the server who is.
    pub fn reconnect_now(self) {
        if !self.connect_now() {
            self.0.authentication.ask();
        }
    }

    /// Changes and stores the settings; other tabs get them too.
    pub fn change_settings(self, change: impl FnOnce(&mut PageSettings)) {
        // Another tab may have changed them.
        let stored = BrowserStorage::Local.get(PageSettings::KEY);
        self.0.signals.settings.update(|settings| {
            if let Some(stored) = stored {
                *settings = stored;
            }
            change(settings);
        });
        BrowserStorage::Local.set(PageSettings::KEY, &self.0.signals.settings.get_untracked());
    }

    /// Speaks a language from now on; none: the browser's.
    pub fn choose_language(self, language: Option<Language>) {
        self.change_settings(|settings| settings.language = language);
        self.fetch_language();
    }

    /// Somebody has chosen the wanted language, perhaps again: loads its texts if they are not here,
    /// and says so if they do not come.
    pub fn fetch_language(self) {
        let wanted = self.language().get_untracked();
        spawn_local(async move {
            if !i18n::fetch(wanted).await {
                self.show_toast(ToastMessage::LanguageMissing);
            }
        });
    }

    /// Shows a toast in place of the previous one.
    pub fn show_toast(self, message: ToastMessage) {
        let _ = self.0.signals.toast.try_set(Some(message));
    }

    /// Removes the toast.
    pub fn dismiss_toast(self) {
        let _ = self.0.signals.toast.try_set(None);
    }

    /// Requests the browser's permission (call it from a click only), and turns the setting on
    /// if it is granted.
    pub fn ask_for_notifications(self) {
        spawn_local(async move {
            let answer = notifications::ask().await;
            let _ = self.0.signals.permission.try_set(answer);
            if answer == super::NotificationPermission::Granted {
                self.change_settings(|settings| settings.notifications = true);
            }
        });
    }

    /// Signs in as a guest with this name. Then the session starts ([`Client::authenticated`]).
    ///
    /// # Errors
    /// If the server refuses the name or guests, or cannot be reached.
    pub async fn sign_in(self, name: String) -> Result<(), Failure> {
        self.0.authentication.sign_in(&name).await
    }

    /// Somebody has signed in with an account. Their session starts ([`Client::authenticated`]).
    pub fn has_signed_in(self, profile: Profile) {
        self.0.authentication.authenticated(profile, true);
    }

    /// Opens a room, like a click on its link.
    pub fn open_room(self, room: RoomId) {
        navigation::go(&Route::Room(room).path());
    }

    /// Posts a message.
    ///
    /// # Errors
    /// If the text is empty, too long or holds forbidden characters; nothing was sent.
    pub fn send(self, room: RoomId, raw: String) -> Result<(), TextError> {
        let body = text::body(raw, &self.0.signals.limits.read_untracked())?;
        let id = browser::new_client_id();
        let engine = self.engine();
        if let Some(view) = engine.view().filter(|view| view.room == room) {
            view.go_to_end();
        }
        engine.act(|replica, now| replica.post(id, room, body, now));
        engine.look_for_late_answers();
        Ok(())
    }

    /// Changes the text of one's own message.
    ///
    /// # Errors
    /// As for [`Client::send`].
    pub fn edit(self, room: RoomId, (seq, rev): (Seq, Rev), raw: String) -> Result<(), TextError> {
        let body = text::body(raw, &self.0.signals.limits.read_untracked())?;
        let id = browser::new_client_id();
        let engine = self.engine();
        engine.act(|replica, now| replica.edit(id, room, (seq, rev), body, now));
        engine.look_for_late_answers();
        Ok(())
    }

    /// Opens the editor of the person's last message, once it is found. Returns whether the room
    /// is shown.
    pub fn edit_last(self, room: RoomId) -> bool {
        let engine = self.engine();
        let view = engine.view().filter(|view| view.room == room);
        view.inspect(|view| {
            view.edit_last_own();
            engine.refresh_view();
        })
        .is_some()
    }

    /// Cancels a message that has no answer yet.
    pub fn cancel(self, target: ClientId) {
        let id = browser::new_client_id();
        self.engine().act(|replica, _| replica.cancel(id, target));
    }

    /// Sends a refused or expired message again.
    pub fn retry(self, target: ClientId) {
        let fresh = browser::new_client_id();
        let engine = self.engine();
        engine.act(|replica, now| replica.retry(target, fresh, now));
        engine.look_for_late_answers();
    }

    /// Deletes a refused or expired message.
    pub fn discard(self, target: ClientId) {
        self.engine().act(|replica, _| replica.discard(target));
    }

    /// A key was pressed in a room's composer.
    pub fn typed(self, room: RoomId) {
        self.engine()
            .act(|replica, now| replica.send_typing(room, now));
    }

    /// The draft for a room.
    pub fn draft(self, room: RoomId) -> String {
        self.engine().draft(room)
    }

    /// Stores the draft for a room.
    pub fn keep_draft(self, room: RoomId, draft: &str) {
        let engine = self.engine();
        if let Some(view) = engine.view() {
            view.stop_search();
        }
        engine.keep_draft(room, draft);
    }

    /// Puts a text that was not sent before the draft of a room, in the composer if it has one.
    pub fn return_text(self, room: RoomId, text: String) {
        let _where = self.engine().return_text(room, text);
    }

    /// Adds drafts of closed tabs to the draft of a room, unless the draft was changed in the
    /// meantime. `show` is called with the whole text.
    pub fn adopt_drafts(
        self,
        room: RoomId,
        is_as_it_was: impl Fn() -> bool + 'static,
        show: impl Fn(&str) + 'static,
    ) {
        self.engine().adopt_drafts(room, is_as_it_was, show);
    }

    /// The draft of a room that another tab has adopted, if this `storage` event reports
    /// that: it does not belong to this tab any more.
    pub fn lost_draft(self, room: RoomId, event: &web_sys::Event) -> Option<String> {
        self.engine().lost_draft(room, event)
    }

    /// Stores the edit that was begun in a room; `None`: it has ended.
    pub fn keep_edit(self, room: RoomId, edit: Option<&Editing>) {
        self.engine().keep_edit(room, edit);
    }

    /// Copies a link to a message, or shows it if the browser does not allow copying.
    pub fn copy_link(self, room: RoomId, seq: Option<Seq>) {
        let route = seq.map_or(Route::Room(room), |seq| Route::Message(room, seq));
        let origin = browser::window().location().origin().unwrap_or_default();
        self.copy(origin + &route.path(), ToastMessage::LinkCopied);
    }

    /// Copies the text of a message, or shows it if the browser does not allow copying.
    pub fn copy_text(self, text: String) {
        self.copy(text, ToastMessage::TextCopied);
    }

    /// Copies a text, or shows it if the browser does not allow copying.
    pub fn copy(self, text: String, done: ToastMessage) {
        spawn_local(async move {
            self.show_toast(match browser::clipboard() {
                Some(clipboard) if JsFuture::from(clipboard.write_text(&text)).await.is_ok() => {
                    done
                }
                _ => ToastMessage::CopyByHand(text),
            });
        });
    }

    /// Shows a room, at a message if a link names one.
    pub fn enter(self, room: RoomId, at: Option<Seq>) -> Rc<RoomView> {
        // Of who reads without a session nothing is stored.
        if self.engine().user().is_some() {
            BrowserStorage::Local.set(LAST_ROOM, &room.0);
            recent::note(room);
        }
        let view = Rc::new(RoomView::new(room, at));
        self.engine().enter(&view);
        view
    }

    /// The rows of the last visit are there, each at its place.
    pub fn rows_are_mounted(self) {
        self.engine().rows_are_mounted();
    }

    /// Whether the rows of the last visit are about to come.
    pub fn awaits_rows(self) -> bool {
        self.engine().awaits_rows()
    }

    /// Stops showing a room.
    pub fn leave(self, view: &Rc<RoomView>) {
        self.engine().leave(view);
    }

    /// A link leads to a message of the shown room.
    pub fn go_to(self, view: &RoomView, seq: Seq) {
        view.go_to(seq);
        self.engine().refresh_view();
    }

    /// Goes to the room's end.
    pub fn jump_to_latest(self, view: &RoomView) {
        view.go_to_end();
        self.engine().refresh_view();
    }

    /// The reader is near the first row: renders older ones. Rows from `until` on are far away
    /// and may be removed.
    pub fn show_older(self, view: &RoomView, until: Option<Seq>) {
        if view.older.get_untracked() == Edge::More {
            view.extend_older(until);
            self.engine().refresh_view();
        }
    }

    /// The reader is near the last row: renders newer ones. Rows before `from` are far away
    /// and may be removed.
    pub fn show_newer(self, view: &RoomView, from: Option<Seq>) {
        if view.newer.get_untracked() == Edge::More {
            view.extend_newer(from);
            self.engine().refresh_view();
        }
    }

    /// Requests history again after a failure.
    pub fn try_history_again(self, view: &RoomView) {
        view.try_again();
        self.engine().refresh_view();
    }

    /// The reader's position: the first visible message, and whether the room's end is
    /// visible.
    pub fn reader_is_at(self, view: &RoomView, top: Option<Seq>, at_end: bool) {
        let engine = self.engine();
        view.set_pinned_to_end(at_end);
        engine.set_reader(view.room, top.filter(|_| !at_end));
        if at_end {
            engine.mark_read();
        }
    }
}
