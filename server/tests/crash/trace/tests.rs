//! Tests of the parser and the check, with traces written by hand in strace's format.

use super::{Call, Command, Violation, check, parse};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const FOLDER: &str = "/tmp/x";

fn command() -> Command {
    Command {
        client_id: ID.to_owned(),
        stored: b"[madang 3.17]".to_vec(),
        content: Some(b"[madang 3.17]".to_vec()),
    }
}

/// The log gets a page with the message and the commit's page; each header is 24 bytes.
const WRITTEN: [&str; 4] = [
    r#"12 pwrite64(9</tmp/x/madang.sqlite-wal>, "\0\0\0\2\0\0\0\0H)B\335\363\16\304\10\25\332,Z\2\212\330-", 24, 32) = 24"#,
    r#"12 pwrite64(9</tmp/x/madang.sqlite-wal>, "\r\0[madang 3.17]\v", 16, 56) = 16"#,
    r#"12 pwrite64(9</tmp/x/madang.sqlite-wal>, "\0\0\0\3\0\0\0\7H)B\335\363\16\304\10\25\332,Z\2\212\330-", 24, 72) = 24"#,
    r#"12 pwrite64(9</tmp/x/madang.sqlite-wal>, "rooms", 5, 96) = 5"#,
];
const SYNC: &str = "12 fdatasync(9</tmp/x/madang.sqlite-wal>) = 0";
const ACK: &str = r#"13 writev(11<TCP:[127.0.0.1:3000->127.0.0.1:40000]>, [{iov_base="\201~\0}{\"type\":\"ack\",\"client_id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"room\":1}", iov_len=80}], 1) = 80"#;
const LIVE: &str = r#"14 writev(15<TCP:[127.0.0.1:3000->127.0.0.1:40001]>, [{iov_base="\201~\1\0{\"type\":\"changes\",\"items\":[{\"message\":{\"body\":\"[madang 3.17] hi\"}}]}", iov_len=99}], 1) = 99"#;

fn judge(lines: &[&str]) -> Vec<Violation> {
    let calls = parse(&lines.join("\n")).unwrap();
    check(&calls, &[command()], FOLDER)
}

fn with(middle: &[&str]) -> Vec<Violation> {
    judge(&[&WRITTEN, middle].concat())
}

fn early(line: usize) -> Violation {
    Violation::ToldEarly(ID.into(), line)
}

#[test]
fn a_line_of_a_trace_is_parsed() {
    let calls = parse(&format!("{}\n{}", WRITTEN[1], ACK)).unwrap();
    let [write, ack] = calls.as_slice() else {
        panic!("two calls: {calls:?}");
    };
    assert_eq!(write.thread, 12);
    assert_eq!(write.name, "pwrite64");
    assert_eq!(write.file(), Some("/tmp/x/madang.sqlite-wal"));
    assert_eq!(write.strings, [b"\r\0[madang 3.17]\x0b".to_vec()]);
    assert_eq!(write.result, Some(16));
    let socket = "TCP:[127.0.0.1:3000->127.0.0.1:40000]";
    assert_eq!(ack.file(), Some(socket));
    assert!(ack.is_to_socket());
    assert!(ack.strings[0].ends_with(br#","room":1}"#));
    assert_eq!((ack.entered, ack.returned), (1, Some(1)));
}

#[test]
fn every_escape_is_decoded() {
    let calls = parse(r#"7 write(1</x>, "\0\0012\18\177\n\"\\\x41\xfe", 10) = 10"#).unwrap();
    assert_eq!(
        calls[0].strings,
        [b"\x00\x012\x018\x7f\n\"\\A\xfe".to_vec()]
    );
}

#[test]
fn an_interrupted_call_is_joined() {
    let calls = parse(
        "12 fsync(9</tmp/x/madang.sqlite-wal> <unfinished ...>\n\
         13 openat(AT_FDCWD</tmp>, \"/tmp/x\", O_RDONLY|O_CLOEXEC) = 14</tmp/x>\n\
         13 --- SIGTERM {si_signo=SIGTERM} ---\n\
         12 <... fsync resumed>)              = 0\n\
         13 writev(11<TCP:[1:1->1:2]>, [{iov_base=\"a\", iov_len=1}], 1 <unfinished ...>\n\
         13 +++ killed by SIGKILL +++\n\
         12 fsync(9</tmp/x/madang.sqlite-wal>) = -1 EIO (Input/output error)\n\
         12 fsync(9</tmp/x/madang.sqlite-wal>) = ?",
    )
    .unwrap();
    let shape = |call: &Call| (call.name.clone(), call.entered, call.returned, call.result);
    let shapes: Vec<_> = calls.iter().map(shape).collect();
    let expected = [
        ("fsync".to_owned(), 0, Some(3), Some(0)),
        ("openat".to_owned(), 1, Some(1), Some(14)),
        ("writev".to_owned(), 4, None, None),
        ("fsync".to_owned(), 6, Some(6), Some(-1)),
        ("fsync".to_owned(), 7, Some(7), None),
    ];
    assert_eq!(shapes, expected);
    assert_eq!(calls[0].file(), Some("/tmp/x/madang.sqlite-wal"));
    assert_eq!(calls[1].file(), None);
    assert_eq!(calls[2].strings, [b"a"]);
    assert!(calls[2].is_to_socket());
}

#[test]
fn a_truncated_string_is_refused() {
    let cut = parse(r#"7 write(1</x>, "abc"..., 10) = 10"#).unwrap_err();
    assert!(cut.reason.contains("-s"), "{cut}");
    assert_eq!(parse("no trace").unwrap_err().line, 0);
}

#[test]
fn write_then_sync_then_reply_passes() {
    assert_eq!(with(&[SYNC, ACK, LIVE]), []);
    let fsync = SYNC.replace("fdatasync", "fsync");
    assert_eq!(with(&[&fsync, LIVE, ACK]), []);
}

#[test]
fn a_reply_without_any_sync_is_found() {
    assert_eq!(with(&[ACK]), [Violation::NotSynced(ID.into())]);
    let failed = SYNC.replace("= 0", "= -1 EIO (Input/output error)");
    assert_eq!(with(&[&failed, ACK]), [Violation::NotSynced(ID.into())]);
    let another = SYNC.replace("madang.sqlite-wal", "madang.sqlite");
    assert_eq!(with(&[&another, ACK]), [Violation::NotSynced(ID.into())]);
}

#[test]
fn a_reply_before_the_sync_is_found() {
    assert_eq!(with(&[ACK, SYNC]), [early(5)]);
    assert_eq!(judge(&[&[ACK], &WRITTEN[..], &[SYNC]].concat()), [early(1)]);
}

#[test]
fn a_reply_during_the_sync_is_found() {
    let begun = "12 fsync(9</tmp/x/madang.sqlite-wal> <unfinished ...>";
    let resumed = "12 <... fsync resumed>) = 0";
    assert_eq!(with(&[begun, ACK, resumed]), [early(6)]);
    assert_eq!(with(&[begun, resumed, ACK]), []);
    // The frame has left with the call's beginning, whenever that ends.
    let ack_begun = ACK.replace(") = 80", " <unfinished ...>");
    let ack_resumed = "13 <... writev resumed>) = 80";
    assert_eq!(with(&[begun, &ack_begun, resumed, ack_resumed]), [early(6)]);
}

#[test]
fn a_sync_that_began_before_the_commit_was_written_does_not_count() {
    let begun = "12 fsync(9</tmp/x/madang.sqlite-wal> <unfinished ...>";
    let resumed = "12 <... fsync resumed>) = 0";
    let page = WRITTEN[3].replace("12 ", "16 ");
    let lines = [&WRITTEN[..3], &[begun, &page, resumed, ACK]].concat();
    assert_eq!(judge(&lines), [Violation::NotSynced(ID.into())]);
}

#[test]
fn a_sync_between_the_message_and_its_commit_does_not_count() {
    let lines = [&WRITTEN[..2], &[SYNC], &WRITTEN[2..], &[ACK]].concat();
    assert_eq!(judge(&lines), [Violation::NotSynced(ID.into())]);
    let lines = [&WRITTEN[..2], &[SYNC, ACK]].concat();
    assert_eq!(judge(&lines), [Violation::NotCommitted(ID.into())]);
}

#[test]
fn a_live_frame_before_the_sync_is_found() {
    assert_eq!(with(&[LIVE, SYNC, ACK]), [early(5)]);
}

#[test]
fn a_message_that_was_never_written_or_never_sent_is_found() {
    let expected = [Violation::NotWritten(ID.into())];
    assert_eq!(judge(&[SYNC, ACK]), expected);
    assert_eq!(with(&[SYNC]), [Violation::NotSeen(ID.into())]);
}

#[test]
fn a_file_name_that_is_not_synced_is_found() {
    let made = [
        r#"9 mkdir("/tmp/x", 0777) = 0"#,
        r#"9 openat(AT_FDCWD</tmp>, "/tmp/x/madang.sqlite-wal", O_RDWR|O_CREAT, 0644) = 9</tmp/x/madang.sqlite-wal>"#,
    ];
    let folder = "9 fsync(14</tmp/x>) = 0";
    let parent = "9 fsync(14</tmp>) = 0";
    let rest = [&WRITTEN[..], &[SYNC, ACK]].concat();
    let all = [&made[..], &[folder, parent], &rest].concat();
    assert_eq!(judge(&all), []);
    let without_parent = [&made[..], &[folder], &rest].concat();
    let lost = |path: &str| Violation::NameNotSynced(path.into());
    assert_eq!(judge(&without_parent), [lost("/tmp/x")]);
    let too_late = [&made[..], &[parent], &rest, &[folder]].concat();
    assert_eq!(judge(&too_late), [lost("/tmp/x/madang.sqlite-wal")]);
}
