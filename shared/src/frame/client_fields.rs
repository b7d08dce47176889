//! The flat form of a client's frame: one JSON object with the fields of all frames, of which
//! each frame has some.
//!
//! Reading goes once through the text: the variant is chosen when all fields are there.
//! (Serde's own form for enums with a `type` first copies every field into a buffer.)

mod write;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use super::client::{Anchor, ClientFrame};
use super::frame_type::FrameType;
use crate::command::Command;
use crate::id::{ClientId, Epoch, Rev, RoomId, Seq, UserId};
use crate::model::RoomKind;
use crate::stream::StreamKey;

/// The fields of a client's frame, before it is known whether they make one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ClientFields {
    r#type: Option<FrameType>,
    version: Option<u32>,
    token: Option<String>,
    client_id: Option<ClientId>,
    question: Option<u32>,
    stream: Option<StreamKey>,
    room: Option<RoomId>,
    epoch: Option<Epoch>,
    seq: Option<Seq>,
    rev: Option<Rev>,
    most: Option<usize>,
    page: Option<usize>,
    before: Option<Seq>,
    after: Option<Seq>,
    around: Option<Seq>,
    limit: Option<usize>,
    target: Option<ClientId>,
    user: Option<UserId>,
    ids: Option<Vec<UserId>>,
    rooms: Option<Vec<RoomId>>,
    notices: Option<bool>,
    generation: Option<u32>,
    kind: Option<RoomKind>,
    name: Option<String>,
    topic: Option<String>,
    body: Option<String>,
}

/// Why fields make no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FieldError {
    /// A field that this frame must have is not there.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// None of an anchor's fields is there, or more than one.
    #[error("give exactly one of `before`, `after` and `around`")]
    NotOneAnchor,
}

/// A field's value, or that it is missing.
macro_rules! required {
    ($fields:ident.$name:ident) => {
        $fields
            .$name
            .ok_or(FieldError::Missing(stringify!($name)))?
    };
}

impl TryFrom<ClientFields> for ClientFrame {
    type Error = FieldError;

    #[allow(clippy::too_many_lines, reason = "one arm for each type of frame")]
    fn try_from(fields: ClientFields) -> Result<Self, FieldError> {
        let Some(frame_type) = fields.r#type else {
            return Err(FieldError::Missing("type"));
        };
        let command = match frame_type {
            FrameType::Hello => {
                return Ok(ClientFrame::Hello {
                    version: required!(fields.version),
                    token: fields.token,
                });
            }
            FrameType::Subscribe => {
                return Ok(ClientFrame::Subscribe {
                    question: required!(fields.question),
                    stream: required!(fields.stream),
                    epoch: fields.epoch,
                    rev: fields.rev.unwrap_or_default(),
                    most: fields.most,
                    page: fields.page,
                });
            }
            FrameType::Unsubscribe => {
                return Ok(ClientFrame::Unsubscribe {
                    stream: required!(fields.stream),
                });
            }
            FrameType::History => {
                return Ok(ClientFrame::History {
                    question: required!(fields.question),
                    room: required!(fields.room),
                    anchor: fields.anchor()?,
                    limit: fields.limit,
                });
            }
            FrameType::People => {
                return Ok(ClientFrame::People {
                    question: required!(fields.question),
                    ids: required!(fields.ids),
                });
            }
            FrameType::Watch => {
                return Ok(ClientFrame::Watch {
                    question: required!(fields.question),
                    rooms: fields.rooms,
                    notices: fields.notices.unwrap_or_default(),
                });
            }
            FrameType::Unwatch => {
                return Ok(ClientFrame::Unwatch {
                    rooms: required!(fields.rooms),
                });
            }
            FrameType::Typing => {
                return Ok(ClientFrame::Typing {
                    room: required!(fields.room),
                });
            }
            FrameType::Ping => return Ok(ClientFrame::Ping {}),
            FrameType::Send => Command::Send {
                room: required!(fields.room),
                body: required!(fields.body),
            },
            FrameType::Edit => Command::Edit {
                room: required!(fields.room),
                seq: required!(fields.seq),
                rev: required!(fields.rev),
                body: required!(fields.body),
            },
            FrameType::Delete => Command::Delete {
                room: required!(fields.room),
                seq: required!(fields.seq),
            },
            FrameType::Cancel => Command::Cancel {
                room: required!(fields.room),
                target: required!(fields.target),
            },
            FrameType::CreateRoom => Command::CreateRoom {
                name: required!(fields.name),
                topic: fields.topic.unwrap_or_default(),
                kind: fields.kind.unwrap_or_default(),
            },
            FrameType::UpdateRoom => Command::UpdateRoom {
                room: required!(fields.room),
                rev: required!(fields.rev),
                name: fields.name,
                topic: fields.topic,
            },
            FrameType::AddMember => Command::AddMember {
                room: required!(fields.room),
                user: required!(fields.user),
            },
            FrameType::RemoveMember => Command::RemoveMember {
                room: required!(fields.room),
                user: required!(fields.user),
            },
            FrameType::Rename => Command::Rename {
                name: required!(fields.name),
            },
            FrameType::MarkRead => Command::MarkRead {
                room: required!(fields.room),
                seq: required!(fields.seq),
                generation: fields.generation.unwrap_or_default(),
            },
            FrameType::MarkUnread => Command::MarkUnread {
                room: required!(fields.room),
                seq: required!(fields.seq),
            },
        };
        let client_id = if command.has_client_id() {
            Some(required!(fields.client_id))
        } else {
            None
        };
        Ok(ClientFrame::Command { client_id, command })
    }
}

impl ClientFields {
    fn anchor(&self) -> Result<Anchor, FieldError> {
        Anchor::of(self.before, self.after, self.around).ok_or(FieldError::NotOneAnchor)
    }

    fn of_type(frame_type: FrameType) -> Self {
        ClientFields {
            r#type: Some(frame_type),
            ..ClientFields::default()
        }
    }

    fn of_command(client_id: Option<ClientId>, command: Command) -> Self {
        let fields = ClientFields {
            client_id,
            room: command.room(),
            ..ClientFields::default()
        };
        match command {
            Command::Send { room: _, body } => ClientFields {
                r#type: Some(FrameType::Send),
                body: Some(body),
                ..fields
            },
            Command::Edit {
                room: _,
                seq,
                rev,
                body,
            } => ClientFields {
                r#type: Some(FrameType::Edit),
                seq: Some(seq),
                rev: Some(rev),
                body: Some(body),
                ..fields
            },
            Command::Delete { room: _, seq } => ClientFields {
                r#type: Some(FrameType::Delete),
                seq: Some(seq),
                ..fields
            },
            Command::Cancel { room: _, target } => ClientFields {
                r#type: Some(FrameType::Cancel),
                target: Some(target),
                ..fields
            },
            Command::CreateRoom { name, topic, kind } => ClientFields {
                r#type: Some(FrameType::CreateRoom),
                name: Some(name),
                topic: Some(topic),
                kind: Some(kind),
                ..fields
            },
            Command::UpdateRoom {
                room: _,
                rev,
                name,
                topic,
            } => ClientFields {
                r#type: Some(FrameType::UpdateRoom),
                rev: Some(rev),
                name,
                topic,
                ..fields
            },
            Command::AddMember { room: _, user } => ClientFields {
                r#type: Some(FrameType::AddMember),
                user: Some(user),
                ..fields
            },
            Command::RemoveMember { room: _, user } => ClientFields {
                r#type: Some(FrameType::RemoveMember),
                user: Some(user),
                ..fields
            },
            Command::Rename { name } => ClientFields {
                r#type: Some(FrameType::Rename),
                name: Some(name),
                ..fields
            },
            Command::MarkRead {
                room: _,
                seq,
                generation,
            } => ClientFields {
                r#type: Some(FrameType::MarkRead),
                seq: Some(seq),
                generation: Some(generation).filter(|generation| *generation > 0),
                ..fields
            },
            Command::MarkUnread { room: _, seq } => ClientFields {
                r#type: Some(FrameType::MarkUnread),
                seq: Some(seq),
                ..fields
            },
        }
    }
}

impl From<ClientFrame> for ClientFields {
    fn from(frame: ClientFrame) -> Self {
        match frame {
            ClientFrame::Hello { version, token } => ClientFields {
                version: Some(version),
                token,
                ..ClientFields::of_type(FrameType::Hello)
            },
            ClientFrame::Subscribe {
                question,
                stream,
                epoch,
                rev,
                most,
                page,
            } => ClientFields {
                question: Some(question),
                stream: Some(stream),
                epoch,
                rev: Some(rev),
                most,
                page,
                ..ClientFields::of_type(FrameType::Subscribe)
            },
            ClientFrame::Unsubscribe { stream } => ClientFields {
                stream: Some(stream),
                ..ClientFields::of_type(FrameType::Unsubscribe)
            },
            ClientFrame::History {
                question,
                room,
                anchor,
                limit,
            } => {
                let fields = ClientFields {
                    question: Some(question),
                    room: Some(room),
                    limit,
                    ..ClientFields::of_type(FrameType::History)
                };
                match anchor {
                    Anchor::Before(seq) => ClientFields {
                        before: Some(seq),
                        ..fields
                    },
                    Anchor::After(seq) => ClientFields {
                        after: Some(seq),
                        ..fields
                    },
                    Anchor::Around(seq) => ClientFields {
                        around: Some(seq),
                        ..fields
                    },
                }
            }
            ClientFrame::People { question, ids } => ClientFields {
                question: Some(question),
                ids: Some(ids),
                ..ClientFields::of_type(FrameType::People)
            },
            ClientFrame::Watch {
                question,
                rooms,
                notices,
            } => ClientFields {
                question: Some(question),
                rooms,
                notices: Some(notices),
                ..ClientFields::of_type(FrameType::Watch)
            },
            ClientFrame::Unwatch { rooms } => ClientFields {
                rooms: Some(rooms),
                ..ClientFields::of_type(FrameType::Unwatch)
            },
            ClientFrame::Command { client_id, command } => {
                ClientFields::of_command(client_id, command)
            }
            ClientFrame::Typing { room } => ClientFields {
                room: Some(room),
                ..ClientFields::of_type(FrameType::Typing)
            },
            ClientFrame::Ping {} => ClientFields::of_type(FrameType::Ping),
        }
    }
}

impl Serialize for ClientFrame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ClientFields::from(self.clone()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ClientFrame {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = ClientFields::deserialize(deserializer)?;
        ClientFrame::try_from(fields).map_err(de::Error::custom)
    }
}
