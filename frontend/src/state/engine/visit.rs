//! What is stored of the conversation for the next visit, under the tag of the session: it is
//! never shown to another person, or after the session has ended. `assets/conversation.js` paints
//! the last conversation from a store of its own before this program is there.

use std::rc::Rc;

use shared::model::Profile;
use shared::sync::Replica;

use super::super::stored::{self, KNOWN};
use super::Engine;
use crate::browser::{self, BrowserStorage};

/// What `assets/conversation.js` paints.
const PAINTED: &str = "madang.seen";
/// The attribute of the root element with the tag of the session that is shown.
/// `assets/conversation.js` reads it.
const SHOWN: &str = "data-session";

impl Engine {
    /// A replica of the person, which knows what the last visit has stored.
    pub(super) fn begin_replica(self: &Rc<Self>, profile: Profile) {
        let actions = stored::actions();
        let stored = actions.and_then(|actions| (actions.read_visit)());
        let tag = browser::session_tag();
        let stored = stored.filter(|stored| tag.as_ref() == Some(&stored.tag));
        self.begin_visit(tag);
        self.replica.replace(Some(Replica::new(profile)));
        if let Some((stored, actions)) = stored.zip(actions) {
            self.act(|replica, _| (actions.restore_visit)(replica, stored.known));
            let known = self.read(|replica| (replica.rooms().count() > 0, replica.knows_own()));
            let (lists_rooms, knows_own) = known.unwrap_or_default();
            self.directory_answered.set(lists_rooms);
            self.read_marks_known.set(knows_own);
            self.update_arrangement();
            // Until now no room was shown as unread.
            self.update_room_rows(&self.listed_rooms());
            self.update_list_known();
        }
    }

    /// The session that is shown has this tag; `None`: none is shown, or it has no tag. Another tab
    /// may sign in as somebody else meanwhile: then the cookie has another tag.
    pub(super) fn begin_visit(&self, tag: Option<String>) {
        if let Some(root) = browser::document().document_element() {
            let _ = match &tag {
                Some(tag) => root.set_attribute(SHOWN, tag),
                None => root.remove_attribute(SHOWN),
            };
        }
        self.session_tag.replace(tag);
    }

    /// Whether the browser still has the session that is shown.
    pub(super) fn is_session_present(&self) -> bool {
        *self.session_tag.borrow() == browser::session_tag()
    }

    /// Stores what is known, as the page may be left now. What another session has stored stays.
    pub(super) fn keep_visit(&self) {
        let room = self.view().map(|view| view.room);
        let tag = (self.session_tag.borrow().clone()).filter(|_| self.is_session_present());
        if let Some((tag, actions)) = tag.zip(stored::actions()) {
            self.read(|replica| (actions.keep_visit)(replica, room, tag));
        }
    }
}

/// The session has ended.
pub(super) fn forget_visit() {
    for key in [KNOWN, PAINTED] {
        BrowserStorage::Local.remove(key);
    }
}
