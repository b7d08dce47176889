//! Starts that fail: the message says what to do, and the exit status is a failure.

use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use crate::support::guest::Guest;
use crate::support::process::{MADANG, Process, admin, run, serve};
use crate::support::server::{Folder, Server, folder};

const STORE: &str = "madang.sqlite";

/// Checks that a server does not start, and prints all of this on its standard error.
async fn assert_refuses(folder: &Path, arguments: &[&str], said: &[&str]) {
    match Process::spawn(serve(folder, arguments)).await {
        Ok(_) => panic!("it has started"),
        Err((status, log)) => {
            assert!(!status.success());
            for words in said {
                assert!(log.contains(words), "{words:?} in:\n{log}");
            }
        }
    }
}

/// A folder that a server has used.
async fn used_folder() -> Folder {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    ada.post_numbers(shared::id::RoomId::LOBBY, 0..500).await;
    drop(ada);
    server.stop().await
}

#[tokio::test]
async fn an_unwritable_data_folder_is_reported() {
    let folder = folder();
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    for path in [
        file.as_path(),
        &file.join("below"),
        Path::new("/proc/madang"),
    ] {
        assert_refuses(path, &[], &["cannot be written", "--data"]).await;
    }
}

#[tokio::test]
async fn a_store_from_a_newer_version_is_reported() {
    let folder = used_folder().await;
    let store = rusqlite::Connection::open(folder.path().join(STORE)).unwrap();
    store.pragma_update(None, "user_version", 999).unwrap();
    drop(store);
    assert_refuses(folder.path(), &[], &["newer version", "999", "--data"]).await;
}

#[tokio::test]
async fn a_data_folder_in_use_is_reported() {
    let server = Server::start(&[]).await;
    let folder = server.folder.path();
    assert_refuses(folder, &[], &["in use by another madang", "--data"]).await;
    // The first server is not affected, and still takes the operator's commands.
    Guest::come_in(server.address, "Ada").await;
    admin(folder, &["remove-guest", "1"]).await;
}

#[tokio::test]
async fn a_damaged_store_is_reported() {
    let garbage = folder();
    std::fs::write(garbage.path().join(STORE), "not a database".repeat(1_000)).unwrap();
    assert_refuses(garbage.path(), &[], &["damaged", "backup"]).await;

    let folder = used_folder().await;
    let path = folder.path().join(STORE);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[8192..middle] {
        *byte ^= 0x5A;
    }
    std::fs::write(&path, bytes).unwrap();
    assert_refuses(folder.path(), &[], &["damaged", "backup"]).await;

    let folder = used_folder().await;
    let path = folder.path().join(STORE);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert_refuses(folder.path(), &[], &["damaged", "backup"]).await;
}

#[tokio::test]
async fn a_port_in_use_is_reported() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = folder();
    assert_refuses(
        folder.path(),
        &["--listen", &address],
        &[&address, "--listen"],
    )
    .await;
    let others = ["--listen", "203.0.113.1:3000"];
    assert_refuses(folder.path(), &others, &["cannot listen", "--listen"]).await;
}

#[tokio::test]
async fn an_invalid_setting_is_reported() {
    let folder = folder();
    let cases: [(&[&str], &str); 12] = [
        (&["--public-url", "chat.example.org"], "--public-url"),
        (&["--public-url", "ftp://chat.example.org"], "--public-url"),
        (
            &["--public-url", "https://example.org/chat"],
            "--public-url",
        ),
        (
            &["--public-url", "https://ada@example.org"],
            "it names a user",
        ),
        (&["--allow-origin", "*"], "--allow-origin"),
        (&["--allow-origin", "www.example.org"], "--allow-origin"),
        (&["--allow-origin", "file://"], "null"),
        (&["--dev-origin", "https://example.org"], "--dev-origin"),
        (&["--rate-limit", "0"], "--rate-limit"),
        (&["--rate-limit", "fast"], "off"),
        (&["--listen", "localhost"], "--listen"),
        (&["--log", "server=loud"], "--log"),
    ];
    for (arguments, words) in cases {
        assert_refuses(folder.path(), arguments, &[words]).await;
    }
}

#[tokio::test]
async fn settings_outside_their_limits_are_reported() {
    let folder = folder();
    let cases: [(&[&str], &[&str]); 21] = [
        (&["--max-connections", "0"], &["--max-connections 0"]),
        (
            &["--max-connections-per-address", "0"],
            &["--max-connections-per-address 0"],
        ),
        (&["--max-rooms", "0"], &["--max-rooms 0"]),
        (
            &["--max-store-bytes", "1"],
            &["--max-store-bytes 1", "262144"],
        ),
        (
            &["--max-waiting-bytes", "0"],
            &["--max-waiting-bytes 0", "4194304"],
        ),
        (&["--max-in-flight", "0"], &["--max-in-flight 0"]),
        (&["--max-subscriptions", "0"], &["--max-subscriptions 0"]),
        (&["--max-message-bytes", "0"], &["--max-message-bytes 0"]),
        (
            &["--max-frame-bytes", "1000"],
            &["--max-frame-bytes 1000", "--max-message-bytes 16384"],
        ),
        (
            &["--max-message-bytes", "65536"],
            &["--max-frame-bytes 65536", "--max-message-bytes 65536"],
        ),
        (
            &["--max-message-bytes", "18446744073709551615"],
            &["--max-message-bytes"],
        ),
        (
            &["--resume-limit", "4294967296"],
            &["--resume-limit", "4294967295"],
        ),
        (
            &["--max-outbox-bytes", "1000"],
            &["--max-outbox-bytes 1000", "--max-frame-bytes 65536"],
        ),
        (
            &["--heartbeat-seconds", "60"],
            &["--heartbeat-seconds 60", "--dead-after-seconds 60"],
        ),
        (
            &["--heartbeat-seconds", "0"],
            &["--heartbeat-seconds 0", "86400"],
        ),
        (
            &["--dead-after-seconds", "18446744073709551615"],
            &["--dead-after-seconds", "86400"],
        ),
        (&["--header-seconds", "0"], &["--header-seconds 0"]),
        (
            &["--progress-timeout-seconds", "0"],
            &["--progress-timeout-seconds 0"],
        ),
        (
            &["--progress-timeout-seconds", "18446744073709551615"],
            &["--progress-timeout-seconds"],
        ),
        (
            &["--trusted-proxy", "0.0.0.0"],
            &["--trusted-proxy 0.0.0.0"],
        ),
        (
            &[
                "--public-url",
                "https://chat.example.org",
                "--dev-origin",
                "http://localhost:8080",
            ],
            &["--dev-origin", "local mode"],
        ),
    ];
    for (arguments, words) in cases {
        assert_refuses(folder.path(), arguments, words).await;
    }
    assert!(
        !folder.path().join(STORE).exists(),
        "nothing is made for what cannot work"
    );
}

#[tokio::test]
async fn a_data_folder_may_have_any_name() {
    let around = folder();
    for name in [
        "file:odd",
        "file:odd?mode=memory",
        ":memory:",
        "a b%20c?d#e",
        "마당",
        "-leading",
    ] {
        let data = format!("--data={name}");
        for _restart in 0..2 {
            let mut command = Command::new(MADANG);
            command
                .current_dir(around.path())
                .args(["serve", "--listen", "127.0.0.1:0", &data]);
            let server = Process::spawn(command).await.unwrap();
            Guest::come_in(server.address, "Ada").await;
            server.stop().await;
        }
        let made: Vec<_> = std::fs::read_dir(around.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(made, [name], "only this folder");
        let folder = around.path().join(name);
        assert!(folder.join(STORE).exists(), "{name}");
        // The two guests are there after the restart.
        admin(&folder, &["remove-guest", "2"]).await;
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

#[tokio::test]
async fn a_first_start_creates_the_data_folder_and_prints_the_addresses() {
    let parent = folder();
    let data = parent.path().join("a/b/data");
    let server = Process::start(&data, &[]).await;
    assert!(data.join(STORE).exists());
    Guest::come_in(server.address, "Ada").await;
    // The control socket is accessible to the server's own user alone.
    let control = std::fs::metadata(data.join("control.sock")).unwrap();
    assert!(control.file_type().is_socket());
    assert_eq!(control.permissions().mode() & 0o777, 0o600);
    server.stop().await;
    assert!(!data.join("control.sock").exists());
}

#[tokio::test]
async fn help_explains_every_setting_with_its_variable() {
    let help = run(&["serve", "--help"]);
    assert!(help.status.success());
    let text = String::from_utf8(help.stdout).unwrap();
    for line in text
        .lines()
        .filter(|line| line.trim_start().starts_with("--"))
    {
        let name = line.trim().split([' ', '=']).next().unwrap();
        assert!(name.len() > 3, "{line}");
    }
    let variables = text.matches("[env: MADANG_").count();
    let settings = text
        .lines()
        .filter(|line| line.trim_start().starts_with("--"))
        .count();
    assert_eq!(variables, settings, "{text}");
}
