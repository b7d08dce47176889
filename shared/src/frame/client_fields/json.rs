//! The JSON of a client's frame, `{"type":"send","room":1,…}`, and of a command that waits in a
//! page's storage, `{"send":{"room":1,…}}`.

use serde::de;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ClientFields, list_command, list_frame};
use crate::command::Command;
use crate::frame::ClientFrame;

impl<'de> Deserialize<'de> for ClientFrame {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = ClientFields::deserialize(deserializer)?;
        ClientFrame::try_from(fields).map_err(de::Error::custom)
    }
}

impl Serialize for ClientFrame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (frame_type, list) = list_frame(self);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", frame_type.name())?;
        list.serialize_into(&mut map)?;
        map.end()
    }
}

impl Serialize for Command {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (frame_type, list) = list_command(None, self);
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(frame_type.name(), &list)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{Rev, RoomId};
    use crate::model::RoomKind;

    #[test]
    fn commands_that_earlier_pages_have_stored_are_read() {
        let read = |text| serde_json::from_str::<Command>(text).ok();
        let (room, rev) = (RoomId(7), Rev(5));
        assert_eq!(
            read(r#"{"update_room":{"room":7,"rev":5,"name":null,"topic":"tea"}}"#),
            Some(Command::UpdateRoom {
                room,
                rev,
                name: None,
                topic: Some("tea".into()),
                posting: None,
            })
        );
        assert_eq!(
            read(r#"{"create_room":{"name":"garden","topic":""}}"#),
            Some(Command::CreateRoom {
                name: "garden".into(),
                topic: String::new(),
                kind: RoomKind::Public,
            })
        );
        for none in [
            "{}",
            r#"{"ping":{}}"#,
            r#"{"send":{"room":7}}"#,
            r#"{"delete":{"room":7,"seq":1},"edit":{}}"#,
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
