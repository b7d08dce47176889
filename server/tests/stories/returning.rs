//! Many clients resume at once: they share cached answers, which are never outdated.

use shared::id::RoomId;

use crate::support::command;
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::mirror::Mirror;
use crate::support::server::Server;

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_resume_during_changes_all_reach_the_same_state() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.post(LOBBY, "before").await;
    let first = Mirror::subscribe(&mut ada, LOBBY).await;
    ada.post_numbers(LOBBY, 0..450).await;
    let returning = (0..20).map(|number| {
        let (address, mut mirror) = (server.address, first.clone());
        tokio::spawn(async move {
            let guest = Guest::come_in(address, &format!("guest {number}")).await;
            let mut native = guest.connect(address).await;
            mirror.catch_up(&mut native).await;
            (native, mirror)
        })
    });
    let returning: Vec<_> = returning.collect();
    // All kinds of changes, while they read.
    for seq in [5, 450, 100, 5] {
        let message = first.messages.keys().next().unwrap();
        let seq = shared::id::Seq(message.0 + seq);
        ada.ask(&command::delete(LOBBY, seq)).await.ok();
        ada.post(LOBBY, "meanwhile").await;
    }
    let last = ada.post(LOBBY, "the last").await.rev.unwrap();
    let mut ends = Vec::new();
    for task in returning {
        let (mut native, mut mirror) = task.await.unwrap();
        mirror.read_to(&mut native, last).await;
        mirror.assert_whole();
        ends.push(
            mirror
                .bodies()
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(ends[0].len(), 456);
    assert!(ends.iter().all(|end| *end == ends[0]));
}

#[tokio::test]
async fn a_deleted_text_is_in_no_later_answer() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let known = ada.post(LOBBY, "known").await.rev.unwrap();
    let secret = ada.post(LOBBY, "a secret").await.seq.unwrap();
    ada.post_numbers(LOBBY, 0..300).await;
    let newest = ada.post(LOBBY, "another secret").await.seq.unwrap();
    let epoch = ada.epoch();
    let mut bob = enter(server.address, "Bob").await;
    let said = async |native: &mut crate::support::native::Native| {
        let page = native.resume(LOBBY, epoch, known).await.changes();
        let present = native.subscribe(LOBBY).await;
        let all = page.messages().into_iter().chain(present.messages());
        all.map(|message| message.body).collect::<Vec<_>>()
    };
    let before = said(&mut bob).await;
    assert!(before.iter().any(|body| body == "a secret"));
    assert!(before.iter().any(|body| body == "another secret"));

    for seq in [secret, newest] {
        ada.ask(&command::delete(LOBBY, seq)).await.unwrap();
    }

    for native in [&mut bob, &mut ada] {
        let after = said(native).await;
        assert!(after.iter().all(|body| !body.contains("secret")));
    }
}
