//! The list of rooms as it stands, and changes of how it is arranged.

use leptos::prelude::*;
use shared::command::Command;
use shared::id::{Micros, RoomId, Seq};
use shared::model::{Sidebar, SidebarChange};

use super::{Client, Failure, ListedSection, PlaceRow, SectionKey, ToastMessage};
use crate::browser;

impl Client {
    /// The person's rooms: the lobby first, then by name. Empty before [`Client::list_known`].
    pub fn room_ids(self) -> ReadSignal<Vec<RoomId>> {
        self.0.signals.room_ids.read_only()
    }

    /// The sections of the list, each with its rooms in order.
    pub fn sections(self) -> ReadSignal<Vec<ListedSection>> {
        self.0.signals.sections.read_only()
    }

    /// Until when the person only reads, while that is so.
    pub fn timed_out(self) -> ReadSignal<Option<Micros>> {
        self.0.signals.timed_out.read_only()
    }

    /// Whether the list of rooms has arrived.
    pub fn list_known(self) -> ReadSignal<bool> {
        self.0.signals.list_known.read_only()
    }

    /// What the list shows of a room.
    pub fn place(self, room: RoomId) -> ReadSignal<PlaceRow> {
        self.engine().room(room).row.clone().into()
    }

    /// The number of unread messages in all rooms that draw attention.
    pub fn unread(self) -> ReadSignal<u64> {
        self.0.signals.unread.read_only()
    }

    /// How many of them are addressed to the person.
    pub fn addressed(self) -> ReadSignal<u64> {
        self.0.signals.addressed.read_only()
    }

    /// Whether a section is collapsed; tracked.
    pub fn is_collapsed(self, section: &SectionKey) -> bool {
        let stored = section.stored();
        self.0.signals.collapsed.with(|all| all.contains(&stored))
    }

    /// Collapses a section, or opens it again.
    pub fn collapse(self, section: &SectionKey, is_collapsed: bool) {
        let stored = section.stored();
        let collapsed = self.0.signals.collapsed;
        collapsed.update(|all| {
            all.retain(|other| *other != stored);
            if is_collapsed {
                all.push(stored);
            }
        });
        collapsed.with_untracked(|all| super::collapsed::store(all));
    }

    /// The rows of the list as they stand, each with its number of unread messages. Of a collapsed
    /// section the current one and those that are unread.
    pub fn rows(self) -> Vec<(RoomId, u64)> {
        let current = self.current_room().get_untracked();
        let engine = self.engine();
        let list = engine.room_list.borrow();
        let mut rows = Vec::new();
        for section in self.0.signals.sections.get_untracked() {
            let is_collapsed = untrack(|| self.is_collapsed(&section.key));
            for room in section.rooms {
                let unread = list.unread_in(room);
                if !is_collapsed || unread > 0 || Some(room) == current {
                    rows.push((room, unread));
                }
            }
        }
        rows
    }

    /// How the person has arranged the rooms; not tracked.
    pub fn arrangement(self) -> Sidebar {
        self.engine().room_list.borrow().arrangement().clone()
    }

    /// Whether the person has a section of this name; not tracked.
    pub fn has_section(self, name: &str) -> bool {
        let engine = self.engine();
        let list = engine.room_list.borrow();
        let mut sections = list.arrangement().sections.iter();
        sections.any(|section| section.name == name)
    }

    /// Renames a section. It stays collapsed or open.
    pub fn rename_section(self, name: String, to: String) {
        let before = SectionKey::Own(name.clone());
        if untrack(|| self.is_collapsed(&before)) {
            self.collapse(&before, false);
            self.collapse(&SectionKey::Own(to.clone()), true);
        }
        self.arrange(SidebarChange::RenameSection { name, to });
    }

    /// Removes a section. Its rooms stay.
    pub fn remove_section(self, name: String) {
        // This browser keeps nothing of it.
        self.collapse(&SectionKey::Own(name.clone()), false);
        self.arrange(SidebarChange::RemoveSection { name });
    }

    /// Closes a direct conversation: it is not in the list until something new is said there. What was
    /// unread is read, because nothing would lead there.
    pub fn close_conversation(self, room: RoomId) {
        self.mark_all_read(room);
        let seq = self.last_message(room);
        self.arrange(SidebarChange::Close { room, seq });
    }

    /// Whether something is unread in a room, also if it draws no attention; not tracked.
    pub fn has_unread(self, room: RoomId) -> bool {
        let unread = self.engine().read(|replica| replica.unread(room));
        unread.is_some_and(|unread| unread > 0)
    }

    /// The last message of a room, as far as is known.
    fn last_message(self, room: RoomId) -> Seq {
        let head = self.engine().read(|replica| replica.head(room));
        head.unwrap_or_default()
    }

    /// Ends one's own membership of a private room. Nothing of it can be shown then, so this goes on from
    /// it to the lobby, and says why.
    ///
    /// # Errors
    /// As [`Client::give`].
    pub async fn leave_private_room(self, room: RoomId) -> Result<(), Failure> {
        let user = self.engine().user().ok_or(Failure::Unreachable)?;
        let name = self.place(room).with_untracked(|row| row.name.clone());
        self.give(Command::RemoveMember { room, user }).await?;
        if self.current_room().get_untracked() == Some(room) {
            self.open_room(RoomId::LOBBY);
        }
        self.show_toast(ToastMessage::Left(name));
        Ok(())
    }

    /// Ends one's own membership of a public room, which can still be read.
    pub fn leave_room(self, room: RoomId) {
        let engine = self.engine();
        if let Some(user) = engine.user() {
            let id = browser::new_client_id();
            let command = Command::RemoveMember { room, user };
            engine.act(|replica, now| replica.command(id, command, now));
        }
    }

    /// Changes how the rooms are arranged, on all devices of the person. It is shown at once.
    pub fn arrange(self, change: SidebarChange) {
        let id = browser::new_client_id();
        let command = Command::ChangeSidebar { change };
        (self.engine()).act(|replica, now| replica.command(id, command, now));
    }
}
