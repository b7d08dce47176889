//! A person is told by mail what changes about the account.

use serde_json::{Value, json};

use super::{has_address, owner, server_with};
use crate::support::account::ask_as;
use crate::support::mail_server::MailServer;
use crate::support::time::Time;
use crate::support::totp_app::TotpApp;

#[tokio::test]
async fn who_has_an_address_is_told_about_new_credentials() {
    let mails = MailServer::start().await;
    let server = server_with(&mails, &[]).await;
    let olga = owner(&server).await;
    let ask = async |method: &str, path: &str, body: Value| {
        let answer = ask_as(server.address, &olga, method, path, &body).await;
        assert!((200..300).contains(&answer.status), "{answer:?}");
        answer
    };
    // Without an address nothing is sent.
    let password = json!({ "password": "tide-lantern-77-cabbage" });
    ask("PUT", "account/password", password).await;
    has_address(&server, &olga, "olga@example.org", &mails, 1).await;
    let password = json!({ "password": "cabbage-tide-77-lantern" });
    ask("PUT", "account/password", password).await;
    let mail = mails.taken(2).await;
    assert_eq!(mail.to, "olga@example.org");
    assert!(
        mail.text().contains("the account olga at Courtyard"),
        "{}",
        mail.text()
    );
    assert!(
        mail.text().contains("the password was changed"),
        "{}",
        mail.text()
    );
    let offer = ask("POST", "account/totp", Value::Null).await.json();
    let app = TotpApp::read(offer["uri"].as_str().unwrap());
    let code = app.code(Time::default().clock().now().0);
    ask(
        "PUT",
        "account/totp",
        json!({ "key": offer["key"], "code": code }),
    )
    .await;
    assert!(
        mails
            .taken(3)
            .await
            .text()
            .contains("two-step sign-in was set up")
    );
    ask("POST", "account/recovery_codes", Value::Null).await;
    let codes = mails.taken(4).await;
    assert!(
        codes.text().contains("new recovery codes"),
        "{}",
        codes.text()
    );
    ask("PATCH", "account", json!({ "language": "ko" })).await;
    ask("DELETE", "account/totp", Value::Null).await;
    assert!(mails.taken(5).await.text().contains("2단계 인증을 껐어요"));
    // What was off stays off: that is no news.
    ask("DELETE", "account/totp", Value::Null).await;
    ask("DELETE", "account/passkeys/AAAA", Value::Null).await;
    // A change that is refused is no news, and leaves room for news.
    for _ in 0..40 {
        let body = json!({ "token": "0".repeat(64) });
        let path = "account/mail_address/proof";
        let refused = ask_as(server.address, &olga, "POST", path, &body).await;
        assert_eq!(refused.status, 404);
    }
    let weak = json!({ "password": "olga1234" });
    let refused = ask_as(server.address, &olga, "PUT", "account/password", &weak).await;
    assert_eq!(refused.status, 400);
    let password = json!({ "password": "lantern-cabbage-77-tide" });
    ask("PUT", "account/password", password).await;
    assert!(
        mails
            .taken(6)
            .await
            .text()
            .contains("비밀번호가 바뀌었어요")
    );
    server.stop().await;
    assert_eq!(mails.count(), 6);
}
