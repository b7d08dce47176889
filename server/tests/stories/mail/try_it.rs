//! `madang mail test`.

use serde_json::Value;

use super::server_with;
use crate::support::mail_server::{MailServer, Misbehaviour};
use crate::support::process::{Process, madang};
use crate::support::server::{Server, folder};

#[tokio::test]
async fn the_operator_sees_what_the_mail_server_answers() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &[]).await;
    let folder = server.folder.path();
    let test = ["mail", "test", "ada@example.org"];
    let said = madang(folder, &test).await.unwrap();
    assert!(said.contains("250 2.0.0 queued as 42"), "{said}");
    let mail = mails.taken(1).await;
    assert_eq!(
        (&*mail.from, &*mail.to),
        ("chat@example.org", "ada@example.org")
    );
    assert_eq!(
        mail.header("from").as_deref(),
        Some("Madang <chat@example.org>")
    );
    assert_eq!(
        mail.header("auto-submitted").as_deref(),
        Some("auto-generated")
    );
    let id = mail.header("message-id").unwrap();
    assert!(id.ends_with("@chat.example.org>"), "{id}");

    let json = ["mail", "test", "ada@example.org", "--json"];
    let said: Value = serde_json::from_str(&madang(folder, &json).await.unwrap()).unwrap();
    assert_eq!(said["answer"], "mail_taken");
    assert_eq!(said["said"], "250 2.0.0 queued as 42");

    mails.misbehave(Misbehaviour::RecipientNever);
    let refused = madang(folder, &test).await.unwrap_err();
    assert!(refused.contains("550 5.1.1 no such mailbox"), "{refused}");
    let refused = madang(folder, &["mail", "test", "nobody"])
        .await
        .unwrap_err();
    assert!(
        refused.contains("no address of mail") || refused.contains("cannot be an address"),
        "{refused}"
    );
}

#[tokio::test]
async fn without_a_mail_server_or_a_running_server_it_says_so() {
    let server = Server::start(&[]).await;
    let test = ["mail", "test", "ada@example.org"];
    let refused = madang(server.folder.path(), &test).await.unwrap_err();
    assert!(refused.contains("--smtp-host"), "{refused}");
    let folder = server.stop().await;
    let refused = madang(folder.path(), &test).await.unwrap_err();
    assert!(refused.contains("running server"), "{refused}");
}

#[tokio::test]
async fn a_server_does_not_start_with_mail_that_cannot_work() {
    for (arguments, word) in [
        (&["--smtp-host", "smtp.example.org"][..], "--public-url"),
        (
            &[
                "--smtp-host",
                "smtp.example.org",
                "--public-url",
                "https://a.example",
            ],
            "--smtp-from",
        ),
        (&["--smtp-from", "nobody"], "--smtp-from"),
        (&["--smtp-security", "opportunistic"], "starttls"),
    ] {
        let folder = folder();
        let command = crate::support::process::serve(folder.path(), arguments);
        let Err((status, log)) = Process::spawn(command).await else {
            panic!("started with {arguments:?}");
        };
        assert!(
            !status.success() && log.contains(word),
            "{arguments:?}: {log}"
        );
    }
}
