//! What becomes of a mail that cannot be sent at once.

use super::{server_with, start};
use crate::support::http;
use crate::support::mail_server::{MailServer, Misbehaviour};
use crate::support::process::madang;
use crate::support::server::{Server, backup, folder, holds};
use crate::support::time::{DAY, Time};

const MINUTE: i64 = 60 * 1_000_000;

/// Queues an invitation to an address.
async fn invite(server: &Server, to: &str) {
    let create = ["invite", "create", "--mail", to];
    madang(server.folder.path(), &create).await.unwrap();
}

#[tokio::test]
async fn a_mail_that_is_not_taken_now_is_tried_again_later_and_one_that_is_refused_is_not() {
    let mails = MailServer::start().await;
    let time = Time::default();
    let server = start(&time, folder(), &mails, &[]).await;
    mails.misbehave(Misbehaviour::RecipientLater);
    invite(&server, "later@example.org").await;
    mails.heard("RCPT TO:<later@example.org>", 1).await;
    mails.heard("QUIT", 1).await;
    mails.misbehave(Misbehaviour::RecipientNever);
    invite(&server, "never@example.org").await;
    mails.heard("RCPT TO:<never@example.org>", 1).await;
    mails.heard("QUIT", 2).await;
    mails.misbehave(Misbehaviour::None);
    // Not before its time.
    invite(&server, "first@example.org").await;
    assert_eq!(mails.taken(1).await.to, "first@example.org");
    time.set_ahead(2 * MINUTE);
    invite(&server, "second@example.org").await;
    let mut to = vec![mails.taken(2).await.to, mails.taken(3).await.to];
    to.sort_unstable();
    assert_eq!(to, ["later@example.org", "second@example.org"]);
    time.set_ahead(DAY);
    invite(&server, "third@example.org").await;
    assert_eq!(mails.taken(4).await.to, "third@example.org");
    server.stop().await;
    assert_eq!(mails.count(), 4);
    assert_eq!(mails.heard_so_far("RCPT TO:<never@example.org>"), 1);
}

#[tokio::test]
async fn what_waits_is_sent_after_a_restart_and_nothing_of_it_stays_in_the_file() {
    let mails = MailServer::start().await;
    let time = Time::default();
    let server = start(&time, folder(), &mails, &[]).await;
    mails.misbehave(Misbehaviour::RecipientLater);
    invite(&server, "ada@example.org").await;
    mails.heard("QUIT", 1).await;
    let stopped = server.stop().await;
    assert!(holds(&stopped, "/join#"));
    mails.misbehave(Misbehaviour::None);
    time.set_ahead(2 * MINUTE);
    let server = start(&time, stopped, &mails, &[]).await;
    let mail = mails.taken(1).await;
    assert_eq!(mail.to, "ada@example.org");
    let secret = mail.secret("/join");
    let stopped = server.stop().await;
    assert!(!holds(&stopped, &secret));
    let server = start(&time, stopped, &mails, &[]).await;
    server.stop().await;
    assert_eq!(mails.count(), 1);
}

#[tokio::test]
async fn a_mail_whose_attempt_was_cut_off_by_the_end_of_the_server_is_sent_again_with_the_same_id()
{
    let mails = MailServer::start().await;
    let time = Time::default();
    let server = start(&time, folder(), &mails, &[]).await;
    mails.misbehave(Misbehaviour::SilentAfterData);
    invite(&server, "ada@example.org").await;
    let first = mails.taken(1).await;
    // What a power cut at this moment would leave.
    let left = backup(&server.folder);
    mails.misbehave(Misbehaviour::None);
    time.set_ahead(2 * MINUTE);
    let after = start(&time, left, &mails, &[]).await;
    let second = mails.taken(2).await;
    assert_eq!(second.to, "ada@example.org");
    assert_eq!(second.header("message-id"), first.header("message-id"));
    after.stop().await;
}

#[tokio::test]
async fn while_the_mail_server_is_away_mails_wait() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &[]).await;
    mails.misbehave(Misbehaviour::Busy);
    invite(&server, "ada@example.org").await;
    // It has been told to go away, and the first one waits for a minute.
    mails.heard("CONNECT", 1).await;
    mails.misbehave(Misbehaviour::None);
    invite(&server, "ben@example.org").await;
    assert_eq!(mails.taken(1).await.to, "ben@example.org");
    let health = http::get(server.address, "/healthz", &[]).await;
    assert_eq!(health.status, 200, "{health:?}");
}
