//! What keeps a server from starting: said in a sentence that helps, with a failure
//! for whoever started it.

use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;

use crate::support::guest::Guest;
use crate::support::process::{Process, admin, run, serve};
use crate::support::server::{Folder, Server, folder};

const STORE: &str = "madang.sqlite";

/// That a server does not start, and says all of this on its standard error.
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
async fn a_folder_that_cannot_be_written() {
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
async fn a_store_from_a_newer_version() {
    let folder = used_folder().await;
    let store = rusqlite::Connection::open(folder.path().join(STORE)).unwrap();
    store.pragma_update(None, "user_version", 999).unwrap();
    drop(store);
    assert_refuses(folder.path(), &[], &["newer version", "999", "--data"]).await;
}

#[tokio::test]
async fn a_folder_that_another_server_uses() {
    let server = Server::start(&[]).await;
    let folder = server.folder.path();
    assert_refuses(folder, &[], &["in use by another madang", "--data"]).await;
    // And that one is none the worse for it, the operator's commands included.
    Guest::come_in(server.address, "Ada").await;
    admin(folder, &["remove-guest", "1"]).await;
}

#[tokio::test]
async fn a_store_that_is_damaged() {
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
async fn a_port_that_is_taken() {
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
async fn a_setting_that_makes_no_sense() {
    let folder = folder();
    let cases: [(&[&str], &str); 6] = [
        (&["--public-url", "chat.example.org"], "--public-url"),
        (&["--public-url", "ftp://chat.example.org"], "--public-url"),
        (
            &["--public-url", "https://example.org/chat"],
            "--public-url",
        ),
        (&["--rate-limit", "0"], "--rate-limit"),
        (&["--rate-limit", "fast"], "off"),
        (&["--listen", "localhost"], "--listen"),
    ];
    for (arguments, words) in cases {
        assert_refuses(folder.path(), arguments, &[words]).await;
    }
}

#[tokio::test]
async fn a_fresh_start_makes_its_folder_and_says_where_everything_is() {
    let parent = folder();
    let data = parent.path().join("a/b/data");
    let server = Process::start(&data, &[]).await;
    assert!(data.join(STORE).exists());
    Guest::come_in(server.address, "Ada").await;
    // What lets `madang admin` in is for the server's own user.
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
