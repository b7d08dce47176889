//! A forgotten password, by mail.

use serde_json::{Value, json};
use shared::error::ErrorCode;

use super::{ADDRESS, asks_for, has_address, member, owner, server_with, start};
use crate::support::account::{PASSWORD, ask_as, post, sign_in, signed_in};
use crate::support::guest::Guest;
use crate::support::http::{self, Answer};
use crate::support::mail_server::MailServer;
use crate::support::process::Process;
use crate::support::server::{Server, folder};
use crate::support::time::Time;

const NEW_PASSWORD: &str = "tide-lantern-77-cabbage";
const HOUR: i64 = 60 * 60 * 1_000_000;

async fn forgot(server: &Server, name: &str) -> Answer {
    let answer = post(
        server.address,
        "password_reset/mail",
        &json!({ "name": name }),
    )
    .await;
    assert_eq!(answer.status, 202, "{answer:?}");
    answer
}

async fn reset(server: &Server, secret: &str) -> Answer {
    let body = json!({ "token": secret, "password": NEW_PASSWORD });
    post(server.address, "password_reset", &body).await
}

#[tokio::test]
async fn who_has_forgotten_the_password_sets_a_new_one_by_a_link_that_was_mailed() {
    let mails = MailServer::start().await;
    let arguments = mails.arguments();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let folder = folder();
    let server = Process::start(folder.path(), &arguments).await;
    let address = server.address;
    let olga = crate::support::account::claim(address, folder.path()).await;
    let body = json!({ "address": "Olga@Example.org" });
    let asked = ask_as(address, &olga, "PUT", ADDRESS, &body).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let body = json!({ "token": mails.taken(1).await.secret("/email") });
    let proved = ask_as(address, &olga, "POST", super::PROOF, &body).await;
    assert_eq!(proved.status, 204, "{proved:?}");

    let ko = [("accept-language", "ko-KR,ko;q=0.9")];
    for (count, name) in [(2, "OLGA"), (3, "olga@example.ORG")] {
        let path = "/api/v1/password_reset/mail";
        let body = json!({ "name": name }).to_string();
        let answer = http::post(address, path, &ko, &body).await;
        assert_eq!((answer.status, &*answer.body), (202, ""));
        let mail = mails.taken(count).await;
        assert_eq!(mail.to, "Olga@example.org");
        assert!(mail.text().contains("olga"), "{}", mail.text());
        assert!(mail.text().contains("새 비밀번호"), "{}", mail.text());
    }
    let secret = mails.taken(3).await.secret("/reset");
    let looked = post(address, "link", &json!({ "token": secret })).await;
    assert_eq!(looked.json()["purpose"], "reset");
    let body = json!({ "token": secret, "password": NEW_PASSWORD });
    signed_in(&post(address, "password_reset", &body).await);
    signed_in(&sign_in(address, "olga", NEW_PASSWORD).await);
    // Whoever was signed in is out; the other link and this one are spent; the person is told.
    let gone = ask_as(address, &olga, "GET", "account", &Value::Null).await;
    assert_eq!(gone.code(), ErrorCode::Unauthorized);
    for count in [2, 3] {
        let secret = mails.taken(count).await.secret("/reset");
        let body = json!({ "token": secret, "password": PASSWORD });
        let spent = post(address, "password_reset", &body).await;
        assert_eq!(spent.code(), ErrorCode::LinkInvalid);
    }
    let notice = mails.taken(4).await;
    assert!(
        notice.text().contains("password was changed"),
        "{}",
        notice.text()
    );
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_nobody_has_or_who_gets_no_mail_is_answered_alike_and_nothing_is_sent() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &["--guests", "on"]).await;
    let olga = owner(&server).await;
    let (ada, ben) = (
        member(&server, &olga, "ada").await,
        member(&server, &olga, "ben").await,
    );
    member(&server, &olga, "cara").await;
    Guest::come_in(server.address, "Gus").await;
    // An address that nobody has proved, and that of a deactivated person.
    asks_for(&server, &ada, "ada@example.org", &mails, 1).await;
    has_address(&server, &ben, "ben@example.org", &mails, 2).await;
    let path = format!("people/{}", ben.profile.id);
    let off = json!({ "deactivated": true });
    assert_eq!(
        ask_as(server.address, &olga, "PATCH", &path, &off)
            .await
            .status,
        200
    );
    has_address(&server, &olga, "olga@example.org", &mails, 3).await;
    let mut answers = Vec::new();
    for name in [
        "nobody",
        "ada",
        "ada@example.org",
        "ben",
        "ben@example.org",
        "cara",
        "Gus",
        "nobody@example.org",
        "a\r\nb",
        "olga",
    ] {
        answers.push(forgot(&server, name).await);
    }
    let heads = answers.iter().map(|answer| {
        let header = |name| answer.header(name).map(str::to_owned);
        let headers = ["content-type", "content-length", "cache-control"].map(header);
        (answer.status, headers, answer.body.clone())
    });
    let mut heads: Vec<_> = heads.collect();
    heads.dedup();
    assert_eq!(heads.len(), 1, "{heads:?}");
    // Requests are looked at in their order: had one of the others led to a mail, it would have
    // come before this one.
    assert_eq!(mails.taken(4).await.to, "olga@example.org");
    server.stop().await;
    assert_eq!(mails.count(), 4);
}

#[tokio::test]
async fn an_address_of_several_accounts_gets_a_link_for_each() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &[]).await;
    let olga = owner(&server).await;
    let ada = member(&server, &olga, "ada").await;
    has_address(&server, &olga, "us@example.org", &mails, 1).await;
    has_address(&server, &ada, "US@example.org", &mails, 2).await;
    forgot(&server, "us@example.org").await;
    mails.taken(4).await;
    for count in [3, 4] {
        let mail = mails.taken(count).await;
        let name = if mail.text().contains("account olga") {
            "olga"
        } else {
            "ada"
        };
        assert!(
            mail.text().contains(&format!("account {name}")),
            "{}",
            mail.text()
        );
        let back = signed_in(&reset(&server, &mail.secret("/reset")).await);
        assert_eq!(back.profile.username.as_deref(), Some(name));
    }
}

#[tokio::test]
async fn an_account_gets_three_links_and_an_address_asks_ten_times() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &[]).await;
    let olga = owner(&server).await;
    has_address(&server, &olga, "olga@example.org", &mails, 1).await;
    for _ in 0..10 {
        forgot(&server, "olga").await;
    }
    let body = json!({ "name": "olga" });
    let refused = post(server.address, "password_reset/mail", &body).await;
    assert_eq!(
        (refused.status, refused.code()),
        (429, ErrorCode::RateLimited)
    );
    assert!(refused.header("retry-after").is_some());
    mails.taken(4).await;
    // Nothing else comes before the mail to somebody else.
    let ada = member(&server, &olga, "ada").await;
    asks_for(&server, &ada, "ada@example.org", &mails, 5).await;
    assert_eq!(mails.taken(5).await.to, "ada@example.org");
    server.stop().await;
    assert_eq!(mails.count(), 5);
}

#[tokio::test]
async fn a_stranger_s_request_ends_no_link_that_was_handed_out_and_the_mailed_one_ends_after_four_hours()
 {
    let mails = MailServer::start().await;
    let time = Time::default();
    let server = start(&time, folder(), &mails, &[]).await;
    let olga = owner(&server).await;
    let ada = member(&server, &olga, "ada").await;
    has_address(&server, &ada, "ada@example.org", &mails, 1).await;
    let path = format!("people/{}/link", ada.profile.id);
    let handed = ask_as(server.address, &olga, "POST", &path, &Value::Null).await;
    let handed = handed.json()["link"].as_str().unwrap().to_owned();
    let handed = handed.strip_prefix("/reset#").unwrap();
    forgot(&server, "ada").await;
    let mailed = mails.taken(2).await.secret("/reset");
    signed_in(&reset(&server, handed).await);
    assert_eq!(reset(&server, &mailed).await.code(), ErrorCode::LinkInvalid);
    // After the notice of the new password.
    mails.taken(3).await;
    forgot(&server, "ada").await;
    let mailed = mails.taken(4).await.secret("/reset");
    time.set_ahead(4 * HOUR - HOUR / 60);
    let looked = post(server.address, "link", &json!({ "token": mailed })).await;
    assert_eq!(looked.status, 200);
    time.set_ahead(4 * HOUR);
    let late = reset(&server, &mailed).await;
    assert_eq!(late.code(), ErrorCode::LinkInvalid);
}

#[tokio::test]
async fn without_mail_there_is_no_such_way() {
    let server = Server::start(&[]).await;
    let answer = http::get(server.address, "/api/v1/session", &[]).await;
    assert_eq!(answer.json()["place"]["mail"], false);
    let body = json!({ "name": "olga" });
    let off = post(server.address, "password_reset/mail", &body).await;
    assert_eq!((off.status, off.code()), (403, ErrorCode::MailOff));
    let olga = owner(&server).await;
    let body = json!({ "address": "olga@example.org" });
    let off = ask_as(server.address, &olga, "PUT", ADDRESS, &body).await;
    assert_eq!((off.status, off.code()), (403, ErrorCode::MailOff));
    let body = json!({ "mail": "ada@example.org" });
    let off = ask_as(server.address, &olga, "POST", "invites", &body).await;
    assert_eq!((off.status, off.code()), (403, ErrorCode::MailOff));
}
