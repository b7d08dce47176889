//! The WebSocket protocol itself (RFC 6455): unusual and invalid frames.

use shared::frame::close;
use shared::id::RoomId;

use crate::support::guest::{Guest, enter};
use crate::support::native::PATH;
use crate::support::raw::{CLOSE, CONTINUATION, FIN, PING, PONG, Raw, TEXT, frame};
use crate::support::server::Server;
use crate::support::simple::Simple;

const RESERVED_BIT: u8 = 0x40;
const RESERVED_KIND: u8 = 0x3;

#[tokio::test]
async fn a_protocol_violation_closes_with_its_code() {
    let server = Server::start(&["--max-frame-bytes", "1000", "--max-message-bytes", "500"]).await;
    let mut witness = enter(server.address, "Witness").await;
    let masked = |first, payload: &[u8]| frame(first, payload);
    let fragments = |parts: &[(u8, &[u8])]| {
        let frames = parts.iter().map(|(first, payload)| frame(*first, payload));
        frames.collect::<Vec<_>>().concat()
    };
    let cases = [
        (
            "too large",
            masked(FIN | TEXT, &[b'x'; 1001]),
            close::TOO_LARGE,
        ),
        (
            "said to be enormous",
            [&[FIN | TEXT, 0xFF][..], &[0x7F; 8], &[0; 4]].concat(),
            close::TOO_LARGE,
        ),
        (
            "too large together",
            fragments(&[(TEXT, &[b'x'; 600]), (FIN | CONTINUATION, &[b'x'; 600])]),
            close::TOO_LARGE,
        ),
        ("no UTF-8", masked(FIN | TEXT, b"\"\xFF\""), close::NOT_UTF8),
        (
            "half a character",
            masked(FIN | TEXT, "마".as_bytes().split_at(2).0),
            close::NOT_UTF8,
        ),
        ("not masked", b"\x81\x02{}".to_vec(), close::PROTOCOL),
        (
            "a reserved bit",
            masked(FIN | RESERVED_BIT | TEXT, b"{}"),
            close::PROTOCOL,
        ),
        (
            "a reserved kind",
            masked(FIN | RESERVED_KIND, b"{}"),
            close::PROTOCOL,
        ),
        ("a ping in fragments", masked(PING, b""), close::PROTOCOL),
        (
            "a ping too long",
            masked(FIN | PING, &[0; 126]),
            close::PROTOCOL,
        ),
        (
            "a continuation of nothing",
            masked(FIN | CONTINUATION, b"x"),
            close::PROTOCOL,
        ),
        (
            "a message within a message",
            fragments(&[(TEXT, b"x"), (FIN | TEXT, b"y")]),
            close::PROTOCOL,
        ),
        (
            "a close of one byte",
            masked(FIN | CLOSE, &[3]),
            close::PROTOCOL,
        ),
    ];
    for path in ["/", PATH] {
        for (what, bytes, expected) in &cases {
            let mut raw = Raw::open(server.address, path).await;
            raw.bytes(bytes).await;
            assert_eq!(raw.closed().await, Some(*expected), "{what} at {path}");
        }
    }
    witness.post(RoomId::LOBBY, "nothing happened").await;
}

#[tokio::test]
async fn fragments_with_a_ping_between_them_are_one_message() {
    let server = Server::start(&[]).await;
    let mut other = Simple::connect(server.address).await;
    let mut raw = Raw::open(server.address, "/").await;
    let text = r#"{"user":"John","content":"마당"}"#.as_bytes();
    // In the middle of a character.
    let (start, end) = text.split_at(text.len() - 4);
    raw.frame(TEXT, start).await;
    raw.frame(FIN | PING, b"?").await;
    assert_eq!(raw.next().await.unwrap(), (FIN | PONG, b"?".to_vec()));
    raw.frame(CONTINUATION, b"").await;
    raw.frame(FIN | CONTINUATION, end).await;
    assert_eq!(other.hears().await, ("John".into(), "마당".into()));
}

#[tokio::test]
async fn a_frame_sent_byte_by_byte_is_read() {
    let server = Server::start(&[]).await;
    let mut other = Simple::connect(server.address).await;
    let mut raw = Raw::open(server.address, "/").await;
    raw.0.set_nodelay(true).unwrap();
    for byte in frame(FIN | TEXT, br#"{"user":"John","content":"slowly"}"#) {
        raw.bytes(&[byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(other.hears().await.1, "slowly");
}

#[tokio::test]
async fn a_close_frame_is_answered_with_the_same_code() {
    let server = Server::start(&[]).await;
    for path in ["/", PATH] {
        let mut raw = Raw::open(server.address, path).await;
        raw.frame(FIN | CLOSE, &1000_u16.to_be_bytes()).await;
        assert_eq!(raw.closed().await, Some(1000));
        assert_eq!(raw.next().await, None, "and the connection ends");
    }
}

#[tokio::test]
async fn a_frame_that_comes_with_the_handshake_is_not_lost() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let hello = format!(
        r#"{{"type":"hello","version":2,"token":"{}"}}"#,
        guest.token
    );
    let mut early = frame(FIN | TEXT, hello.as_bytes());
    early.extend(frame(FIN | TEXT, br#"{"type":"ping"}"#));
    let mut raw = Raw::open_with(server.address, PATH, &early).await.unwrap();
    assert_eq!(raw.json().await["type"], "welcome");
    assert_eq!(raw.json().await["type"], "pong");
}
