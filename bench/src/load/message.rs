//! The frames that the load client sends, and the mark by which it recognises its messages.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use shared::PROTOCOL_VERSION;
use shared::frame::ClientFrame;
use shared::id::{ClientId, Epoch, Rev, RoomId};
use shared::simple::SimplePost;
use shared::stream::StreamKey;

use super::frame;

/// The first character of every mark. It is nowhere else in what is sent or received.
pub const MARK: u8 = b'~';
/// The number of hexadecimal digits in a mark.
const DIGITS: usize = 16;
/// The number of every question. The load client knows by the type of an answer, and by its
/// stream, what was asked.
pub const QUESTION: u32 = 1;
/// How many bytes at the start of an answer the number of its question is in.
const ANSWER_START: usize = 40;

/// A text of `bytes` bytes that starts with a numbered mark, or only the mark if it is longer.
pub fn marked(number: u64, bytes: usize) -> String {
    let mut body = format!("{}{number:0width$x}", char::from(MARK), width = DIGITS);
    while body.len() < bytes {
        body.push_str(" 가 word");
    }
    let mut end = bytes.max(1 + DIGITS);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    body.truncate(end);
    while body.len() < bytes {
        body.push('.');
    }
    body
}

/// Replaces the number of the first mark in a frame.
pub fn set_mark(frame: &mut [u8], number: u64) {
    let place = memchr::memchr(MARK, frame).unwrap_or(frame.len());
    if let Some(digits) = frame.get_mut(place + 1..place + 1 + DIGITS) {
        digits.copy_from_slice(format!("{number:0DIGITS$x}").as_bytes());
    }
}

/// The numbers of all marks in a text.
pub fn marks(text: &[u8]) -> impl Iterator<Item = u64> {
    memchr::memchr_iter(MARK, text).filter_map(|place| {
        let digits = text.get(place + 1..place + 1 + DIGITS)?;
        u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    })
}

/// The number of marks in a text, with or without a number.
pub fn count_marks(text: &[u8]) -> usize {
    memchr::memchr_iter(MARK, text).count()
}

/// Converts times to numbers for marks.
#[derive(Clone, Copy, Debug)]
pub struct MarkClock(Instant);

impl MarkClock {
    /// A clock that is 0 now.
    pub fn start() -> Self {
        MarkClock(Instant::now())
    }

    /// A time as a number: nanoseconds since the start.
    pub fn number(self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.0).as_nanos();
        u64::try_from(since).unwrap_or(u64::MAX)
    }

    /// The time from the one of `number` to `at`.
    pub fn since(self, number: u64, at: Instant) -> Duration {
        Duration::from_nanos(self.number(at).saturating_sub(number))
    }
}

/// Client ids that contain a counter, so that an answer says which command it is for.
#[derive(Clone, Copy, Debug)]
pub struct ClientIds {
    run: u32,
    millis: u64,
}

impl ClientIds {
    /// The ids of one connection. Each series of ids needs a different `run`.
    pub fn new(run: u32) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.unwrap_or_default().as_millis();
        ClientIds {
            run,
            millis: u64::try_from(millis).unwrap_or_default(),
        }
    }

    /// The id for a number.
    pub fn id(self, number: u32) -> ClientId {
        let mut random = [0_u8; 10];
        random[2..6].copy_from_slice(&self.run.to_be_bytes());
        random[6..].copy_from_slice(&number.to_be_bytes());
        ClientId::new(self.millis, &random)
    }

    /// The number in an answer's `client_id`, which is in its last eight digits.
    pub fn number(text: &[u8]) -> Option<u32> {
        let key = br#""client_id":""#;
        let start = memchr::memmem::find(text, key)? + key.len();
        let digits = text.get(start + 28..start + 36)?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }
}

/// Appends a frame of the simple protocol.
///
/// # Errors
/// Never, for these types.
pub fn append_simple(user: &str, content: &str, out: &mut Vec<u8>) -> Result<()> {
    let post = SimplePost {
        user: user.into(),
        content: content.into(),
    };
    frame::text(&serde_json::to_vec(&post)?, out);
    Ok(())
}

/// Appends a frame of the native protocol, in its present version.
///
/// # Errors
/// Never, for these types.
pub fn append_native(frame: &ClientFrame, out: &mut Vec<u8>) -> Result<()> {
    let text = serde_json::to_vec(frame).context("a frame has no JSON form")?;
    frame::text(&text, out);
    Ok(())
}

/// The hello with the token of a session.
pub fn hello(token: &str) -> ClientFrame {
    ClientFrame::Hello {
        version: PROTOCOL_VERSION,
        token: Some(token.to_owned()),
        reads: None,
    }
}

/// The subscriptions of a page that shows a room.
pub fn page_subscriptions(room: RoomId) -> [ClientFrame; 3] {
    [StreamKey::Directory, StreamKey::Own, StreamKey::Room(room)]
        .map(|stream| subscribe(stream, None, Rev::ZERO))
}

/// A subscription to a stream, from the revision that the client knows.
pub fn subscribe(stream: StreamKey, epoch: Option<Epoch>, rev: Rev) -> ClientFrame {
    ClientFrame::Subscribe {
        question: QUESTION,
        stream,
        epoch,
        rev,
        most: None,
        page: None,
    }
}

/// Watches all rooms of a person.
pub fn watch_all(notices: bool) -> ClientFrame {
    ClientFrame::Watch {
        question: QUESTION,
        rooms: None,
        notices,
    }
}

/// The first room id in an answer.
pub fn room_of(text: &[u8]) -> Option<RoomId> {
    number_of(text, "room").map(RoomId)
}

/// The first number in an answer with this field name.
pub fn number_of(text: &[u8], name: &str) -> Option<i64> {
    number_after(text, format!("\"{name}\":").as_bytes())
}

/// What stands before the number of the last message in a room's head.
pub fn head_key(room: RoomId) -> Vec<u8> {
    format!("\"room\":{room},\"seq\":").into_bytes()
}

/// The number after the first such key.
pub fn number_after(text: &[u8], key: &[u8]) -> Option<i64> {
    let rest = &text[memchr::memmem::find(text, key)? + key.len()..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}

/// The number of rooms in a frame with heads.
pub fn count_heads(text: &[u8]) -> usize {
    memchr::memmem::find_iter(text, br#""room":"#).count()
}

/// The epoch in a `welcome`.
pub fn epoch_of(text: &[u8]) -> Option<Epoch> {
    #[derive(serde::Deserialize)]
    struct Welcome {
        epoch: Epoch,
    }
    let welcome = is_type(text, "welcome").then(|| serde_json::from_slice::<Welcome>(text));
    Some(welcome?.ok()?.epoch)
}

/// Whether a frame is of this type. The server writes `type` first; before it stands only the
/// number of the question in an answer whose other bytes it shares.
pub fn is_type(text: &[u8], name: &str) -> bool {
    let rest = text.strip_prefix(b"{").unwrap_or(text);
    after_question(rest)
        .strip_prefix(br#""type":""#)
        .and_then(|rest| rest.strip_prefix(name.as_bytes()))
        .is_some_and(|rest| rest.starts_with(b"\""))
}

/// Whether a frame is the answer of this type to a question.
pub fn is_answer(text: &[u8], name: &str) -> bool {
    let start = text.get(..ANSWER_START).unwrap_or(text);
    is_type(text, name) && memchr::memmem::find(start, br#""question":"#).is_some()
}

/// Skips the number of a question at the start of fields.
fn after_question(fields: &[u8]) -> &[u8] {
    let Some(number) = fields.strip_prefix(br#""question":"#) else {
        return fields;
    };
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit());
    number.get(digits.count() + 1..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_anywhere_in_a_text() {
        let text = format!("{} and {}", marked(7, 200), marked(u64::MAX, 17));
        assert_eq!(marks(text.as_bytes()).collect::<Vec<_>>(), [7, u64::MAX]);
        assert_eq!(count_marks(text.as_bytes()), 2);
        assert_eq!(marks(b"~12 ~").count(), 0);
        let mut text = text.into_bytes();
        set_mark(&mut text, 9);
        assert_eq!(marks(&text).collect::<Vec<_>>(), [9, u64::MAX]);
    }

    #[test]
    fn a_marked_body_has_the_requested_length() {
        for bytes in [17, 18, 19, 20, 21, 200, 1000] {
            assert_eq!(marked(1, bytes).len(), bytes);
        }
    }

    #[test]
    fn an_answer_is_recognised_wherever_the_number_of_its_question_stands() {
        let shared = br#"{"question":12,"type":"heads","heads":[{"room":1,"seq":12}]}"#;
        let own =
            br#"{"type":"heads","question":3,"heads":[{"room":7,"seq":9},{"room":12,"seq":4}]}"#;
        let live = br#"{"type":"heads","heads":[{"room":112,"seq":5}]}"#;
        for answer in [&shared[..], own] {
            assert!(is_type(answer, "heads") && is_answer(answer, "heads"));
            assert!(!is_type(answer, "head") && !is_answer(answer, "changes"));
        }
        assert!(is_type(live, "heads") && !is_answer(live, "heads"));
        let head = |text: &[u8]| number_after(text, &head_key(RoomId(12)));
        assert_eq!((head(own), head(live), head(shared)), (Some(4), None, None));
    }

    #[test]
    fn the_number_of_a_command_is_found_in_its_answer() {
        let ids = ClientIds::new(3);
        let answer = format!(r#"{{"type":"ack","client_id":"{}","seq":9}}"#, ids.id(258));
        assert_eq!(ClientIds::number(answer.as_bytes()), Some(258));
        assert!(is_type(answer.as_bytes(), "ack"));
        assert!(!is_type(answer.as_bytes(), "ac"));
        assert_eq!(
            room_of(br#"{"type":"ack","room":12,"rev":1}"#),
            Some(RoomId(12))
        );
    }
}
