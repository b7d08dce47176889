//! The address at which a person gets mail: proved before it counts, and nobody else's business.

use serde_json::{Value, json};
use shared::error::ErrorCode;

use super::{ADDRESS, PROOF, asks_for, has_address, member, owner, server_with, start};
use crate::support::account::{ask_as, post};
use crate::support::guest::Guest;
use crate::support::mail_server::MailServer;
use crate::support::server::{Server, folder, holds};
use crate::support::time::{DAY, Time};

async fn shown(server: &Server, who: &Guest) -> Value {
    let account = ask_as(server.address, who, "GET", "account", &Value::Null).await;
    account.json()["mail_address"].clone()
}

async fn prove(server: &Server, who: &Guest, secret: &str) -> u16 {
    let body = json!({ "token": secret });
    let answer = ask_as(server.address, who, "POST", PROOF, &body).await;
    if answer.status != 204 {
        assert_eq!(answer.code(), ErrorCode::LinkInvalid);
    }
    answer.status
}

#[tokio::test]
async fn an_address_counts_once_its_person_has_followed_the_link() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &[]).await;
    let olga = owner(&server).await;
    let ada = member(&server, &olga, "ada").await;
    assert_eq!(shown(&server, &ada).await, Value::Null);
    let mail = asks_for(&server, &ada, " Ada@Example.org ", &mails, 1).await;
    assert_eq!(mail.to, "Ada@example.org");
    assert!(mail.header("subject").unwrap().contains("Courtyard"));
    let waits = shown(&server, &ada).await;
    assert_eq!(waits["asked"], "Ada@example.org");
    assert!(waits["address"].is_null() && waits["asked_until"].is_i64());
    let secret = mail.secret("/email");
    // Somebody else who reads that mailbox, nobody at all, and what is no link.
    assert_eq!(prove(&server, &olga, &secret).await, 404);
    let nobody = post(server.address, PROOF, &json!({ "token": secret })).await;
    assert_eq!(nobody.code(), ErrorCode::Unauthorized);
    for wrong in ["", "x", &"0".repeat(64)] {
        assert_eq!(prove(&server, &ada, wrong).await, 404);
    }
    assert_eq!(prove(&server, &ada, &secret).await, 204);
    let proved = json!({ "address": "Ada@example.org" });
    assert_eq!(shown(&server, &ada).await, proved);
    assert_eq!(prove(&server, &ada, &secret).await, 404);
    // A second one waits beside it, and replaces the link that waited.
    let first = asks_for(&server, &ada, "first@example.org", &mails, 2).await;
    let second = asks_for(&server, &ada, "second@example.org", &mails, 3).await;
    assert_eq!(shown(&server, &ada).await["address"], "Ada@example.org");
    assert_eq!(prove(&server, &ada, &first.secret("/email")).await, 404);
    assert_eq!(prove(&server, &ada, &second.secret("/email")).await, 204);
    assert_eq!(
        shown(&server, &ada).await,
        json!({ "address": "second@example.org" })
    );
    // The address of before is told.
    let told = mails.taken(4).await;
    assert_eq!(told.to, "Ada@example.org");
    assert!(
        told.text().contains("mail address was changed"),
        "{}",
        told.text()
    );
    let gone = ask_as(server.address, &ada, "DELETE", ADDRESS, &Value::Null).await;
    assert_eq!(gone.status, 204);
    assert_eq!(shown(&server, &ada).await, Value::Null);
    assert_eq!(mails.taken(5).await.to, "second@example.org");
}

#[tokio::test]
async fn the_link_works_for_a_day_and_a_change_needs_a_fresh_proof() {
    let mails = MailServer::start().await;
    let time = Time::default();
    let server = start(&time, folder(), &mails, &[]).await;
    let olga = owner(&server).await;
    let mail = asks_for(&server, &olga, "olga@example.org", &mails, 1).await;
    time.set_ahead(DAY / 24);
    for (method, body) in [
        ("PUT", json!({ "address": "other@example.org" })),
        ("DELETE", Value::Null),
    ] {
        let refused = ask_as(server.address, &olga, method, ADDRESS, &body).await;
        assert_eq!(refused.code(), ErrorCode::ConfirmationRequired);
    }
    time.set_ahead(DAY);
    assert_eq!(prove(&server, &olga, &mail.secret("/email")).await, 404);
}

#[tokio::test]
async fn what_is_no_address_or_nobody_s_account_is_refused() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &["--guests", "on"]).await;
    let olga = owner(&server).await;
    for address in [
        "",
        "olga",
        "olga@",
        "o lga@example.org",
        "a@b.example\r\nBcc: c@d.example",
    ] {
        let body = json!({ "address": address });
        let refused = ask_as(server.address, &olga, "PUT", ADDRESS, &body).await;
        assert_eq!(
            (refused.status, refused.code()),
            (400, ErrorCode::MailAddressInvalid)
        );
    }
    let gus = Guest::come_in(server.address, "Gus").await;
    let body = json!({ "address": "gus@example.org" });
    let refused = ask_as(server.address, &gus, "PUT", ADDRESS, &body).await;
    assert_eq!(refused.code(), ErrorCode::Forbidden);
    let nobody = post(server.address, PROOF, &json!({ "token": "" })).await;
    assert_eq!(nobody.code(), ErrorCode::Unauthorized);
    // Six mails to one address, whoever sends them.
    for _ in 0..6 {
        let body = json!({ "address": "victim@example.org" });
        let asked = ask_as(server.address, &olga, "PUT", ADDRESS, &body).await;
        assert_eq!(asked.status, 202);
    }
    let ada = member(&server, &olga, "ada").await;
    let body = json!({ "address": "Victim@example.org" });
    let refused = ask_as(server.address, &ada, "PUT", ADDRESS, &body).await;
    assert_eq!(
        (refused.status, refused.code()),
        (429, ErrorCode::RateLimited)
    );
}

#[tokio::test]
async fn an_address_is_in_the_export_and_with_nobody_else_and_goes_with_its_person() {
    const PLACE: &str = "ada.lovelace@analytical.example";
    let mails = MailServer::start().await;
    let server = server_with(&mails, &[]).await;
    let olga = owner(&server).await;
    let ada = member(&server, &olga, "ada").await;
    has_address(&server, &ada, PLACE, &mails, 1).await;
    let ask = async |who: &Guest, path: &str| {
        let answer = ask_as(server.address, who, "GET", path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    };
    let export: String = ask(&ada, "account/export").await;
    assert!(export.contains(PLACE), "{export}");
    for path in [
        "people",
        "people?search=ada",
        "account",
        "account/export",
        "invites",
    ] {
        let seen = ask(&olga, path).await;
        assert!(!seen.contains("analytical"), "{path}: {seen}");
    }
    let path = format!("people/{}", ada.profile.id);
    let gone = ask_as(server.address, &olga, "DELETE", &path, &Value::Null).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    let folder = server.stop().await;
    assert!(!holds(&folder, "analytical"));
}
