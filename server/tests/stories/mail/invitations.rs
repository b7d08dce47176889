//! Invitations by mail.

use serde_json::{Value, json};
use shared::error::ErrorCode;

use super::{member, owner, server_with, start};
use crate::support::account::{ask_as, invite, join, post, signed_in};
use crate::support::mail_server::{MailServer, Misbehaviour};
use crate::support::process::madang;
use crate::support::server::folder;
use crate::support::time::Time;

#[tokio::test]
async fn an_invitation_is_mailed_and_proves_the_address_of_who_follows_it() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &[]).await;
    let olga = owner(&server).await;
    let body = json!({ "mail": "Ada@example.org" });
    let made = ask_as(server.address, &olga, "POST", "invites", &body).await;
    assert_eq!(made.status, 201, "{made:?}");
    // Nobody but the addressee gets the link.
    assert!(made.json()["link"].is_null() && made.json()["qr"].is_null());
    let mail = mails.taken(1).await;
    assert_eq!(mail.to, "Ada@example.org");
    assert!(
        mail.text()
            .contains("olga of the yard invites you to Courtyard"),
        "{}",
        mail.text()
    );
    let listed = ask_as(server.address, &olga, "GET", "invites", &Value::Null).await;
    assert_eq!(listed.json()["invites"][0]["mailed_to"], "Ada@example.org");
    assert_eq!(listed.json()["invites"][0]["max_uses"], 1);
    assert_eq!(listed.json()["sends_mail"], true);

    let ada = signed_in(&join(server.address, &mail.secret("/join"), "ada").await);
    let account = ask_as(server.address, &ada, "GET", "account", &Value::Null).await;
    assert_eq!(
        account.json()["mail_address"],
        json!({ "address": "Ada@example.org" })
    );
    let listed = ask_as(server.address, &olga, "GET", "invites", &Value::Null).await;
    assert!(listed.json()["invites"][0]["mailed_to"].is_null());
    let forgot = post(
        server.address,
        "password_reset/mail",
        &json!({ "name": "ada" }),
    )
    .await;
    assert_eq!(forgot.status, 202);
    mails.taken(2).await.secret("/reset");
}

#[tokio::test]
async fn it_works_once_and_only_who_may_invite_mails_one() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &[]).await;
    let olga = owner(&server).await;
    let ada = member(&server, &olga, "ada").await;
    for (who, body, code) in [
        (
            &olga,
            json!({ "mail": "a@example.org", "uses": 2 }),
            ErrorCode::BadCommand,
        ),
        (
            &olga,
            json!({ "mail": "a@example.org", "uses": null }),
            ErrorCode::BadCommand,
        ),
        (
            &olga,
            json!({ "mail": "nobody" }),
            ErrorCode::MailAddressInvalid,
        ),
        (
            &ada,
            json!({ "mail": "a@example.org" }),
            ErrorCode::Forbidden,
        ),
    ] {
        let refused = ask_as(server.address, who, "POST", "invites", &body).await;
        assert_eq!(refused.code(), code, "{body}");
    }
    server.stop().await;
    assert_eq!(mails.count(), 0);
}

#[tokio::test]
async fn the_operator_mails_one_in_korean() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &[]).await;
    let folder = server.folder.path();
    let create = [
        "invite",
        "create",
        "--mail",
        "ada@example.org",
        "--language",
        "ko",
        "--json",
    ];
    let said: Value = serde_json::from_str(&madang(folder, &create).await.unwrap()).unwrap();
    assert_eq!(said["answer"], "invite_mailed");
    assert!(said["path"].is_null());
    let mail = mails.taken(1).await;
    let subject = mail.header("subject").unwrap();
    assert!(
        subject.is_ascii() && subject.contains("=?utf-8?b?"),
        "{subject}"
    );
    assert!(mail.text().contains("초대받았어요"), "{}", mail.text());
    signed_in(&join(server.address, &mail.secret("/join"), "ada").await);
}

#[tokio::test]
async fn an_invitation_that_waits_is_not_sent_once_who_invites_is_deleted() {
    let mails = MailServer::start().await;
    mails.misbehave(Misbehaviour::RecipientLater);
    let time = Time::default();
    let server = start(&time, folder(), &mails, &[]).await;
    let olga = owner(&server).await;
    let wish = json!({ "role": "administrator" });
    let secret = invite(server.address, &olga, &wish).await;
    let adam = signed_in(&join(server.address, &secret, "adam").await);
    let body = json!({ "mail": "ada@example.org" });
    let made = ask_as(server.address, &adam, "POST", "invites", &body).await;
    assert_eq!(made.status, 201);
    // The attempt that has begun is over.
    mails.heard("QUIT", 1).await;
    let path = format!("people/{}", adam.profile.id);
    let gone = ask_as(server.address, &olga, "DELETE", &path, &Value::Null).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    mails.misbehave(Misbehaviour::None);
    time.set_ahead(60 * 60 * 1_000_000);
    let server = server.restart().await;
    let create = ["invite", "create", "--mail", "ben@example.org"];
    madang(server.folder.path(), &create).await.unwrap();
    assert_eq!(mails.taken(1).await.to, "ben@example.org");
}
