//! The fields of a frame that is written.
//!
//! Serde's derived code writes every field by code of its own. Only pages and bots write these
//! frames, and a page carries its code over the network: here it is one loop.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::id::ClientId;
use crate::model::{MarkChange, MemberRole, Posting, RoomKind, SidebarChange};
use crate::stream::StreamKey;

/// The fields of a frame except its `type`, in the order in which they are written.
#[derive(Default)]
pub(super) struct FieldList<'a>(Vec<(&'static str, FieldValue<'a>)>);

enum FieldValue<'a> {
    Text(&'a str),
    Stream(StreamKey),
    Id(ClientId),
    Kind(RoomKind),
    Posting(Posting),
    Role(MemberRole),
    Sidebar(&'a SidebarChange),
    Marks(&'a [MarkChange]),
    Flag(bool),
    Number(i64),
    Numbers(Vec<i64>),
}

impl<'a> FieldList<'a> {
    pub(super) fn text(&mut self, name: &'static str, text: Option<&'a String>) {
        self.push(name, text.map(|text| FieldValue::Text(text)));
    }

    pub(super) fn stream(&mut self, name: &'static str, stream: StreamKey) {
        self.push(name, Some(FieldValue::Stream(stream)));
    }

    pub(super) fn id(&mut self, name: &'static str, id: Option<ClientId>) {
        self.push(name, id.map(FieldValue::Id));
    }

    pub(super) fn kind(&mut self, name: &'static str, kind: RoomKind) {
        self.push(name, Some(FieldValue::Kind(kind)));
    }

    pub(super) fn posting(&mut self, name: &'static str, posting: Option<Posting>) {
        self.push(name, posting.map(FieldValue::Posting));
    }

    pub(super) fn role(&mut self, name: &'static str, role: MemberRole) {
        self.push(name, Some(FieldValue::Role(role)));
    }

    pub(super) fn sidebar(&mut self, name: &'static str, change: &'a SidebarChange) {
        self.push(name, Some(FieldValue::Sidebar(change)));
    }

    pub(super) fn marks(&mut self, name: &'static str, marks: &'a [MarkChange]) {
        self.push(name, Some(FieldValue::Marks(marks)));
    }

    pub(super) fn flag(&mut self, name: &'static str, flag: bool) {
        self.push(name, Some(FieldValue::Flag(flag)));
    }

    pub(super) fn number(&mut self, name: &'static str, number: Option<impl Into<i64>>) {
        self.push(name, number.map(|number| FieldValue::Number(number.into())));
    }

    pub(super) fn count(&mut self, name: &'static str, count: Option<usize>) {
        // No limit comes near the bound.
        let count = count.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        self.number(name, count);
    }

    pub(super) fn numbers(&mut self, name: &'static str, numbers: Vec<i64>) {
        self.push(name, Some(FieldValue::Numbers(numbers)));
    }

    fn push(&mut self, name: &'static str, value: Option<FieldValue<'a>>) {
        self.0.extend(value.map(|value| (name, value)));
    }

    /// Adds the fields to an object.
    pub(super) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        Ok(())
    }
}

impl Serialize for FieldList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.serialize_into(&mut map)?;
        map.end()
    }
}

impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            FieldValue::Text(text) => serializer.serialize_str(text),
            FieldValue::Stream(stream) => serializer.serialize_str(&stream.to_string()),
            FieldValue::Id(id) => id.serialize(serializer),
            FieldValue::Kind(kind) => kind.serialize(serializer),
            FieldValue::Posting(posting) => posting.serialize(serializer),
            FieldValue::Role(role) => role.serialize(serializer),
            FieldValue::Sidebar(change) => change.serialize(serializer),
            FieldValue::Marks(marks) => marks.serialize(serializer),
            FieldValue::Flag(flag) => serializer.serialize_bool(*flag),
            FieldValue::Number(number) => serializer.serialize_i64(*number),
            FieldValue::Numbers(numbers) => numbers.serialize(serializer),
        }
    }
}
