//! What the person looks at: it is read, and needs no notification.

use std::rc::Rc;

use leptos::prelude::*;

use super::Engine;
use crate::browser;
use crate::state::timeline::TimelinePhase;
use crate::state::types::NotificationPermission;

impl Engine {
    /// Whether the person is looking at this page.
    pub(in crate::state) fn is_attended(&self) -> bool {
        const A_MINUTE: f64 = 60_000.0;
        browser::is_attended()
            || (browser::is_visible() && browser::now_ms() - self.last_input_at.get() < A_MINUTE)
    }

    /// The person used the page.
    pub(in crate::state) fn note_input(&self) {
        self.last_input_at.set(browser::now_ms());
    }

    /// Watches all rooms for what is unread, and for new messages while the person wants
    /// notifications.
    pub(in crate::state) fn watch(self: &Rc<Self>) {
        let notices = self.wants_notifications();
        self.act(|replica, _| replica.watch(notices));
    }

    /// Whether notifications are turned on, and the browser shows them.
    pub(in crate::state) fn wants_notifications(&self) -> bool {
        self.signals
            .settings
            .with_untracked(|settings| settings.notifications)
            && self.signals.permission.get_untracked() == NotificationPermission::Granted
    }

    /// Marks the shown room as read if the person sees its last message.
    pub(in crate::state) fn mark_read(self: &Rc<Self>) {
        let Some(view) = self.view().filter(|view| !view.stays_unread()) else {
            return;
        };
        // While messages from before still arrive, the last one that is held is not the last one that is
        // seen.
        let at_end = view.is_pinned_to_end()
            && view.has_caught_up()
            && matches!(
                view.phase.get_untracked(),
                TimelinePhase::Ready | TimelinePhase::Empty
            );
        if at_end && self.is_attended() {
            let last = view.last_held();
            let is_new = self
                .read(|replica| replica.read_seq(view.room).is_none_or(|read| read < last))
                .unwrap_or(false);
            if is_new {
                let id = browser::new_client_id();
                self.act(|replica, now| replica.mark_read(id, view.room, last, now));
            }
        }
    }
}
