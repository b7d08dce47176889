//! Following an invitation with a passkey in the place of a password.

use serde_json::{Value, json};
use shared::error::ErrorCode;

use crate::support::account::{
    ask_as, claim, invite, post, sign_in as sign_in_by_password, signed_in,
};
use crate::support::guest::Guest;
use crate::support::http::Answer;
use crate::support::passkey::{
    Passkey, ask, assert_wrong, olga_and_ada, options as options_to_sign_in, origin, register,
    sign_in,
};
use crate::support::server::Server;

/// Follows an invitation with a passkey; the answer and the passkey.
async fn join_by_passkey(
    server: &Server,
    secret: &str,
    username: &str,
    keep: Option<&Guest>,
) -> (Answer, Passkey) {
    let names = json!({ "token": secret, "username": username, "name": username });
    let asked = post(server.address, "invitation/passkey/options", &names).await;
    assert_eq!(asked.status, 200, "{asked:?}");
    let asked = asked.json()["options"].clone();
    assert_eq!(asked["user"]["name"], username);
    let (passkey, made) = Passkey::make(&asked, &origin(server.address));
    let mut body = names;
    body["credential"] = made;
    let answer = match keep {
        Some(guest) => {
            body["keep"] = json!(true);
            ask_as(server.address, guest, "POST", "invitation/passkey", &body).await
        }
        None => post(server.address, "invitation/passkey", &body).await,
    };
    (answer, passkey)
}

#[tokio::test]
async fn an_invitation_is_followed_with_a_passkey_in_the_place_of_a_password() {
    let server = Server::start(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &olga, &json!({ "uses": 2 })).await;
    let (answer, passkey) = join_by_passkey(&server, &secret, "ada", None).await;
    let ada = signed_in(&answer);
    assert_eq!(ada.profile.username.as_deref(), Some("ada"));
    let account = ask_as(server.address, &ada, "GET", "account", &json!(null)).await;
    assert_eq!(account.json()["has_password"], false);
    let again = signed_in(&sign_in(server.address, &passkey).await);
    assert_eq!(again.profile.id, ada.profile.id);
    assert_wrong(
        &sign_in_by_password(server.address, "ada", "").await,
        "no password",
    );

    // It is the only credential, until there is another.
    let path = format!("/{}", passkey.id());
    let refused = ask(server.address, &ada, "DELETE", &path, "").await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, ErrorCode::LastCredential)
    );
    let second = register(server.address, &ada).await;
    let removed = ask(server.address, &ada, "DELETE", &path, "").await;
    assert_eq!(removed.status, 204);
    signed_in(&sign_in(server.address, &second).await);

    // A guest keeps what was written.
    let gus = Guest::come_in(server.address, "Gus").await;
    let (answer, of_gus) = join_by_passkey(&server, &secret, "gus", Some(&gus)).await;
    assert_eq!(signed_in(&answer).profile.id, gus.profile.id);
    let later = signed_in(&sign_in(server.address, &of_gus).await);
    assert_eq!(later.profile.id, gus.profile.id);
    let names = json!({ "token": secret, "username": "third", "name": "third" });
    let spent = post(server.address, "invitation/passkey/options", &names).await;
    assert_eq!(spent.code(), ErrorCode::LinkInvalid);
}

#[tokio::test]
async fn who_joins_with_a_passkey_needs_a_fresh_one_and_a_username_that_is_free() {
    let server = Server::start(&[]).await;
    let (olga, ada) = olga_and_ada(&server).await;
    let of_ada = register(server.address, &ada).await;
    let secret = invite(server.address, &olga, &json!({})).await;
    let names = |username: &str| json!({ "token": secret, "username": username, "name": "Eve" });
    let options = async |username: &str| {
        let path = "invitation/passkey/options";
        post(server.address, path, &names(username)).await
    };
    assert_eq!(options("ADA").await.code(), ErrorCode::UsernameTaken);
    assert_eq!(options("").await.code(), ErrorCode::UsernameInvalid);
    let join = async |username: &str, made: &Value| {
        let mut body = names(username);
        body["credential"] = made.clone();
        post(server.address, "invitation/passkey", &body).await
    };
    let invalid = ErrorCode::PasskeyInvalid;
    let asked = options("eve").await.json()["options"].clone();
    // The passkey of somebody else.
    let stolen = join("eve", &of_ada.make_again(&asked)).await;
    assert_eq!(stolen.code(), invalid);
    let (_, made) = Passkey::make(&asked, &origin(server.address));
    assert_eq!(join("eve", &made).await.code(), invalid, "it was spent");
    // A challenge to sign in is none to join.
    let to_sign_in = options_to_sign_in(server.address).await;
    let asked = json!({ "challenge": to_sign_in["challenge"], "rp": { "id": "localhost" },
        "user": { "id": "AA" } });
    let (_, made) = Passkey::make(&asked, &origin(server.address));
    assert_eq!(join("eve", &made).await.code(), invalid);
    let asked = options("eve").await.json()["options"].clone();
    let (_, made) = Passkey::make(&asked, &origin(server.address));
    let taken = join("ada", &made).await;
    assert_eq!(taken.code(), ErrorCode::UsernameTaken);
    let (answer, _) = join_by_passkey(&server, &secret, "eve", None).await;
    signed_in(&answer);
}
