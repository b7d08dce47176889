//! A backup that is made under load, as `docs/OPERATING.md` describes.

use std::path::Path;

use shared::id::RoomId;

use crate::support::guest::Guest;
use crate::support::items::Items;
use crate::support::native::Native;
use crate::support::server::{Server, folder};
use server::store::sqlite::FILE;

const LOBBY: RoomId = RoomId::LOBBY;

/// As `sqlite3 FILE "VACUUM INTO '…'"` does.
fn copy(from: &Path, into: &Path) {
    let store = rusqlite::Connection::open(from.join(FILE)).unwrap();
    let target = into.join(FILE);
    store
        .execute("VACUUM INTO ?1", [target.to_str().unwrap()])
        .unwrap();
}

/// Posts until it has to stop. Returns how many posts were acknowledged.
async fn talk(mut ada: Native, mut stop: tokio::sync::oneshot::Receiver<()>) -> usize {
    let mut posted = 0;
    while stop.try_recv().is_err() {
        ada.post(LOBBY, &format!("message {posted}")).await;
        posted += 1;
    }
    posted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_under_load_contains_everything_acknowledged_before_it() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    for number in 0..300 {
        ada.post(LOBBY, &format!("before {number}")).await;
    }
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let talking = tokio::spawn(talk(guest.connect(server.address).await, stopped));
    let (from, into) = (server.folder.clone(), folder());
    let copied = into.clone();
    tokio::task::spawn_blocking(move || copy(from.path(), copied.path()))
        .await
        .unwrap();
    stop.send(()).unwrap();
    let meanwhile = talking.await.unwrap();
    drop(ada);
    server.stop().await;

    let server = Server::start_in(into, &[]).await;
    let mut ada = guest.connect(server.address).await;
    let there = ada.subscribe(LOBBY).await.room().seq.0;
    let most = 300 + i64::try_from(meanwhile).unwrap();
    assert!((300..=most).contains(&there), "{there} of {most}");
    ada.post(LOBBY, "after").await;
}
