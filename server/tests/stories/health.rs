//! When a vital thread panics, the process exits with a message, and the health check fails.
#![cfg(feature = "faults")]

use shared::frame::close;
use shared::id::RoomId;
use tempfile::TempDir;

use crate::support::command::send;
use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::process::Process;

#[tokio::test]
async fn a_server_whose_writer_panics_exits_with_a_message() {
    let folder = TempDir::new().unwrap();
    let server = Process::start(folder.path(), &["--fault", "dying-writer"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut bob = enter(server.address, "Bob").await;
    ada.post(RoomId::LOBBY, "kept").await;
    ada.say(&send(RoomId::LOBBY, "die")).await;
    for native in [&mut ada, &mut bob] {
        assert_eq!(native.closed().await, Some(close::RESTART));
    }
    let (status, log) = server.exited().await;
    assert!(!status.success(), "whoever supervises it has to notice");
    assert!(log.contains("store-writer has died"), "{log}");
    // Another server on the same folder has everything that was acknowledged.
    let server = Process::start(folder.path(), &[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let messages = ada.subscribe(RoomId::LOBBY).await.messages();
    assert_eq!(messages[0].body, "kept");
    assert_eq!(messages.len(), 1);
    server.stop().await;
}
