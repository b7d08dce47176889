//! A mail as it is sent: its headers and its text (RFC 5322).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::{Address, Message};
use shared::id::Micros;

use crate::hex::hex;
use crate::store::MailText;

/// Says that no person has written it, so that nobody's absence is answered (RFC 3834 § 5).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// The mail with this text. Its id is the same at each attempt: whoever gets it twice sees it
/// once.
///
/// # Errors
/// If it cannot be written, with a reason for the log.
pub fn message(
    from: &Mailbox,
    to: Address,
    host: &str,
    now: Micros,
    text: &MailText,
) -> Result<Message, String> {
    let since = Duration::from_micros(u64::try_from(now.0).unwrap_or(0));
    Message::builder()
        .message_id(Some(format!("<{}@{host}>", hex(&text.id.0))))
        .date(
            UNIX_EPOCH
                .checked_add(since)
                .unwrap_or_else(SystemTime::now),
        )
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&text.subject))
        .raw_header(HeaderValue::new(
            AUTO_SUBMITTED,
            "auto-generated".to_owned(),
        ))
        .singlepart(SinglePart::plain(text.body.clone()))
        .map_err(|error| error.to_string())
}

/// A header stands in one line. A name of the place or of a person may hold anything.
fn one_line(text: &str) -> String {
    let replaced = |letter: char| if letter.is_control() { ' ' } else { letter };
    text.chars().map(replaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MailId;

    fn written(subject: &str, body: &str) -> String {
        let text = MailText {
            id: MailId([0xab; 16]),
            subject: subject.into(),
            body: body.into(),
            expires_at: Micros(0),
        };
        let from: Mailbox = "Madang <chat@example.org>".parse().unwrap();
        let to = Address::new("ada", "example.org").unwrap();
        let now = Micros(1_700_000_000_000_000);
        let message = message(&from, to, "chat.example.org", now, &text).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    #[test]
    fn the_headers_say_what_it_is_and_the_id_names_the_server() {
        let mail = written("Hello", "One line.\n");
        for line in [
            "From: Madang <chat@example.org>",
            "To: ada@example.org",
            "Subject: Hello",
            "Message-ID: <abababababababababababababababab@chat.example.org>",
            "Date: Tue, 14 Nov 2023 22:13:20 +0000",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(mail.contains(&format!("{line}\r\n")), "{line}:\n{mail}");
        }
    }

    #[test]
    fn no_text_becomes_a_header() {
        for evil in ["a\r\nBcc: eve@example.org", "a\nBcc: eve", "a\rBcc: eve"] {
            let mail = written(evil, "x");
            let (headers, _) = mail.split_once("\r\n\r\n").unwrap();
            let starts_evil = |line: &str| line.to_lowercase().starts_with("bcc");
            assert!(!headers.split(['\r', '\n']).any(starts_evil), "{mail}");
        }
    }

    #[test]
    fn other_letters_are_encoded_and_lines_stay_short() {
        let mail = written(
            &"비밀번호를 새로 정해 주세요 ".repeat(6),
            &"마당 ".repeat(200),
        );
        assert!(mail.is_ascii(), "{mail}");
        assert!(mail.contains("Subject: =?utf-8?b?"), "{mail}");
        assert!(mail.lines().all(|line| line.len() <= 78), "{mail}");
    }
}
