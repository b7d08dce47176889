//! Ready WebSocket frames. A server's frames are not masked (RFC 6455 §5.1), so that
//! the same bytes serve every recipient.

use bytes::Bytes;
use serde::Serialize;

const FIN: u8 = 0x80;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
/// The longest header of an unmasked frame.
const HEADER: usize = 10;
/// The longest reason that fits into a control frame beside its code (§5.5).
const REASON: usize = 123;

/// A text frame with `value` as JSON. None if it has no JSON form, which no frame
/// of the `shared` crate lacks.
pub fn text(value: &impl Serialize) -> Option<Bytes> {
    let mut buffer = vec![0_u8; HEADER];
    if let Err(error) = serde_json::to_writer(&mut buffer, value) {
        tracing::error!(%error, "a frame cannot be written as JSON");
        return None;
    }
    Some(finish(buffer, TEXT))
}

/// A close frame.
pub fn close(code: u16, reason: &str) -> Bytes {
    let mut end = reason.len().min(REASON);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    let mut buffer = vec![0_u8; HEADER];
    buffer.extend_from_slice(&code.to_be_bytes());
    buffer.extend_from_slice(&reason.as_bytes()[..end]);
    finish(buffer, CLOSE)
}

/// A ping frame without content.
pub fn ping() -> Bytes {
    Bytes::from_static(&[FIN | PING, 0])
}

/// Puts the header right before the payload and gives both as one.
fn finish(mut buffer: Vec<u8>, opcode: u8) -> Bytes {
    let length = buffer.len() - HEADER;
    let (start, bytes): (usize, [u8; 8]) = match length {
        0..=125 => (HEADER - 2, [0; 8]),
        126..=0xFFFF => (HEADER - 4, (length as u64).to_be_bytes()),
        _ => (0, (length as u64).to_be_bytes()),
    };
    buffer[start] = FIN | opcode;
    match length {
        // It fits: the arm's range says so.
        0..=125 => buffer[start + 1] = u8::try_from(length).unwrap_or(125),
        126..=0xFFFF => {
            buffer[start + 1] = 126;
            buffer[start + 2..HEADER].copy_from_slice(&bytes[6..]);
        }
        _ => {
            buffer[start + 1] = 127;
            buffer[start + 2..HEADER].copy_from_slice(&bytes);
        }
    }
    Bytes::from(buffer).slice(start..)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tungstenite::Message;
    use tungstenite::protocol::{Role, WebSocket};

    use super::*;

    fn read(frame: &Bytes) -> Message {
        let stream = Cursor::new(frame.to_vec());
        WebSocket::from_raw_socket(stream, Role::Client, None)
            .read()
            .unwrap()
    }

    #[test]
    fn every_length_is_read_back_by_another_implementation() {
        for length in [
            0, 1, 122, 123, 124, 125, 126, 65_533, 65_534, 65_536, 200_000,
        ] {
            let value = "x".repeat(length);
            let frame = text(&value).unwrap();
            assert_eq!(
                read(&frame),
                Message::text(format!("\"{value}\"")),
                "{length}"
            );
        }
    }

    #[test]
    fn a_close_carries_its_code_and_what_fits_of_the_reason() {
        let reason = "마당".repeat(60);
        let Message::Close(Some(close)) = read(&close(1012, &reason)) else {
            panic!("a close frame with a code");
        };
        assert_eq!(u16::from(close.code), 1012);
        assert!(reason.starts_with(close.reason.as_str()));
    }

    #[test]
    fn a_ping_is_a_ping() {
        assert!(matches!(read(&ping()), Message::Ping(content) if content.is_empty()));
    }
}
