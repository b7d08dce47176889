//! Writing a client's frame.
//!
//! Serde's derived code writes every field by code of its own. Only pages and bots write these
//! frames, and a page carries its code over the network: here it is one loop.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::ClientFields;
use crate::frame::frame_type::FrameType;
use crate::id::ClientId;
use crate::model::RoomKind;

/// The value of a field.
enum FieldValue<'a> {
    Type(FrameType),
    Kind(RoomKind),
    Id(ClientId),
    Text(&'a str),
    OwnedText(String),
    Flag(bool),
    Number(i64),
    Numbers(Vec<i64>),
}

impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            FieldValue::Type(frame_type) => frame_type.serialize(serializer),
            FieldValue::Kind(kind) => kind.serialize(serializer),
            FieldValue::Id(id) => id.serialize(serializer),
            FieldValue::Text(text) => serializer.serialize_str(text),
            FieldValue::OwnedText(text) => serializer.serialize_str(text),
            FieldValue::Flag(flag) => serializer.serialize_bool(*flag),
            FieldValue::Number(number) => serializer.serialize_i64(*number),
            FieldValue::Numbers(numbers) => numbers.serialize(serializer),
        }
    }
}

fn text(text: Option<&String>) -> Option<FieldValue<'_>> {
    text.map(|text| FieldValue::Text(text))
}

fn number<'a>(number: Option<i64>) -> Option<FieldValue<'a>> {
    number.map(FieldValue::Number)
}

fn count<'a>(count: Option<usize>) -> Option<FieldValue<'a>> {
    // No limit comes near the bound.
    number(count.map(|count| i64::try_from(count).unwrap_or(i64::MAX)))
}

impl Serialize for ClientFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A new field does not compile here. Add it to the list below.
        let ClientFields {
            r#type,
            version,
            token,
            client_id,
            question,
            stream,
            room,
            epoch,
            seq,
            rev,
            most,
            page,
            before,
            after,
            around,
            limit,
            target,
            user,
            ids,
            rooms,
            notices,
            generation,
            kind,
            name,
            topic,
            body,
        } = self;
        let ids = ids.as_ref().map(|ids| ids.iter().map(|id| id.0).collect());
        let rooms = (rooms.as_ref()).map(|rooms| rooms.iter().map(|room| room.0).collect());
        let fields = [
            ("type", r#type.map(FieldValue::Type)),
            ("version", number(version.map(i64::from))),
            ("token", text(token.as_ref())),
            ("client_id", client_id.map(FieldValue::Id)),
            ("question", number(question.map(i64::from))),
            (
                "stream",
                stream.map(|stream| FieldValue::OwnedText(stream.to_string())),
            ),
            ("room", number(room.map(|room| room.0))),
            (
                "epoch",
                epoch.map(|epoch| FieldValue::Id(ClientId::from_bytes(*epoch.0.as_bytes()))),
            ),
            ("seq", number(seq.map(|seq| seq.0))),
            ("rev", number(rev.map(|rev| rev.0))),
            ("most", count(*most)),
            ("page", count(*page)),
            ("before", number(before.map(|seq| seq.0))),
            ("after", number(after.map(|seq| seq.0))),
            ("around", number(around.map(|seq| seq.0))),
            ("limit", count(*limit)),
            ("target", target.map(FieldValue::Id)),
            ("user", number(user.map(|user| user.0))),
            ("ids", ids.map(FieldValue::Numbers)),
            ("rooms", rooms.map(FieldValue::Numbers)),
            ("notices", notices.map(FieldValue::Flag)),
            ("generation", number(generation.map(i64::from))),
            ("kind", kind.map(FieldValue::Kind)),
            ("name", text(name.as_ref())),
            ("topic", text(topic.as_ref())),
            ("body", text(body.as_ref())),
        ];
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in fields {
            if let Some(value) = value {
                map.serialize_entry(name, &value)?;
            }
        }
        map.end()
    }
}
