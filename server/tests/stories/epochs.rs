//! Resuming after a restart, and after a backup was restored.

use shared::id::{Epoch, Rev, RoomId};

use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::mirror::Mirror;
use crate::support::server::{Server, backup};

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn clients_resume_across_a_restart_without_a_reset() {
    let mut server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    ada.post(LOBBY, "first").await;
    let mut mirror = Mirror::subscribe(&mut ada, LOBBY).await;
    let first_epoch = mirror.epoch;

    for text in ["second", "third", "fourth"] {
        ada.post(LOBBY, text).await;
        drop(ada);
        server = server.restart().await;
        ada = guest.connect(server.address).await;
    }

    assert_ne!(ada.epoch(), first_epoch);
    mirror.catch_up(&mut ada).await;
    assert_eq!(mirror.bodies(), ["first", "second", "third", "fourth"]);
    // The directory and the own stream resume in the same way.
    let directory = ada.directory(Some(first_epoch), Rev(1)).await;
    assert_eq!(directory.from, Rev(1));
    let stream = ada.own(Some(first_epoch), Rev(1)).await;
    assert_eq!(stream.from, Rev(1));
    assert_eq!(stream.marks()[0].seq.0, 4);
}

#[tokio::test]
async fn a_client_that_knows_changes_undone_by_a_backup_gets_a_reset() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let saved = ada.post(LOBBY, "saved").await.rev.unwrap();
    let copy = backup(&server.folder);
    let lost = ada.post_numbers(LOBBY, 0..5).await;
    let epoch = ada.epoch();
    drop(ada);
    server.stop().await;

    let server = Server::start_in(copy, &[]).await;
    let mut ada = guest.connect(server.address).await;
    // Nothing was posted since: the lost revision lies above the room's head.
    ada.resume(LOBBY, epoch, lost).await.reset();
    // New posts pass the lost revision, but it still does not belong to the store's past.
    let present = ada.post_numbers(LOBBY, 100..110).await;
    assert!(present > lost);
    let reset = ada.resume(LOBBY, epoch, lost).await.reset();
    assert_eq!(reset.messages().len(), 11);
    ada.resume(LOBBY, epoch, saved.next()).await.reset();
    // Revisions from before the backup belong to its past.
    let changes = ada.resume(LOBBY, epoch, saved).await.changes();
    assert_eq!(changes.messages().len(), 10);
}

#[tokio::test]
async fn a_restored_older_file_is_not_taken_for_the_current_one() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    ada.post(LOBBY, "saved").await;
    drop(ada);
    let folder = server.stop().await;
    let copy = backup(&folder);

    let server = Server::start_in(folder, &[]).await;
    let mut ada = guest.connect(server.address).await;
    ada.post(LOBBY, "lost").await;
    let mirror = Mirror::subscribe(&mut ada, LOBBY).await;
    let directory = ada.directory(None, Rev::ZERO).await;
    drop(ada);
    server.stop().await;

    let server = Server::start_in(copy, &[]).await;
    let mut ada = guest.connect(server.address).await;
    ada.post(LOBBY, "another").await;
    let reset = ada.resume(LOBBY, mirror.epoch, mirror.rev).await.reset();
    let bodies: Vec<String> = reset.messages().into_iter().map(|m| m.body).collect();
    assert_eq!(bodies, ["saved", "another"]);
    let answer = ada.directory(Some(mirror.epoch), directory.through).await;
    assert_eq!(answer.from, Rev::ZERO, "everything again");
}

#[tokio::test]
async fn an_unknown_epoch_or_an_invalid_revision_gets_a_reset() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let rev = ada.post(LOBBY, "hello").await.rev.unwrap();
    let epoch = ada.epoch();
    ada.resume(LOBBY, Epoch::new([7; 16]), rev).await.reset();
    for wrong in [Rev(-1), Rev::ZERO, rev.next(), Rev(i64::MAX), Rev(i64::MIN)] {
        ada.resume(LOBBY, epoch, wrong).await.reset();
    }
    let changes = ada.resume(LOBBY, epoch, rev).await.changes();
    assert_eq!((changes.through, changes.messages().len()), (rev, 0));
}
