//! What a mail server may do wrong, and what the sender makes of it.

use std::time::Duration;

use server::mail::{MailAddress, MailSender, SendError, SmtpPassword, SmtpSecurity, SmtpSettings};
use server::store::{MailId, MailText};
use shared::id::Micros;

use crate::support::mail_server::{MailServer, Misbehaviour, PASSWORD, USER};

/// How long a mail server may take that answers in the end.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long one may take that never does.
const IMPATIENCE: Duration = Duration::from_secs(1);
const UNANSWERED: &str = "cannot be used: no answer within 1s";

fn settings(mails: &MailServer, password: Option<&str>) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".into(),
        port: mails.address.port(),
        security: SmtpSecurity::Plain,
        credentials: password
            .map(|password| (USER.to_owned(), SmtpPassword::parse(password).unwrap())),
        from: "chat@example.org".parse().unwrap(),
        timeout: PATIENCE,
    }
}

async fn send(settings: SmtpSettings) -> Result<String, SendError> {
    let sender = MailSender::new(settings, "chat.example.org".into()).unwrap();
    let text = MailText {
        id: MailId([7; 16]),
        subject: "Hello".into(),
        body: "One line.\n.\n.. and dots\n".into(),
        expires_at: Micros(i64::MAX),
    };
    let to = MailAddress::parse("ada@example.org").unwrap();
    sender.send(to, Micros(1_700_000_000_000_000), &text).await
}

#[tokio::test]
async fn each_way_to_fail_is_told_apart() {
    let mails = MailServer::start().await;
    for (misbehaviour, expected) in [
        (Misbehaviour::Busy, "cannot be used: 421"),
        (Misbehaviour::Silent, UNANSWERED),
        (Misbehaviour::SilentAfterData, UNANSWERED),
        (Misbehaviour::ClosesInData, "cannot be used"),
        (Misbehaviour::Garbage, "cannot be used"),
        (Misbehaviour::EndlessGreeting, "says too much"),
        (Misbehaviour::EndlessLine, "says too much"),
        (Misbehaviour::WantsPassword, "cannot be used: 530"),
        (
            Misbehaviour::RecipientBusy,
            "not take the mail now: 421 4.7.0 try later",
        ),
        (
            Misbehaviour::RecipientLater,
            "not take the mail now: 450 4.2.0 try later",
        ),
        (
            Misbehaviour::RecipientNever,
            "refuses the mail: 550 5.1.1 no such mailbox",
        ),
    ] {
        mails.misbehave(misbehaviour);
        let timeout = if expected == UNANSWERED {
            IMPATIENCE
        } else {
            PATIENCE
        };
        let settings = SmtpSettings {
            timeout,
            ..settings(&mails, None)
        };
        let error = send(settings).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{misbehaviour:?}: {error}");
    }
    let mut gone = settings(&mails, None);
    drop(mails);
    gone.port = 1;
    let error = send(gone).await.unwrap_err();
    assert!(matches!(error, SendError::Server(_)), "{error}");
}

#[tokio::test]
async fn the_text_arrives_as_it_was_written() {
    let mails = MailServer::start().await;
    send(settings(&mails, None)).await.unwrap();
    let mail = mails.taken(1).await;
    assert_eq!(mail.text().trim_end(), "One line.\n.\n.. and dots");
}

#[tokio::test]
async fn the_password_is_given_and_a_wrong_one_is_no_fault_of_the_mail() {
    let mails = MailServer::start().await;
    send(settings(&mails, Some(PASSWORD))).await.unwrap();
    mails.heard("AUTH PLAIN", 1).await;
    let error = send(settings(&mails, Some("other"))).await.unwrap_err();
    let SendError::Server(why) = &error else {
        panic!("{error}");
    };
    assert!(why.contains("535 5.7.8"), "{why}");
    assert!(!why.contains("other"), "{why}");
}
