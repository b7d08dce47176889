//! The types of a client's frames.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

/// The `type` of a client's frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameType {
    Hello,
    Subscribe,
    Unsubscribe,
    History,
    People,
    Rooms,
    Watch,
    Unwatch,
    Send,
    Edit,
    Delete,
    Cancel,
    CreateRoom,
    UpdateRoom,
    ArchiveRoom,
    RemoveRoom,
    JoinRoom,
    AddMembers,
    RemoveMember,
    SetMemberRole,
    OpenDirect,
    ChangeSidebar,
    Rename,
    MarkRead,
    MarkUnread,
    SetMarks,
    Typing,
    Ping,
}

/// The values that `type` may have, in the order of [`FrameType`].
pub const FRAME_TYPES: [&str; 28] = [
    "hello",
    "subscribe",
    "unsubscribe",
    "history",
    "people",
    "rooms",
    "watch",
    "unwatch",
    "send",
    "edit",
    "delete",
    "cancel",
    "create_room",
    "update_room",
    "archive_room",
    "remove_room",
    "join_room",
    "add_members",
    "remove_member",
    "set_member_role",
    "open_direct",
    "change_sidebar",
    "rename",
    "mark_read",
    "mark_unread",
    "set_marks",
    "typing",
    "ping",
];

impl FrameType {
    const ALL: [FrameType; FRAME_TYPES.len()] = [
        FrameType::Hello,
        FrameType::Subscribe,
        FrameType::Unsubscribe,
        FrameType::History,
        FrameType::People,
        FrameType::Rooms,
        FrameType::Watch,
        FrameType::Unwatch,
        FrameType::Send,
        FrameType::Edit,
        FrameType::Delete,
        FrameType::Cancel,
        FrameType::CreateRoom,
        FrameType::UpdateRoom,
        FrameType::ArchiveRoom,
        FrameType::RemoveRoom,
        FrameType::JoinRoom,
        FrameType::AddMembers,
        FrameType::RemoveMember,
        FrameType::SetMemberRole,
        FrameType::OpenDirect,
        FrameType::ChangeSidebar,
        FrameType::Rename,
        FrameType::MarkRead,
        FrameType::MarkUnread,
        FrameType::SetMarks,
        FrameType::Typing,
        FrameType::Ping,
    ];

    /// The value of `type`.
    pub(super) fn name(self) -> &'static str {
        FRAME_TYPES[self as usize]
    }
}

/// Any string that is no type is an error, and so is anything else: `serde_json` takes a number
/// in the place of an enum for broken JSON.
impl<'de> Deserialize<'de> for FrameType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl Visitor<'_> for Name {
            type Value = FrameType;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type of frame")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<FrameType, E> {
                let index = FRAME_TYPES.iter().position(|known| *known == name);
                index
                    .map(|index| FrameType::ALL[index])
                    .ok_or_else(|| E::custom("unknown type"))
            }
        }

        deserializer.deserialize_str(Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_own_name() {
        for (name, frame_type) in FRAME_TYPES.into_iter().zip(FrameType::ALL) {
            let json = format!("\"{name}\"");
            let read: FrameType = serde_json::from_str(&json).unwrap();
            assert_eq!(read, frame_type);
            assert_eq!(frame_type.name(), name);
            let debug = format!("{frame_type:?}").to_lowercase();
            assert_eq!(name.replace('_', ""), debug);
        }
    }

    #[test]
    fn what_is_no_type_is_no_syntax_error() {
        for json in ["5", "\"dance\"", "[]", "{}", "null"] {
            let error = serde_json::from_str::<FrameType>(json).unwrap_err();
            assert!(error.is_data(), "{json}: {error}");
        }
    }
}
