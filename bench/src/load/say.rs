//! What the load client says, and the mark by which it knows its own words again.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use shared::PROTOCOL_VERSION;
use shared::frame::ClientFrame;
use shared::id::{ClientId, Epoch, Rev, RoomId};
use shared::simple::SimplePost;

use super::frame;

/// Stands before every mark, and nowhere else in what is sent or answered.
pub const MARK: u8 = b'~';
/// Hexadecimal digits of a mark's number.
const DIGITS: usize = 16;

/// A body of `bytes` bytes that begins with a numbered mark, if there is room for it.
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

/// Gives the mark in a frame another number.
pub fn mark_again(frame: &mut [u8], number: u64) {
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

/// How many marks are in a text, numbered or not.
pub fn count_marks(text: &[u8]) -> usize {
    memchr::memchr_iter(MARK, text).count()
}

/// Times as numbers for marks.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    /// Begins at 0 now.
    pub fn start() -> Self {
        Clock(Instant::now())
    }

    /// A time in nanoseconds.
    pub fn number(self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.0).as_nanos();
        u64::try_from(since).unwrap_or(u64::MAX)
    }

    /// How long ago, at `at`, the time of that number was.
    pub fn since(self, number: u64, at: Instant) -> Duration {
        Duration::from_nanos(self.number(at).saturating_sub(number))
    }
}

/// Ids that count up, so that an answer's id tells which command it is for.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    run: u32,
    millis: u64,
}

impl Ids {
    /// For one connection; `run` must be another one for each series of ids.
    pub fn new(run: u32) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.unwrap_or_default().as_millis();
        Ids {
            run,
            millis: u64::try_from(millis).unwrap_or_default(),
        }
    }

    /// The id of a number.
    pub fn id(self, number: u32) -> ClientId {
        let mut random = [0_u8; 10];
        random[2..6].copy_from_slice(&self.run.to_be_bytes());
        random[6..].copy_from_slice(&number.to_be_bytes());
        ClientId::new(self.millis, &random)
    }

    /// The number in an answer's `client_id`: its last eight digits.
    pub fn number(text: &[u8]) -> Option<u32> {
        let key = br#""client_id":""#;
        let start = memchr::memmem::find(text, key)? + key.len();
        let digits = text.get(start + 28..start + 36)?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }
}

/// Appends a simple client's frame.
///
/// # Errors
/// Never, for these types.
pub fn simple(user: &str, content: &str, out: &mut Vec<u8>) -> Result<()> {
    let post = SimplePost {
        user: user.into(),
        content: content.into(),
    };
    frame::text(&serde_json::to_vec(&post)?, out);
    Ok(())
}

/// Appends a native client's frame.
///
/// # Errors
/// Never, for these types.
pub fn native(said: &ClientFrame, out: &mut Vec<u8>) -> Result<()> {
    let text = serde_json::to_vec(said).context("a frame has no JSON form")?;
    frame::text(&text, out);
    Ok(())
}

/// Who this is, with the token of a session.
pub fn hello(token: &str) -> ClientFrame {
    ClientFrame::Hello {
        version: PROTOCOL_VERSION,
        token: Some(token.to_owned()),
    }
}

/// All that a page follows when it shows a room.
pub fn follow(room: RoomId) -> [ClientFrame; 3] {
    let (epoch, rev) = (None, Rev::ZERO);
    [
        ClientFrame::Directory { epoch, rev },
        ClientFrame::Stream { epoch, rev },
        subscribe(room, None, rev),
    ]
}

/// Follows a room of which a revision is known.
pub fn subscribe(room: RoomId, epoch: Option<Epoch>, rev: Rev) -> ClientFrame {
    ClientFrame::Subscribe {
        room,
        epoch,
        rev,
        most: None,
        page: None,
    }
}

/// The room that an answer names first.
pub fn room_of(text: &[u8]) -> Option<RoomId> {
    number_of(text, "room").map(RoomId)
}

/// The first number of this name in an answer.
pub fn number_of(text: &[u8], name: &str) -> Option<i64> {
    let key = format!("\"{name}\":");
    let rest = &text[memchr::memmem::find(text, key.as_bytes())? + key.len()..];
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}

/// The store's epoch in a welcome.
pub fn epoch_of(text: &[u8]) -> Option<Epoch> {
    #[derive(serde::Deserialize)]
    struct Welcome {
        epoch: Epoch,
    }
    let welcome = is_type(text, "welcome").then(|| serde_json::from_slice::<Welcome>(text));
    Some(welcome?.ok()?.epoch)
}

/// Whether an answer is of this type. The server writes `type` first.
pub fn is_type(text: &[u8], name: &str) -> bool {
    text.strip_prefix(br#"{"type":""#)
        .and_then(|rest| rest.strip_prefix(name.as_bytes()))
        .is_some_and(|rest| rest.starts_with(b"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_in_the_midst_of_others() {
        let text = format!("{} and {}", marked(7, 200), marked(u64::MAX, 17));
        assert_eq!(marks(text.as_bytes()).collect::<Vec<_>>(), [7, u64::MAX]);
        assert_eq!(count_marks(text.as_bytes()), 2);
        assert_eq!(marks(b"~12 ~").count(), 0);
        let mut text = text.into_bytes();
        mark_again(&mut text, 9);
        assert_eq!(marks(&text).collect::<Vec<_>>(), [9, u64::MAX]);
    }

    #[test]
    fn a_body_has_the_length_that_was_asked_for() {
        for bytes in [17, 18, 19, 20, 21, 200, 1000] {
            assert_eq!(marked(1, bytes).len(), bytes);
        }
    }

    #[test]
    fn an_answer_tells_the_number_of_its_command() {
        let ids = Ids::new(3);
        let answer = format!(r#"{{"type":"ack","client_id":"{}","seq":9}}"#, ids.id(258));
        assert_eq!(Ids::number(answer.as_bytes()), Some(258));
        assert!(is_type(answer.as_bytes(), "ack"));
        assert!(!is_type(answer.as_bytes(), "ac"));
        assert_eq!(
            room_of(br#"{"type":"ack","room":12,"rev":1}"#),
            Some(RoomId(12))
        );
    }
}
