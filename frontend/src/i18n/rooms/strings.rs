//! The texts about rooms and people. The name of a field says where it is used.

/// The texts of one language.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct RoomsStrings {
    pub form: FormStrings,
    pub directory: DirectoryStrings,
    pub details: DetailsStrings,
    pub picker: PickerStrings,
    pub person: PersonStrings,
    pub switcher: SwitcherStrings,
}

/// The form of a room.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct FormStrings {
    pub create_title: &'static str,
    pub edit_title: &'static str,
    pub name: &'static str,
    pub topic: &'static str,
    pub topic_hint: &'static str,
    pub create: &'static str,
    pub kind: &'static str,
    pub public: &'static str,
    pub public_hint: &'static str,
    pub private: &'static str,
    pub private_hint: &'static str,
    pub posting: &'static str,
    pub everybody: &'static str,
    pub managers: &'static str,
    pub everybody_hint: &'static str,
    pub managers_hint: &'static str,
}

/// The page with all public rooms.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct DirectoryStrings {
    pub search: &'static str,
    pub which: &'static str,
    pub open: &'static str,
    pub archived: &'static str,
    pub list: &'static str,
    pub keys: &'static str,
    pub members: fn(u64) -> String,
    pub everybody: &'static str,
    pub announcements: &'static str,
    pub join: &'static str,
    pub leave: &'static str,
    pub join_label: fn(&str) -> String,
    pub leave_label: fn(&str) -> String,
    /// While it is done.
    pub joining: &'static str,
    pub leaving: &'static str,
    pub joined: &'static str,
    pub more: &'static str,
    pub none_title: &'static str,
    pub none_text: &'static str,
    pub none_archived_title: &'static str,
    pub none_archived_text: &'static str,
    pub clear: &'static str,
    pub found: fn(u64) -> String,
}

/// What a room is, who is in it, and its end.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct DetailsStrings {
    pub public: &'static str,
    pub readable: &'static str,
    pub lobby: &'static str,
    pub private: &'static str,
    pub direct: &'static str,
    pub notes: &'static str,
    pub announcements: &'static str,
    pub archived: &'static str,
    pub join: &'static str,
    pub members: &'static str,
    pub people: &'static str,
    pub search: &'static str,
    pub manager: &'static str,
    pub add: &'static str,
    pub nobody: &'static str,
    pub no_members: &'static str,
    pub more: &'static str,
    pub actions: fn(&str) -> String,
    pub menu: &'static str,
    pub message: &'static str,
    pub make_manager: &'static str,
    pub make_member: &'static str,
    pub remove: &'static str,
    pub remove_sure: fn(&str) -> String,
    pub remove_private_text: &'static str,
    pub remove_public_text: &'static str,
    pub step_down_sure: &'static str,
    pub step_down_text: &'static str,
    pub step_down: &'static str,
    pub is_manager: fn(&str) -> String,
    pub is_member: fn(&str) -> String,
    pub is_removed: fn(&str) -> String,
    pub endings: &'static str,
    pub leave: &'static str,
    pub leave_sure: &'static str,
    pub leave_public_text: &'static str,
    pub leave_private_text: &'static str,
    pub archive: &'static str,
    pub archive_sure: &'static str,
    pub archive_text: &'static str,
    pub restore: &'static str,
    pub delete: &'static str,
    pub delete_sure: fn(&str) -> String,
    pub delete_text: &'static str,
}

/// Choosing people.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct PickerStrings {
    pub label: &'static str,
    pub placeholder: &'static str,
    pub list: &'static str,
    pub remove: fn(&str) -> String,
    pub chosen: &'static str,
    pub nobody: &'static str,
    pub already: &'static str,
    pub found: fn(u64) -> String,
    pub full: fn(u64) -> String,
    pub add_title: fn(&str) -> String,
    pub add_private: &'static str,
    pub add_public: &'static str,
    pub add: &'static str,
    pub not_now: &'static str,
    pub message_title: &'static str,
    pub message_hint: &'static str,
    pub extend_title: &'static str,
    pub extend_hint: &'static str,
    pub open: &'static str,
    pub choose_first: &'static str,
}

/// Who somebody is.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct PersonStrings {
    pub message: &'static str,
    pub notes: &'static str,
    pub edit: &'static str,
    pub owner: &'static str,
    pub administrator: &'static str,
    pub member: &'static str,
    pub bot: &'static str,
    pub guest: &'static str,
    pub unknown: &'static str,
}

/// The switcher.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct SwitcherStrings {
    pub label: &'static str,
    pub placeholder: &'static str,
    pub list: &'static str,
    pub recent: &'static str,
    pub rooms: &'static str,
    pub people: &'static str,
    pub pages: &'static str,
    pub found: fn(u64) -> String,
    pub none_title: &'static str,
    pub none_text: &'static str,
    pub no_recent: &'static str,
    pub private: &'static str,
    pub direct: &'static str,
    pub archived: &'static str,
    pub not_joined: &'static str,
    pub hint_rooms: &'static str,
    pub hint_people: &'static str,
    pub hint_step: &'static str,
    pub hint_open: &'static str,
    pub browser_settings: &'static str,
    pub shortcuts: &'static str,
    pub new_room: &'static str,
    pub new_message: &'static str,
}
