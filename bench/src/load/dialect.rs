//! The versions of the native protocol that the load client speaks.
//!
//! The benchmarks make frames of the present version. The build that `--before` names may still
//! speak version 1; then a frame is translated before it is sent. Remove [`Dialect`] when no such
//! build is compared any more: nothing else knows of version 1.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use shared::PROTOCOL_VERSION;
use shared::frame::ClientFrame;
use shared::stream::StreamKey;

use super::pool::ConnectionPool;
use super::{connect, frame, message};

/// The longest time for the answer to a hello.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A server: where it listens, and which version of the native protocol it speaks.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    /// Its address.
    pub address: SocketAddr,
    /// The version of the native protocol. Without a meaning for other relays.
    pub dialect: Dialect,
}

/// A version of the native protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Version 1, which earlier builds speak.
    Version1,
    /// The present version.
    Present,
}

impl Dialect {
    /// Finds out which version a server speaks: it says hello in the present one, without a
    /// token. A server that speaks it refuses the missing token, an earlier one the version.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn of(address: SocketAddr) -> Result<Self> {
        let mut pool = ConnectionPool::new()?;
        let connection = pool.open(address, connect::NATIVE)?;
        let mut hello = Vec::new();
        let (version, token) = (PROTOCOL_VERSION, None);
        let reads = None;
        let frame = ClientFrame::Hello {
            version,
            token,
            reads,
        };
        message::append_native(&frame, &mut hello)?;
        pool.send(connection, &hello);
        let mut refuses_version = false;
        let deadline = Instant::now() + TIMEOUT;
        let arrived = pool.poll_until(deadline, &mut |received| {
            let code = br#""code":"unsupported_version""#;
            refuses_version |= memchr::memmem::find(received.text, code).is_some();
            true
        })?;
        ensure!(arrived, "the server did not answer a hello");
        Ok(if refuses_version {
            Dialect::Version1
        } else {
            Dialect::Present
        })
    }

    /// Appends a frame that is no command. (Commands are the same in both versions.)
    ///
    /// # Errors
    /// When version 1 has no such frame.
    pub fn append(self, frame: &ClientFrame, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Dialect::Present => message::append_native(frame, out),
            Dialect::Version1 => {
                let text = serde_json::to_vec(&as_version_1(frame)?)?;
                frame::text(&text, out);
                Ok(())
            }
        }
    }

    /// Whether a frame holds the changes of a room.
    pub fn is_room_changes(self, text: &[u8]) -> bool {
        let is_room = || memchr::memmem::find(text, br#""stream":"room/"#).is_some();
        message::is_type(text, "changes") && (self == Dialect::Version1 || is_room())
    }
}

fn as_version_1(frame: &ClientFrame) -> Result<Value> {
    let mut value = serde_json::to_value(frame)?;
    let fields = value.as_object_mut().context("a frame is an object")?;
    let question = fields.remove("question");
    match frame {
        ClientFrame::Hello { .. } => {
            fields.insert("version".into(), json!(1));
        }
        ClientFrame::Subscribe { stream, .. } => {
            fields.remove("stream");
            let (name, field) = match stream {
                StreamKey::Directory => ("type", json!("directory")),
                StreamKey::Own => ("type", json!("stream")),
                StreamKey::Room(room) => ("room", json!(room)),
            };
            fields.insert(name.into(), field);
        }
        ClientFrame::History { .. } => {
            fields.insert("request".into(), json!(question));
        }
        _ => bail!("version 1 has no {}", value["type"]),
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use shared::frame::Anchor;
    use shared::id::{Rev, RoomId, Seq};

    use super::*;

    /// What the frame is in version 1, as the server would read it.
    fn version_1(frame: &ClientFrame) -> Value {
        let mut out = Vec::new();
        Dialect::Version1.append(frame, &mut out).unwrap();
        let mut read = None;
        frame::FrameSplitter::default().feed(&out, |frame| {
            read = serde_json::from_slice(frame.payload).unwrap();
        });
        read.unwrap()
    }

    #[test]
    fn what_the_load_client_sends_has_its_form_of_version_1() {
        let subscribe = |stream| message::subscribe(stream, None, Rev(3));
        for (frame, expected) in [
            (
                message::hello("secret"),
                json!({ "type": "hello", "version": 1, "token": "secret" }),
            ),
            (
                subscribe(StreamKey::Directory),
                json!({ "type": "directory", "rev": 3 }),
            ),
            (
                subscribe(StreamKey::Own),
                json!({ "type": "stream", "rev": 3 }),
            ),
            (
                subscribe(StreamKey::Room(RoomId(7))),
                json!({ "type": "subscribe", "room": 7, "rev": 3 }),
            ),
            (
                ClientFrame::History {
                    question: 4,
                    room: RoomId(7),
                    anchor: Anchor::After(Seq(9)),
                    limit: Some(100),
                },
                json!({ "type": "history", "request": 4, "room": 7, "after": 9, "limit": 100 }),
            ),
        ] {
            assert_eq!(version_1(&frame), expected);
        }
        let watch = message::watch_all(true);
        assert!(Dialect::Version1.append(&watch, &mut Vec::new()).is_err());
    }

    #[test]
    fn only_the_changes_of_a_room_are_recognised_as_such() {
        let of_1 = br#"{"type":"changes","room":7,"from":3,"through":4}"#;
        let of_2 = br#"{"type":"changes","question":1,"stream":"room/7","from":3,"through":4}"#;
        let own = br#"{"type":"changes","question":1,"stream":"own","from":3,"through":4}"#;
        let directory_of_1 = br#"{"type":"directory","from":3,"through":4}"#;
        assert!(Dialect::Version1.is_room_changes(of_1));
        assert!(Dialect::Present.is_room_changes(of_2));
        assert!(!Dialect::Present.is_room_changes(own));
        assert!(!Dialect::Version1.is_room_changes(directory_of_1));
    }
}
