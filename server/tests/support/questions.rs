//! Questions of a native client, and what comes live of what it asked for.

use shared::frame::{
    Anchor, Changes, ClientFrame, Heads, History, Notice, Refusal, Reset, ServerFrame,
};
use shared::id::{Epoch, Rev, RoomId, UserId};
use shared::model::{Profile, Room};
use shared::stream::StreamKey;

use super::command;
use super::native::Native;

/// The answer to a `subscribe`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What was missed.
    Changes(Changes),
    /// A reset.
    Reset(Reset),
}

impl Answer {
    /// What was missed; anything else fails the test.
    pub fn changes(self) -> Changes {
        match self {
            Answer::Changes(changes) => changes,
            Answer::Reset(reset) => panic!("a reset instead of changes: {reset:?}"),
        }
    }

    /// The reset; anything else fails the test.
    pub fn reset(self) -> Reset {
        match self {
            Answer::Reset(reset) => reset,
            Answer::Changes(changes) => panic!("changes instead of a reset: {changes:?}"),
        }
    }
}

impl Native {
    /// Asks a question and waits for its answer.
    ///
    /// # Errors
    /// The refusal.
    pub async fn question(&mut self, question: &ClientFrame) -> Result<ServerFrame, Refusal> {
        self.say(question).await;
        self.answer_to(command::question(question)).await
    }

    /// The answer that repeats this number.
    ///
    /// # Errors
    /// The refusal.
    pub async fn answer_to(&mut self, number: u32) -> Result<ServerFrame, Refusal> {
        self.expect("the answer to a question", |frame| {
            let is_it = question_of(frame) == Some(number);
            is_it.then(|| match frame {
                ServerFrame::Error(refusal) => Err(refusal.clone()),
                answer => Ok(answer.clone()),
            })
        })
        .await
    }

    /// Subscribes to a room as at a first visit.
    pub async fn subscribe(&mut self, room: RoomId) -> Reset {
        let question = command::subscribe(room, None, Rev::ZERO);
        subscription(self.question(&question).await.unwrap()).reset()
    }

    /// Subscribes to a room from a known revision.
    pub async fn resume(&mut self, room: RoomId, epoch: Epoch, rev: Rev) -> Answer {
        let question = command::subscribe(room, Some(epoch), rev);
        subscription(self.question(&question).await.unwrap())
    }

    /// The next answer to a `subscribe` to this room, whatever its number.
    pub async fn subscribed(&mut self, room: RoomId) -> Answer {
        let stream = StreamKey::Room(room);
        self.expect("the answer to subscribe", |frame| match frame {
            ServerFrame::Changes(changes)
                if changes.stream == stream && changes.question.is_some() =>
            {
                Some(Answer::Changes(changes.clone()))
            }
            ServerFrame::Reset(reset) if reset.stream == stream => {
                Some(Answer::Reset(reset.clone()))
            }
            _ => None,
        })
        .await
    }

    /// The next live changes of a room.
    pub async fn changes(&mut self, room: RoomId) -> Changes {
        self.live(StreamKey::Room(room)).await
    }

    async fn live(&mut self, stream: StreamKey) -> Changes {
        self.expect("live changes", |frame| match frame {
            ServerFrame::Changes(changes)
                if changes.stream == stream && changes.question.is_none() =>
            {
                assert_eq!(changes.head, None, "only an answer has a head");
                Some(changes.clone())
            }
            _ => None,
        })
        .await
    }

    /// Subscribes to the directory from a known revision.
    pub async fn directory(&mut self, epoch: Option<Epoch>, rev: Rev) -> Changes {
        let question = command::subscribe_to(StreamKey::Directory, epoch, rev);
        subscription(self.question(&question).await.unwrap()).changes()
    }

    /// The next live changes of the directory.
    pub async fn next_directory(&mut self) -> Changes {
        self.live(StreamKey::Directory).await
    }

    /// Subscribes to the own stream from a known revision.
    pub async fn own(&mut self, epoch: Option<Epoch>, rev: Rev) -> Changes {
        let question = command::subscribe_to(StreamKey::Own, epoch, rev);
        subscription(self.question(&question).await.unwrap()).changes()
    }

    /// The next live changes of the own stream.
    pub async fn next_own(&mut self) -> Changes {
        self.live(StreamKey::Own).await
    }

    /// A page of history.
    ///
    /// # Errors
    /// The refusal.
    pub async fn history(
        &mut self,
        room: RoomId,
        anchor: Anchor,
        limit: Option<usize>,
    ) -> Result<History, Refusal> {
        let question = command::history(room, anchor, limit);
        match self.question(&question).await? {
            ServerFrame::History(history) => Ok(history),
            other => panic!("instead of history: {other:?}"),
        }
    }

    /// The people with these ids.
    pub async fn people(&mut self, ids: &[UserId]) -> Vec<Profile> {
        let question = ClientFrame::People {
            question: command::number(),
            ids: ids.to_vec(),
        };
        match self.question(&question).await.unwrap() {
            ServerFrame::People(people) => people.people,
            other => panic!("instead of people: {other:?}"),
        }
    }

    /// The state of those of these rooms that exist for the person.
    pub async fn rooms(&mut self, rooms: &[RoomId]) -> Vec<Room> {
        match self.question(&command::rooms(rooms)).await.unwrap() {
            ServerFrame::Rooms(answer) => answer.rooms,
            other => panic!("instead of rooms: {other:?}"),
        }
    }

    /// Watches these rooms, or the lobby and the person's own, and waits for their heads.
    pub async fn watch(&mut self, rooms: Option<&[RoomId]>) -> Heads {
        self.watches(&command::watch(rooms, false)).await
    }

    /// As [`Native::watch`], and asks for notices.
    pub async fn watch_with_notices(&mut self, rooms: Option<&[RoomId]>) -> Heads {
        self.watches(&command::watch(rooms, true)).await
    }

    async fn watches(&mut self, question: &ClientFrame) -> Heads {
        match self.question(question).await.unwrap() {
            ServerFrame::Heads(heads) => heads,
            other => panic!("instead of heads: {other:?}"),
        }
    }

    /// The next live heads of watched rooms.
    pub async fn next_heads(&mut self) -> Heads {
        self.expect("heads", |frame| match frame {
            ServerFrame::Heads(heads) if heads.question.is_none() => Some(heads.clone()),
            _ => None,
        })
        .await
    }

    /// The next notice of a watched room.
    pub async fn notice(&mut self) -> Notice {
        self.expect("a notice", |frame| match frame {
            ServerFrame::Notice(notice) => Some(notice.clone()),
            _ => None,
        })
        .await
    }
}

/// An answer to a `subscribe`.
fn subscription(frame: ServerFrame) -> Answer {
    match frame {
        ServerFrame::Changes(changes) => {
            assert!(changes.head.is_some(), "an answer has a head: {changes:?}");
            Answer::Changes(changes)
        }
        ServerFrame::Reset(reset) => Answer::Reset(reset),
        other => panic!("instead of changes or a reset: {other:?}"),
    }
}

/// The number of the question that a frame answers or refuses.
pub fn question_of(frame: &ServerFrame) -> Option<u32> {
    match frame {
        ServerFrame::Changes(changes) => changes.question,
        ServerFrame::Reset(reset) => reset.question,
        ServerFrame::History(history) => Some(history.question),
        ServerFrame::People(people) => Some(people.question),
        ServerFrame::Rooms(rooms) => Some(rooms.question),
        ServerFrame::Heads(heads) => heads.question,
        ServerFrame::Error(refusal) => refusal.question,
        ServerFrame::Welcome(_)
        | ServerFrame::Notice(_)
        | ServerFrame::Ack(_)
        | ServerFrame::Typing { .. }
        | ServerFrame::Presence { .. }
        | ServerFrame::Resync {}
        | ServerFrame::Pong {} => None,
    }
}
