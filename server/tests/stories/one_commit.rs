//! Several commands in one commit: of each message its last state is delivered.
#![cfg(feature = "faults")]

use shared::frame::ServerFrame;
use shared::id::{Rev, RoomId, Seq};

use crate::support::command::{cancel, delete, edit, id, send};
use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::server::Server;
use crate::support::simple::Simple;

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn a_text_that_is_deleted_or_replaced_in_the_commit_of_its_post_is_delivered_to_nobody() {
    // The writer waits, so that the commands below come into one commit.
    let server = Server::start(&["--fault", "slow-writer"]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    let mut simple = Simple::connect(server.address).await;
    let before = ben.subscribe(LOBBY).await;
    let mut watching = enter(server.address, "Watching").await;
    watching.watch_with_notices(None).await;
    let (seq, rev) = (before.room().seq.0, before.rev.0);

    let cancelled = send(LOBBY, "cancelled");
    let commands = [
        send(LOBBY, "deleted"),
        send(LOBBY, "draft"),
        cancelled.clone(),
        send(LOBBY, "kept"),
        cancel(LOBBY, id(&cancelled)),
        edit(LOBBY, Seq(seq + 2), Rev(rev + 2), "better"),
        delete(LOBBY, Seq(seq + 1)),
    ];
    ada.say_all(&commands).await;
    for command in &commands {
        ada.answer(id(command)).await.unwrap();
    }

    let changes = ben.changes(LOBBY).await;
    assert_eq!(
        (changes.from, changes.through),
        (Rev(rev), Rev(rev + 7)),
        "one commit"
    );
    let messages = changes.messages();
    assert_eq!(messages.len(), changes.items.len(), "nothing else");
    let states: Vec<_> = messages
        .iter()
        .map(|message| {
            let number = message.seq.0 - seq;
            (number, message.rev.0 - rev, message.body.as_str())
        })
        .collect();
    // By revision; each message is there once.
    assert_eq!(
        states,
        [(4, 4, "kept"), (3, 5, ""), (2, 6, "better"), (1, 7, "")]
    );
    let said = |text: &str| ("Ada".to_owned(), text.to_owned());
    assert_eq!(simple.hears().await, said("kept"));
    assert_eq!(simple.hears().await, said("better"));
    ada.post(LOBBY, "later").await;
    assert_eq!(simple.hears().await, said("later"));
    let mut record = Vec::new();
    watching
        .record_until(&mut record, "the notice of the last", |frame| match frame {
            ServerFrame::Notice(notice) if notice.words == "later" => Some(()),
            _ => None,
        })
        .await;
    for text in ["cancelled", "deleted", "draft"] {
        assert!(
            !record.iter().any(|frame| frame.contains(text)),
            "{record:?}"
        );
    }
}
