//! Passkeys are bound to the address of the server.

use shared::error::ErrorCode;

use crate::support::account::{claim, signed_in};
use crate::support::http;
use crate::support::passkey::{Passkey, add, assert_wrong, list, new_options, options, sign_in};
use crate::support::process::Process;
use crate::support::server::{Server, folder};

#[tokio::test]
async fn passkeys_are_offered_only_where_browsers_have_them() {
    for (url, origin) in [
        ("https://chat.example.org", Some("https://chat.example.org")),
        ("http://chat.example.org", None),
        ("https://192.0.2.7", None),
    ] {
        let server = Server::start(&["--public-url", url]).await;
        let session = http::get(server.address, "/api/v1/session", &[]).await;
        let offered = session.json()["place"]["passkeys"]
            .as_str()
            .map(str::to_owned);
        assert_eq!(offered.as_deref(), origin, "{url}");
        let path = "/api/v1/session/passkey/options";
        let answer = http::post(server.address, path, &[], "").await;
        if origin.is_none() {
            assert_eq!(answer.code(), ErrorCode::PasskeysOff, "{url}");
        } else {
            assert_eq!(answer.json()["options"]["rpId"], "chat.example.org");
        }
    }
}

#[tokio::test]
async fn a_start_at_another_address_says_how_many_people_lose_their_passkeys() {
    let folder = folder();
    let first = ["--public-url", "https://example.org"];
    let process = Process::start(folder.path(), &first).await;
    let olga = claim(process.address, folder.path()).await;
    let asked = new_options(process.address, &olga).await;
    let (passkey, made) = Passkey::make(&asked, "https://example.org");
    assert_eq!(add(process.address, &olga, &made).await.status, 201);
    signed_in(&sign_in(process.address, &passkey).await);
    process.stop().await;

    // The host of the relying party may become more special.
    let below = ["--public-url", "https://chat.example.org"];
    let process = Process::start(folder.path(), &below).await;
    let moved = passkey.at("https://chat.example.org");
    signed_in(&sign_in(process.address, &moved).await);
    process.terminate();
    let (_, log) = process.exited().await;
    assert!(!log.contains("passkeys for"), "{log}");

    let elsewhere = ["--public-url", "https://chat.example.com"];
    let process = Process::start(folder.path(), &elsewhere).await;
    let asked = options(process.address).await;
    assert_eq!(asked["rpId"], "chat.example.com");
    let moved = passkey.at("https://chat.example.com");
    assert_wrong(
        &sign_in(process.address, &moved).await,
        "for another address",
    );
    let listed = list(process.address, &olga).await;
    assert_eq!(listed[0]["is_usable"], false);
    assert_eq!(listed[0]["relying_party"], "example.org");
    process.terminate();
    let (_, log) = process.exited().await;
    let warned = log.lines().find(|line| line.contains("passkeys for"));
    let warned = warned.unwrap_or_else(|| panic!("no warning: {log}"));
    for word in [
        "example.org do not work at https://chat.example.com",
        "people=1",
        "locked_out=0",
    ] {
        assert!(warned.contains(word), "{warned}");
    }

    // Back at the old address all is as it was.
    let process = Process::start(folder.path(), &first).await;
    signed_in(&sign_in(process.address, &passkey).await);
    process.stop().await;
}
