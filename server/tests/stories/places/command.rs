//! `madang room`: the operator manages rooms from the command line.

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::id::Rev;
use shared::model::EventKind;

use crate::support::account::{claim, invite, post, signed_in};
use crate::support::command::send;
use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::process::madang;
use crate::support::server::{Folder, Server};

async fn room(folder: &Folder, arguments: &[&str]) -> Value {
    let mut all = vec!["room"];
    all.extend(arguments);
    all.push("--json");
    let printed = madang(folder.path(), &all).await.unwrap();
    serde_json::from_str(&printed).unwrap()
}

async fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let mut all = vec!["room"];
    all.extend(arguments);
    madang(folder.path(), &all).await.unwrap_err()
}

fn names(answer: &Value, list: &str, name: &str) -> Vec<String> {
    let entries = answer[list].as_array().unwrap().iter();
    let names = entries.map(|entry| entry.pointer(name).unwrap().as_str().unwrap().to_owned());
    names.collect()
}

#[tokio::test]
async fn the_operator_makes_changes_and_removes_rooms_of_a_running_server() {
    let server = Server::start(&[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let mut line = olga.connect(server.address).await;
    let mut ada = enter(server.address, "Ada").await;
    let folder = &server.folder;
    let made = room(
        folder,
        &["create", "garden", "--topic", "roses", "--manager", "olga"],
    )
    .await;
    let number = made["rooms"][0]["room"]["id"].to_string();
    assert_eq!(made["rooms"][0]["members"], 1);
    let den = room(
        folder,
        &["create", "den", "--private", "--manager", "@olga"],
    )
    .await;
    let den = den["rooms"][0]["room"]["id"].to_string();
    let direct = line.open_direct(&[ada.user().id]).await.to_string();
    let listed = room(folder, &["list"]).await;
    assert_eq!(
        names(&listed, "rooms", "/room/name"),
        ["lobby", "garden", "den"]
    );

    line.own(None, Rev::ZERO).await;
    let garden = shared::id::RoomId(number.parse().unwrap());
    line.subscribe(garden).await;
    let renamed = room(folder, &["rename", &number, "orchard"]).await;
    assert_eq!(names(&renamed, "rooms", "/room/name"), ["orchard"]);
    let told = line.changes(garden).await;
    let event = told.messages()[0].event.clone().unwrap();
    assert_eq!((event.kind, &*event.text), (EventKind::Renamed, "orchard"));
    room(folder, &["topic", &number, ""]).await;
    let posting = room(folder, &["posting", &number, "managers"]).await;
    assert_eq!(posting["rooms"][0]["room"]["posting"], "managers");
    assert_eq!(
        ada.refused(&send(garden, "x")).await,
        ErrorCode::NotPermitted
    );

    let ada_id = ada.user().id.to_string();
    let members = room(folder, &["add", &number, &ada_id]).await;
    assert_eq!(names(&members, "members", "/person/name").len(), 2);
    let members = room(folder, &["manager", &number, &ada_id]).await;
    assert_eq!(names(&members, "members", "/role"), ["manager", "manager"]);
    ada.post(garden, "now I may").await;
    room(folder, &["manager", &number, &ada_id, "--remove"]).await;
    let members = room(folder, &["members", &number]).await;
    assert_eq!(names(&members, "members", "/role"), ["manager", "member"]);
    let members = room(folder, &["remove-member", &number, &ada_id]).await;
    assert_eq!(names(&members, "members", "/role"), ["manager"]);

    room(folder, &["archive", &number]).await;
    assert_eq!(
        line.refused(&send(garden, "x")).await,
        ErrorCode::RoomArchived
    );
    let archived = room(folder, &["list", "--archived"]).await;
    assert_eq!(names(&archived, "rooms", "/room/name"), ["orchard"]);
    room(folder, &["restore", &number]).await;
    line.post(garden, "open again").await;
    let printed = madang(folder.path(), &["room", "show", &den])
        .await
        .unwrap();
    assert!(
        printed.contains("private") && printed.contains("den"),
        "{printed}"
    );
    room(folder, &["remove", &number]).await;
    assert_eq!(line.refused(&send(garden, "x")).await, ErrorCode::RoomGone);

    let wish = json!({ "role": "guest", "rooms": [den.parse::<i64>().unwrap()] });
    let secret = invite(server.address, &olga, &wish).await;
    let body = json!({ "token": secret, "name": "Gus" });
    let gus = signed_in(&post(server.address, "invitation/guest", &body).await);
    let gus = gus.profile.id.to_string();
    for (arguments, sentence) in [
        (&["create", "nest", "--manager", &gus][..], "may do this"),
        (&["show", "4711"], "no such room"),
        (&["members", "4711"], "no such room"),
        (&["show", &direct], "no such room"),
        (&["members", &direct], "no such room"),
        (&["rename", &direct, "ours"], "no such room"),
        (&["archive", &direct], "no such room"),
        (&["remove", &direct], "no such room"),
        (&["remove-member", &direct, "olga"], "no such room"),
        (&["rename", &den, "  "], "empty"),
        (&["add", &den, "nobody"], "no such person"),
        (&["remove", "1"], "lobby"),
        (&["add", "1", &ada_id], "may do this"),
        (&["create", "lobby", "--manager", "olga"], "has this name"),
        (&["posting", &den, "nobody"], "everybody or managers"),
    ] {
        let printed = refused(folder, arguments).await;
        assert!(printed.contains(sentence), "{arguments:?}: {printed}");
    }
}
