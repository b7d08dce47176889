//! A client of the native protocol.

use std::collections::VecDeque;
use std::net::SocketAddr;

use shared::PROTOCOL_VERSION;
use shared::error::ErrorCode;
use shared::frame::{Ack, ClientFrame, Refusal, ServerFrame, Welcome};
use shared::id::{ClientId, Epoch, Rev, RoomId, UserId};
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
        socket: Socket,
        token: Option<&str>,
    ) -> Result<Self, (Option<Refusal>, Option<u16>)> {
        Self::greet_reading(socket, token, None).await
    }

    /// Says hello on a socket, and which room is to be read without a session.
    ///
    /// # Errors
    /// As [`Native::greet`].
    pub async fn greet_reading(
        mut socket: Socket,
        token: Option<&str>,
        reads: Option<RoomId>,
    ) -> Result<Self, (Option<Refusal>, Option<u16>)> {
        let hello = ClientFrame::Hello {
            version: PROTOCOL_VERSION,
            token: token.map(str::to_owned),
            reads,
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
        self.welcome.user.as_ref().expect("signed in")
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

    /// Creates a private room.
    pub async fn create_private_room(&mut self, name: &str) -> RoomId {
        let ack = self.ask(&command::create_private_room(name)).await.unwrap();
        ack.room.unwrap()
    }

    /// Makes people members of a room; the room's revision after it.
    pub async fn add_members(&mut self, room: RoomId, users: &[UserId]) -> Rev {
        let ack = self.ask(&command::add_members(room, users)).await.unwrap();
        ack.rev.unwrap()
    }

    /// Makes oneself a member of a public room; the room's revision after it.
    pub async fn join(&mut self, room: RoomId) -> Rev {
        let ack = self.ask(&command::join(room)).await.unwrap();
        ack.rev.unwrap()
    }

    /// Opens the direct conversation with these people.
    pub async fn open_direct(&mut self, users: &[UserId]) -> RoomId {
        let ack = self.ask(&command::open_direct(users)).await.unwrap();
        ack.room.unwrap()
    }

    /// Ends a membership; the room's revision after it.
    pub async fn remove_member(&mut self, room: RoomId, user: UserId) -> Rev {
        let ack = self.ask(&command::remove_member(room, user)).await.unwrap();
        ack.rev.unwrap()
    }

    /// The next refusal of no command in particular; its code.
    pub async fn error(&mut self) -> ErrorCode {
        self.expect("an error", |frame| match frame {
            ServerFrame::Error(refusal) => Some(refusal.code),
            _ => None,
        })
        .await
    }

    /// The next frame that `pick` accepts. All texts are recorded as they were written, this one
    /// too; no later call sees them.
    pub async fn record_until<T>(
        &mut self,
        record: &mut Vec<String>,
        what: &str,
        mut pick: impl FnMut(&ServerFrame) -> Option<T>,
    ) -> T {
        let kept: Vec<_> = self.backlog.drain(..).collect();
        let mut picked = None;
        for frame in kept {
            record.push(serde_json::to_string(&frame).unwrap());
            picked = picked.or_else(|| pick(&frame));
        }
        while picked.is_none() {
            match self.socket.event().await {
                Event::Text(text) => {
                    picked = pick(&serde_json::from_str(&text).unwrap());
                    record.push(text);
                }
                other => panic!("while waiting for {what}: {other:?}"),
            }
        }
        picked.expect("the loop has ended")
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
