//! A client of the native protocol.

use std::collections::VecDeque;
use std::net::SocketAddr;

use shared::PROTOCOL_VERSION;
use shared::error::ErrorCode;
use shared::frame::{
    Ack, Anchor, Changes, ClientFrame, Directory, History, Refusal, Reset, ServerFrame, Stream,
    Welcome,
};
use shared::id::{ClientId, Epoch, Rev, RoomId};
use shared::model::Profile;

use super::command;
use super::socket::{Event, Socket};

/// The address of the native protocol.
pub const PATH: &str = "/api/v1/ws";

/// A connection that was welcomed.
pub struct Native {
    /// The socket; read from it only what no other method shall see.
    pub socket: Socket,
    /// What the server said first.
    pub welcome: Welcome,
    // What came while something else was awaited.
    backlog: VecDeque<ServerFrame>,
}

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
    /// Connects and says hello with a token.
    pub async fn connect(address: SocketAddr, token: &str) -> Self {
        let socket = Socket::open(address, PATH, &[]).await.unwrap();
        match Self::greet(socket, Some(token)).await {
            Ok(native) => native,
            Err((refusal, code)) => panic!("not welcome: {refusal:?}, closed with {code:?}"),
        }
    }

    /// Connects on a socket that takes little from the network ahead of its reader.
    pub async fn connect_narrow(address: SocketAddr, token: &str) -> Self {
        let socket = Socket::open_narrow(address, PATH).await;
        let Ok(native) = Self::greet(socket, Some(token)).await else {
            panic!("not welcome");
        };
        native
    }

    /// Says hello on a socket.
    ///
    /// # Errors
    /// The refusal, if there was one, and the code of the close frame.
    pub async fn greet(
        mut socket: Socket,
        token: Option<&str>,
    ) -> Result<Self, (Option<Refusal>, Option<u16>)> {
        let hello = ClientFrame::Hello {
            version: PROTOCOL_VERSION,
            token: token.map(str::to_owned),
        };
        socket.text(serde_json::to_string(&hello).unwrap()).await;
        let mut refusal = None;
        loop {
            match socket.event().await {
                Event::Text(text) => match serde_json::from_str(&text).unwrap() {
                    ServerFrame::Welcome(welcome) => {
                        return Ok(Native {
                            socket,
                            welcome: *welcome,
                            backlog: VecDeque::new(),
                        });
                    }
                    ServerFrame::Error(error) => refusal = Some(error),
                    other => panic!("before the welcome: {other:?}"),
                },
                Event::Closed(code) => return Err((refusal, code)),
                Event::Other(other) => panic!("before the welcome: {other:?}"),
            }
        }
    }

    /// The person behind the connection.
    pub fn user(&self) -> &Profile {
        &self.welcome.user
    }

    /// The server's epoch.
    pub fn epoch(&self) -> Epoch {
        self.welcome.epoch
    }

    /// Sends a frame.
    pub async fn say(&mut self, frame: &ClientFrame) {
        self.socket
            .text(serde_json::to_string(frame).unwrap())
            .await;
    }

    /// Sends many frames with few writes.
    pub async fn say_all(&mut self, frames: impl IntoIterator<Item = &ClientFrame>) {
        for frame in frames {
            self.socket
                .feed(serde_json::to_string(frame).unwrap())
                .await;
        }
        self.socket.flush().await;
    }

    /// The next frame, or the code with which the connection was closed.
    ///
    /// # Errors
    /// When the connection has ended: the code of the close frame.
    pub async fn try_next(&mut self) -> Result<ServerFrame, Option<u16>> {
        if let Some(frame) = self.backlog.pop_front() {
            return Ok(frame);
        }
        self.receive().await
    }

    async fn receive(&mut self) -> Result<ServerFrame, Option<u16>> {
        match self.socket.event().await {
            Event::Text(text) => {
                Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}")))
            }
            Event::Closed(code) => Err(code),
            Event::Other(other) => panic!("not a text frame: {other:?}"),
        }
    }

    /// The next frame that `pick` accepts. Other frames are kept for later calls.
    pub async fn expect<T>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(&ServerFrame) -> Option<T>,
    ) -> T {
        for index in 0..self.backlog.len() {
            if let Some(picked) = pick(&self.backlog[index]) {
                self.backlog.remove(index);
                return picked;
            }
        }
        loop {
            match self.receive().await {
                Ok(frame) => match pick(&frame) {
                    Some(picked) => return picked,
                    None => self.backlog.push_back(frame),
                },
                Err(code) => panic!("closed with {code:?} while waiting for {what}"),
            }
        }
    }

    /// The answer to a command.
    ///
    /// # Errors
    /// The refusal.
    pub async fn answer(&mut self, id: ClientId) -> Result<Ack, Refusal> {
        self.expect("an answer", |frame| match frame {
            ServerFrame::Ack(ack) if ack.client_id == id => Some(Ok(ack.clone())),
            ServerFrame::Error(refusal) if refusal.client_id == Some(id) => {
                Some(Err(refusal.clone()))
            }
            _ => None,
        })
        .await
    }

    /// Sends a command and waits for its answer.
    ///
    /// # Errors
    /// The refusal.
    pub async fn ask(&mut self, command: &ClientFrame) -> Result<Ack, Refusal> {
        self.say(command).await;
        self.answer(command::id(command)).await
    }

    /// Sends a command that must be refused; the code.
    pub async fn refused(&mut self, command: &ClientFrame) -> ErrorCode {
        match self.ask(command).await {
            Err(refusal) => refusal.code,
            Ok(ack) => panic!("not refused: {ack:?}"),
        }
    }

    /// Posts a message and waits for its acknowledgement.
    pub async fn post(&mut self, room: RoomId, body: &str) -> Ack {
        let command = command::send(room, body);
        self.ask(&command).await.unwrap()
    }

    /// Creates a room.
    pub async fn create_room(&mut self, name: &str) -> RoomId {
        let ack = self.ask(&command::create_room(name, "")).await.unwrap();
        ack.room.unwrap()
    }

    /// The next refusal of no command in particular; its code.
    pub async fn error(&mut self) -> ErrorCode {
        self.expect("an error", |frame| match frame {
            ServerFrame::Error(refusal) => Some(refusal.code),
            _ => None,
        })
        .await
    }

    /// Subscribes to a room as at a first visit.
    pub async fn subscribe(&mut self, room: RoomId) -> Reset {
        self.say(&command::subscribe(room, None, Rev::ZERO)).await;
        self.subscribed(room).await.reset()
    }

    /// Subscribes to a room from a known revision.
    pub async fn resume(&mut self, room: RoomId, epoch: Epoch, rev: Rev) -> Answer {
        self.say(&command::subscribe(room, Some(epoch), rev)).await;
        self.subscribed(room).await
    }

    /// The answer to a `subscribe`, which says how far the room has come.
    pub async fn subscribed(&mut self, room: RoomId) -> Answer {
        self.expect("the answer to subscribe", |frame| match frame {
            ServerFrame::Changes(changes) if changes.room == room && changes.head.is_some() => {
                Some(Answer::Changes(changes.clone()))
            }
            ServerFrame::Reset(reset) if reset.info.id == room => {
                Some(Answer::Reset(reset.clone()))
            }
            _ => None,
        })
        .await
    }

    /// The next live changes of a room.
    pub async fn changes(&mut self, room: RoomId) -> Changes {
        self.expect("live changes", |frame| match frame {
            ServerFrame::Changes(changes) if changes.room == room && changes.head.is_none() => {
                Some(changes.clone())
            }
            _ => None,
        })
        .await
    }

    /// Subscribes to the directory from a known revision.
    pub async fn directory(&mut self, epoch: Option<Epoch>, rev: Rev) -> Directory {
        self.say(&ClientFrame::Directory { epoch, rev }).await;
        self.next_directory().await
    }

    /// The next changes of the directory.
    pub async fn next_directory(&mut self) -> Directory {
        self.expect("the directory", |frame| match frame {
            ServerFrame::Directory(directory) => Some(directory.clone()),
            _ => None,
        })
        .await
    }

    /// Subscribes to the own stream from a known revision.
    pub async fn stream(&mut self, epoch: Option<Epoch>, rev: Rev) -> Stream {
        self.say(&ClientFrame::Stream { epoch, rev }).await;
        self.next_stream().await
    }

    /// The next changes of the own stream.
    pub async fn next_stream(&mut self) -> Stream {
        self.expect("the own stream", |frame| match frame {
            ServerFrame::Stream(stream) => Some(stream.clone()),
            _ => None,
        })
        .await
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
        let request = command::number();
        self.say(&ClientFrame::History {
            request,
            room,
            anchor,
            limit,
        })
        .await;
        self.expect("history", |frame| match frame {
            ServerFrame::History(history) if history.request == request => {
                Some(Ok(history.clone()))
            }
            ServerFrame::Error(refusal) if refusal.request == Some(request) => {
                Some(Err(refusal.clone()))
            }
            _ => None,
        })
        .await
    }

    /// Waits until the server has handled everything that was sent before.
    pub async fn settle(&mut self) {
        self.say(&ClientFrame::Ping {}).await;
        self.expect("a pong", |frame| {
            matches!(frame, ServerFrame::Pong {}).then_some(())
        })
        .await;
    }

    /// Reads to the end of the connection; the close frame's code.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.try_next().await {
                return code;
            }
        }
    }
}
