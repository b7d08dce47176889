//! Connections that send without end: they must not delay others.

use std::net::SocketAddr;
use std::time::Duration;

use tempfile::TempDir;

use crate::pump::{Opening, Pump};
use crate::support::guest::Guest;
use crate::support::native::PATH;
use crate::support::process::{Process, serve};
use crate::support::raw::{CLOSE, FIN, PING, PONG, TEXT, frame};
use crate::witness::Witness;

/// How long one attack lasts in an ordinary run.
const SECONDS: f64 = 0.7;
/// Bytes that are sent in one go.
const CHUNK: usize = 64 * 1024;

/// How large the large frames are, in bytes. A debug build takes about ten times as long for each.
const LARGE: usize = if cfg!(debug_assertions) {
    6_000
} else {
    60_000
};

/// What can be sent without end.
struct AttackKind {
    name: &'static str,
    opening: Opening,
    unit: Vec<u8>,
}

fn text(json: &str) -> Vec<u8> {
    frame(FIN | TEXT, json.as_bytes())
}

fn attack_kinds(token: &str) -> Vec<AttackKind> {
    let hello = text(&format!(
        r#"{{"type":"hello","version":2,"token":"{token}"}}"#
    ));
    let before = |name, unit| AttackKind {
        name,
        opening: Opening::WebSocket(PATH, Vec::new()),
        unit,
    };
    let after = |name, json: &str| AttackKind {
        name,
        opening: Opening::WebSocket(PATH, hello.clone()),
        unit: text(json),
    };
    let simple = |name, unit| AttackKind {
        name,
        opening: Opening::WebSocket("/", Vec::new()),
        unit,
    };
    let request = |name, head: &str| AttackKind {
        name,
        opening: Opening::Http,
        unit: format!("{head}\r\nhost: localhost\r\n\r\n").into_bytes(),
    };
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    vec![
        before("pongs before hello", frame(FIN | PONG, b"")),
        before("pings before hello", frame(FIN | PING, b"x")),
        before("fragments before hello", frame(0, b"")),
        before("nonsense before hello", text("{}")),
        before(
            "what follows a close",
            [frame(FIN | CLOSE, b""), frame(FIN | PONG, b"")].concat(),
        ),
        after("typing", r#"{"type":"typing","room":1}"#),
        after("unsubscribe", r#"{"type":"unsubscribe","stream":"room/1"}"#),
        after("ping", r#"{"type":"ping"}"#),
        after(
            "refused sends",
            &format!(r#"{{"type":"send","client_id":"{id}","room":4711,"body":"x"}}"#),
        ),
        after("read marks", r#"{"type":"mark_read","room":1,"seq":1}"#),
        after(
            "history",
            r#"{"type":"history","question":1,"room":1,"before":100}"#,
        ),
        after(
            "subscribe",
            r#"{"type":"subscribe","question":1,"stream":"room/1"}"#,
        ),
        after(
            "directory",
            r#"{"type":"subscribe","question":2,"stream":"directory"}"#,
        ),
        after("watch", r#"{"type":"watch","question":1,"notices":true}"#),
        after("unwatch", r#"{"type":"unwatch","rooms":[1]}"#),
        after("people", r#"{"type":"people","question":1,"ids":[1,2,3]}"#),
        simple("pongs of a simple client", frame(FIN | PONG, b"")),
        simple("simple messages", text(r#"{"user":"M","content":"x"}"#)),
        simple(
            "empty simple messages",
            text(r#"{"user":"M","content":""}"#),
        ),
        after(
            "large frames that are no JSON",
            &format!(r#"{{"type":"send","body":{}"#, "[".repeat(LARGE)),
        ),
        after(
            "names of many marks",
            &format!(
                r#"{{"type":"rename","client_id":"{id}","name":"{}"}}"#,
                "\u{301}\u{327}".repeat(LARGE / 4)
            ),
        ),
        after(
            "frames of many fields",
            &format!(r#"{{"type":"ping"{}}}"#, many_fields()),
        ),
        request("requests", "GET /healthz HTTP/1.1"),
        request(
            "requests that are no handshakes",
            "GET / HTTP/1.1\r\nsec-websocket-key: x",
        ),
    ]
}

/// Fields that the server does not know, in about [`LARGE`] bytes.
fn many_fields() -> String {
    use std::fmt::Write as _;
    (0..LARGE / 12).fold(String::new(), |mut fields, number| {
        let _ = write!(fields, r#","{number}":{number}"#);
        fields
    })
}

fn seconds() -> Duration {
    let asked = std::env::var("MADANG_ATTACK_SECONDS").ok();
    Duration::from_secs_f64(asked.and_then(|text| text.parse().ok()).unwrap_or(SECONDS))
}

/// A folder in memory where there is one: it is not the disk that is measured.
pub fn folder() -> TempDir {
    const MEMORY: &str = "/dev/shm";
    // A server leaves a gibibyte of its disk free.
    let has_room = rustix::fs::statvfs(MEMORY)
        .is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) > 3 << 30);
    let in_memory = has_room.then(|| TempDir::new_in(MEMORY).ok()).flatten();
    in_memory.unwrap_or_else(|| TempDir::new().unwrap())
}

async fn server(folder: &TempDir, workers: &str) -> Process {
    // No rate unless it is named: here the usual one counts.
    let mut command = serve(folder.path(), &["--rate-limit", "10"]);
    command.env("TOKIO_WORKER_THREADS", workers);
    Process::spawn(command).await.unwrap()
}

/// Every kind of attack, one after the other, each with this many sockets.
async fn attack_with_each(address: SocketAddr, witness: &mut Witness, count: usize) -> Vec<String> {
    let mut slow = Vec::new();
    let mallory = Guest::come_in(address, "Mallory").await;
    for attack in attack_kinds(&mallory.token) {
        let chunk = attack.unit.repeat(CHUNK.div_ceil(attack.unit.len()));
        let pump = Pump::start(address, count, &attack.opening, chunk);
        let watched = witness.watch(seconds()).await;
        let closed = pump.closed();
        drop(pump);
        let name = attack.name;
        match watched {
            Ok(said) => println!("{count} x {name}: {said}, {closed} closed"),
            Err(said) => slow.push(format!("{count} x {name}: {said}, {closed} closed")),
        }
    }
    slow
}

async fn nobody_notices(workers: &str, counts: &[usize]) {
    let folder = folder();
    let server = server(&folder, workers).await;
    let mut witness = Witness::enter(server.address).await;
    let mut slow = Vec::new();
    for count in counts {
        slow.extend(attack_with_each(server.address, &mut witness, *count).await);
    }
    assert!(
        slow.is_empty(),
        "with {workers} workers:\n{}",
        slow.join("\n")
    );
    drop(witness);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_send_without_end_delay_nobody() {
    let _alone = crate::alone().await;
    // One after the other: they would measure each other.
    nobody_notices("1", &[1, 10, 200]).await;
    nobody_notices("2", &[200]).await;
}
