//! The flat form of a client's frame: one JSON object with the fields of all frames, of which
//! each frame has some.
//!
//! Reading goes once through the text: the variant is chosen when all fields are there.
//! (Serde's own form for enums with a `type` first copies every field into a buffer.) A command
//! that waits in a page's storage has the same fields, under its `type`: `{"send":{"room":1,…}}`.

mod command_list;
mod field_list;
mod json;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use thiserror::Error;

use command_list::list_command;
use field_list::FieldList;

use super::client::{Anchor, ClientFrame};
use super::frame_type::FrameType;
use crate::command::Command;
use crate::id::{ClientId, Epoch, Rev, RoomId, Seq, UserId};
use crate::model::{MarkChange, MemberRole, Posting, RoomKind, SidebarChange};
use crate::stream::StreamKey;

/// The fields of a client's frame, before it is known whether they make one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ClientFields {
    r#type: Option<FrameType>,
    version: Option<u32>,
    token: Option<String>,
    reads: Option<RoomId>,
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
    users: Option<Vec<UserId>>,
    ids: Option<Vec<UserId>>,
    rooms: Option<Vec<RoomId>>,
    notices: Option<bool>,
    generation: Option<u32>,
    kind: Option<RoomKind>,
    #[serde(deserialize_with = "posting")]
    posting: Option<Posting>,
    #[serde(deserialize_with = "member_role")]
    role: Option<MemberRole>,
    archived: Option<bool>,
    change: Option<SidebarChange>,
    marks: Option<Vec<MarkChange>>,
    name: Option<String>,
    topic: Option<String>,
    body: Option<String>,
}

/// Who posts; other than of what the server says, a value that is not known is an error.
fn posting<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Posting>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None => Ok(None),
        Some("everybody") => Ok(Some(Posting::Everybody)),
        Some("managers") => Ok(Some(Posting::Managers)),
        Some(_) => Err(D::Error::custom("nobody posts like this")),
    }
}

/// What a member may do, likewise.
fn member_role<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<MemberRole>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None => Ok(None),
        Some("manager") => Ok(Some(MemberRole::Manager)),
        Some("member") => Ok(Some(MemberRole::Member)),
        Some(_) => Err(D::Error::custom("no member is this")),
    }
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
                    reads: fields.reads,
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
            FrameType::Rooms => {
                return Ok(ClientFrame::Rooms {
                    question: required!(fields.question),
                    rooms: required!(fields.rooms),
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
                posting: fields.posting,
            },
            FrameType::ArchiveRoom => Command::ArchiveRoom {
                room: required!(fields.room),
                archived: required!(fields.archived),
            },
            FrameType::RemoveRoom => Command::RemoveRoom {
                room: required!(fields.room),
            },
            FrameType::JoinRoom => Command::JoinRoom {
                room: required!(fields.room),
            },
            FrameType::AddMembers => Command::AddMembers {
                room: required!(fields.room),
                users: required!(fields.users),
            },
            FrameType::RemoveMember => Command::RemoveMember {
                room: required!(fields.room),
                user: required!(fields.user),
            },
            FrameType::SetMemberRole => Command::SetMemberRole {
                room: required!(fields.room),
                user: required!(fields.user),
                role: required!(fields.role),
            },
            FrameType::OpenDirect => Command::OpenDirect {
                users: required!(fields.users),
            },
            FrameType::ChangeSidebar => Command::ChangeSidebar {
                change: required!(fields.change),
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
            FrameType::SetMarks => Command::SetMarks {
                marks: required!(fields.marks),
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
}

/// The fields of a frame, in the order in which they are written.
fn list_frame(frame: &ClientFrame) -> (FrameType, FieldList<'_>) {
    let mut list = FieldList::default();
    let frame_type = match frame {
        ClientFrame::Hello {
            version,
            token,
            reads,
        } => {
            list.number("version", Some(*version));
            list.text("token", token.as_ref());
            list.number("reads", reads.map(|room| room.0));
            FrameType::Hello
        }
        ClientFrame::Subscribe {
            question,
            stream,
            epoch,
            rev,
            most,
            page,
        } => {
            list.number("question", Some(*question));
            list.stream("stream", *stream);
            list.id(
                "epoch",
                epoch.map(|epoch| ClientId::from_bytes(*epoch.0.as_bytes())),
            );
            list.number("rev", Some(rev.0));
            list.count("most", *most);
            list.count("page", *page);
            FrameType::Subscribe
        }
        ClientFrame::Unsubscribe { stream } => {
            list.stream("stream", *stream);
            FrameType::Unsubscribe
        }
        ClientFrame::History {
            question,
            room,
            anchor,
            limit,
        } => {
            list.number("question", Some(*question));
            list.number("room", Some(room.0));
            let (name, seq) = match anchor {
                Anchor::Before(seq) => ("before", seq),
                Anchor::After(seq) => ("after", seq),
                Anchor::Around(seq) => ("around", seq),
            };
            list.number(name, Some(seq.0));
            list.count("limit", *limit);
            FrameType::History
        }
        ClientFrame::People { question, ids } => {
            list.number("question", Some(*question));
            list.numbers("ids", ids.iter().map(|id| id.0).collect());
            FrameType::People
        }
        ClientFrame::Rooms { question, rooms } => {
            list.number("question", Some(*question));
            list.numbers("rooms", rooms.iter().map(|room| room.0).collect());
            FrameType::Rooms
        }
        ClientFrame::Watch {
            question,
            rooms,
            notices,
        } => {
            list.number("question", Some(*question));
            if let Some(rooms) = rooms {
                list.numbers("rooms", rooms.iter().map(|room| room.0).collect());
            }
            list.flag("notices", *notices);
            FrameType::Watch
        }
        ClientFrame::Unwatch { rooms } => {
            list.numbers("rooms", rooms.iter().map(|room| room.0).collect());
            FrameType::Unwatch
        }
        ClientFrame::Command { client_id, command } => return list_command(*client_id, command),
        ClientFrame::Typing { room } => {
            list.number("room", Some(room.0));
            FrameType::Typing
        }
        ClientFrame::Ping {} => FrameType::Ping,
    };
    (frame_type, list)
}
