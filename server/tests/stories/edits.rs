//! Editing and deleting messages.

use shared::error::ErrorCode;
use shared::frame::Anchor;
use shared::id::{Rev, RoomId, Seq};

use crate::support::command::{delete, edit};
use crate::support::guest::{Guest, enter};
use crate::support::items::Items;
use crate::support::server::{Server, holds};
use crate::support::simple::Simple;

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test]
async fn an_edit_of_an_older_revision_is_refused_with_the_current_message() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let mut window = guest.connect(server.address).await;
    let mut other_window = guest.connect(server.address).await;
    let posted = window.post(LOBBY, "draft").await;
    let (seq, rev) = (posted.seq.unwrap(), posted.rev.unwrap());
    let edited = window.ask(&edit(LOBBY, seq, rev, "better")).await.unwrap();

    let refusal = other_window
        .ask(&edit(LOBBY, seq, rev, "worse"))
        .await
        .unwrap_err();

    assert_eq!(refusal.code, ErrorCode::Stale);
    let current = refusal.current.unwrap();
    assert_eq!((current.seq, current.rev), (seq, edited.rev.unwrap()));
    assert_eq!(current.body, "better");
    let rested = edit(LOBBY, seq, current.rev, "best");
    other_window.ask(&rested).await.unwrap();
}

#[tokio::test]
async fn only_its_author_may_edit_or_delete_a_message() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut mallory = enter(server.address, "Mallory").await;
    let mut simple = Simple::connect(server.address).await;
    let posted = ada.post(LOBBY, "mine").await;
    let (seq, rev) = (posted.seq.unwrap(), posted.rev.unwrap());
    simple.hears().await;
    simple.say("Ada", "only a name").await;
    mallory.subscribe(LOBBY).await;

    let not_author = ErrorCode::NotAuthor;
    assert_eq!(
        mallory.refused(&edit(LOBBY, seq, rev, "x")).await,
        not_author
    );
    assert_eq!(mallory.refused(&delete(LOBBY, seq)).await, not_author);
    // Messages of the simple protocol belong to no person.
    let message = loop {
        let history = ada.history(LOBBY, Anchor::After(seq), None).await.unwrap();
        if let Some(message) = history.messages().first() {
            break message.clone();
        }
    };
    assert_eq!(ada.refused(&delete(LOBBY, message.seq)).await, not_author);
}

#[tokio::test]
async fn a_deleted_message_keeps_its_seq_and_loses_its_text() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let posted = ada.post(LOBBY, "regretted").await;
    let (seq, rev) = (posted.seq.unwrap(), posted.rev.unwrap());
    ada.post(LOBBY, "kept").await;
    let deleted = ada.ask(&delete(LOBBY, seq)).await.unwrap();

    // Deleting it again, for example from a second window, succeeds.
    assert_eq!(ada.ask(&delete(LOBBY, seq)).await.unwrap().rev, deleted.rev);
    assert_eq!(
        ada.refused(&edit(LOBBY, seq, rev, "back")).await,
        ErrorCode::MessageDeleted
    );
    let history = ada
        .history(LOBBY, Anchor::After(Seq::ZERO), None)
        .await
        .unwrap();
    assert_eq!(history.messages().len(), 2);
    let tombstone = &history.messages()[0];
    assert!(tombstone.is_deleted());
    assert_eq!((tombstone.seq, tombstone.body.as_str()), (seq, ""));
}

#[tokio::test]
async fn editing_or_deleting_an_unknown_message_is_refused() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    for seq in [Seq(1), Seq(0), Seq(-1), Seq(i64::MAX)] {
        let code = ErrorCode::NoSuchMessage;
        assert_eq!(ada.refused(&delete(LOBBY, seq)).await, code);
        assert_eq!(ada.refused(&edit(LOBBY, seq, Rev(1), "x")).await, code);
    }
    let nowhere = RoomId(4711);
    assert_eq!(
        ada.refused(&delete(nowhere, Seq(1))).await,
        ErrorCode::NoSuchRoom
    );
}

#[tokio::test]
async fn a_deleted_text_is_not_left_in_the_database_file() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let bodies = [10, 300, 16_000].map(|length| "regretted ".repeat(length / 10));
    for ack in ada.post_all(LOBBY, bodies).await {
        ada.ask(&delete(LOBBY, ack.seq.unwrap())).await.unwrap();
    }
    let ack = ada.post(LOBBY, &"regretted ".repeat(50)).await;
    let (seq, rev) = (ack.seq.unwrap(), ack.rev.unwrap());
    ada.ask(&edit(LOBBY, seq, rev, "better")).await.unwrap();
    ada.ask(&delete(LOBBY, seq)).await.unwrap();
    drop(ada);
    assert!(!holds(&server.stop().await, "regretted"));
}
