//! Encodes WebSocket frames. A server's frames are not masked (RFC 6455 §5.1), so that the
//! same bytes serve every recipient.

use std::cell::RefCell;

use bytes::Bytes;
use serde::Serialize;

const FIN: u8 = 0x80;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
/// The longest reason that fits into a close frame beside its code, in bytes (§5.5).
const MAX_REASON_BYTES: usize = 123;
/// Scratch memory that a thread keeps, in bytes; larger frames are rare.
const KEPT_SCRATCH_BYTES: usize = 1 << 20;

thread_local! {
    // JSON is written here first. Then the frame is allocated once and with the right size.
    // One per thread, never in use across an await.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A text frame with `value` as JSON. None if it has no JSON form; every frame of the
/// `shared` crate has one.
pub fn text_frame(value: &impl Serialize) -> Option<Bytes> {
    let mut frame = Vec::new();
    append_text_frame(&mut frame, value).then(|| Bytes::from(frame))
}

/// A text frame with JSON that is written already.
pub fn text_frame_of_json(json: &str) -> Bytes {
    let mut frame = Vec::new();
    append(&mut frame, TEXT, json.as_bytes());
    Bytes::from(frame)
}

/// Appends a text frame with `value` as JSON. Returns false, and appends nothing, if it has
/// no JSON form.
pub fn append_text_frame(frames: &mut Vec<u8>, value: &impl Serialize) -> bool {
    SCRATCH.with_borrow_mut(|json| {
        json.clear();
        if let Err(error) = serde_json::to_writer(&mut *json, value) {
            tracing::error!(%error, "a frame cannot be written as JSON");
            return false;
        }
        append(frames, TEXT, json);
        json.shrink_to(KEPT_SCRATCH_BYTES);
        true
    })
}

/// The part of an answer that is the same for all who ask: its JSON without the brace at the
/// start. None if it has no JSON form.
pub fn shared_answer(answer: &impl Serialize) -> Option<Bytes> {
    let json = match serde_json::to_vec(answer) {
        Ok(json) => Bytes::from(json),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            return None;
        }
    };
    json.starts_with(b"{").then(|| json.slice(1..))
}

/// The part of an answer before [`shared_answer`]: the frame's header, and the number of the
/// question.
pub fn answer_start(question: u32, shared: &Bytes) -> Bytes {
    let json = format!("{{\"question\":{question},");
    let mut frame = Vec::new();
    append_header(&mut frame, TEXT, json.len() + shared.len(), json.len());
    frame.extend_from_slice(json.as_bytes());
    Bytes::from(frame)
}

/// A close frame. A reason that is too long is cut.
pub fn close_frame(code: u16, reason: &str) -> Bytes {
    let mut end = reason.len().min(MAX_REASON_BYTES);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(&reason.as_bytes()[..end]);
    let mut frame = Vec::new();
    append(&mut frame, CLOSE, &payload);
    Bytes::from(frame)
}

/// A ping frame without payload.
pub fn ping_frame() -> Bytes {
    Bytes::from_static(&[FIN | PING, 0])
}

fn append(frames: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    append_header(frames, opcode, payload.len(), payload.len());
    frames.extend_from_slice(payload);
}

/// Appends the header of a frame whose payload has this length. `here` bytes of it will be
/// appended behind the header.
fn append_header(frames: &mut Vec<u8>, opcode: u8, length: usize, here: usize) {
    /// The longest header of an unmasked frame.
    const HEADER: usize = 10;
    if frames.is_empty() {
        frames.reserve_exact(HEADER + here);
    }
    frames.push(FIN | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=125), _) => frames.push(short),
        (_, Ok(long)) => {
            frames.push(126);
            frames.extend_from_slice(&long.to_be_bytes());
        }
        _ => {
            frames.push(127);
            frames.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
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
    fn frames_of_every_length_form_are_decoded_by_another_implementation() {
        for length in [
            0, 1, 122, 123, 124, 125, 126, 65_532, 65_533, 65_534, 65_536, 200_000,
        ] {
            let value = "x".repeat(length);
            let frame = text_frame(&value).unwrap();
            assert_eq!(
                read(&frame),
                Message::text(format!("\"{value}\"")),
                "{length}"
            );
        }
    }

    #[test]
    fn an_answer_s_two_parts_make_one_frame_with_the_number_of_the_question() {
        for length in [0, 90, 100, 110, 65_500, 65_520] {
            let value = serde_json::json!({"type": "x".repeat(length)});
            let shared = shared_answer(&value).unwrap();
            let frame = [answer_start(17, &shared), shared].concat();
            let text = read(&Bytes::from(frame)).into_text().unwrap();
            let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
            let expected = serde_json::json!({"type": value["type"], "question": 17});
            assert_eq!(answer, expected, "{length}");
        }
    }

    #[test]
    fn a_close_frame_carries_its_code_and_as_much_of_the_reason_as_fits() {
        let reason = "마당".repeat(60);
        let Message::Close(Some(close)) = read(&close_frame(1012, &reason)) else {
            panic!("a close frame with a code");
        };
        assert_eq!(u16::from(close.code), 1012);
        assert!(reason.starts_with(close.reason.as_str()));
    }

    #[test]
    fn a_ping_frame_is_decoded_as_a_ping_without_payload() {
        assert!(matches!(read(&ping_frame()), Message::Ping(content) if content.is_empty()));
    }
}
