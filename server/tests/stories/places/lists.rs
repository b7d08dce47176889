//! Lists over HTTP: public rooms, the members of a room, people who are looked for.

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::id::{Rev, RoomId};
use shared::model::MemberRole;

use crate::support::account::{ask_as, claim, invite, post, signed_in};
use crate::support::command::{archive_room, set_member_role, update_room};
use crate::support::guest::{Guest, enter};
use crate::support::http::{self, Answer};
use crate::support::server::Server;

async fn get(server: &Server, who: &Guest, path: &str) -> Answer {
    ask_as(server.address, who, "GET", path, &Value::Null).await
}

/// The names of a list, and where the next page begins.
fn names(answer: &Answer, list: &str, name: &str) -> (Vec<String>, Option<String>) {
    assert_eq!(answer.status, 200, "{answer:?}");
    let page = answer.json();
    let entries = page[list].as_array().unwrap().iter();
    let names = entries.map(|entry| entry.pointer(name).unwrap().as_str().unwrap().to_owned());
    (names.collect(), page["next"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn public_rooms_are_listed_by_their_names_with_their_members() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ben").await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = guest.connect(server.address).await;
    let mut rooms = Vec::new();
    for name in ["회의실", "garden", "Atlas", "zoo", "match", "red"] {
        rooms.push(ada.create_room(name).await);
    }
    ada.create_private_room("hidden").await;
    ada.open_direct(&[guest.profile.id]).await;
    ada.ask(&update_room(
        rooms[3],
        Rev(1),
        None,
        Some("animals in a garden"),
    ))
    .await
    .unwrap();
    ben.join(rooms[1]).await;
    let of_rooms = |answer: &Answer| names(answer, "rooms", "/room/name");
    let all = get(&server, &guest, "rooms").await;
    let (found, next) = of_rooms(&all);
    // Not by the letters that these look like: an m is as wide as rn.
    let expected = ["Atlas", "garden", "lobby", "match", "red", "zoo", "회의실"];
    assert_eq!(found, expected);
    assert_eq!(next, None);
    let entry = &all.json()["rooms"][1];
    assert_eq!(
        (&entry["members"], &entry["is_member"]),
        (&json!(2), &json!(true))
    );
    let entry = &all.json()["rooms"][0];
    assert_eq!(
        (&entry["members"], &entry["is_member"]),
        (&json!(1), &json!(false))
    );
    let lobby = &all.json()["rooms"][2];
    assert_eq!(
        (&lobby["members"], &lobby["is_member"]),
        (&json!(2), &json!(true))
    );
    // In pages.
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let (page, next) = of_rooms(&get(&server, &guest, &format!("rooms?limit=2{after}")).await);
        assert!(page.len() <= 2);
        seen.extend(page);
        match next {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, found);
    // By what is typed, also initial consonants; of the name or the topic.
    for (typed, expected) in [
        ("gar", &["garden", "zoo"][..]),
        ("%E3%85%8E%E3%85%87", &["회의실"]),
        ("nowhere", &[]),
    ] {
        let (found, _) = of_rooms(&get(&server, &guest, &format!("rooms?query={typed}")).await);
        assert_eq!(found, expected, "{typed}");
    }
    ada.ask(&archive_room(rooms[2], true)).await.unwrap();
    let (open, _) = of_rooms(&get(&server, &guest, "rooms").await);
    assert_eq!(open, ["garden", "lobby", "match", "red", "zoo", "회의실"]);
    let (archived, _) = of_rooms(&get(&server, &guest, "rooms?archived=true").await);
    assert_eq!(archived, ["Atlas"]);
}

#[tokio::test]
async fn members_are_listed_for_who_may_read_the_room() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ben").await;
    let outsider = Guest::come_in(server.address, "Mallory").await;
    let mut ada = enter(server.address, "Ada").await;
    let den = ada.create_private_room("den").await;
    let mut ids = vec![guest.profile.id];
    for name in ["Dora", "cora", "Emil"] {
        ids.push(enter(server.address, name).await.user().id);
    }
    ada.add_members(den, &ids).await;
    ada.ask(&set_member_role(den, ids[3], MemberRole::Manager))
        .await
        .unwrap();
    let of_members = |answer: &Answer| names(answer, "members", "/person/name");
    let path = format!("rooms/{den}/members");
    let (all, next) = of_members(&get(&server, &guest, &path).await);
    assert_eq!(all, ["Ada", "Emil", "Ben", "cora", "Dora"]);
    assert_eq!(next, None);
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(&server, &guest, &format!("{path}?limit=2{after}")).await;
        let (page, next) = of_members(&page);
        seen.extend(page);
        match next {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all);
    let (found, _) = of_members(&get(&server, &guest, &format!("{path}?query=or")).await);
    assert_eq!(found, ["cora", "Dora"]);
    // For who is no member it is a room that never was.
    let refused = get(&server, &outsider, &path).await;
    let never = get(&server, &outsider, "rooms/4711/members").await;
    assert_eq!(
        (refused.status, refused.code()),
        (404, ErrorCode::NoSuchRoom)
    );
    assert_eq!(refused.body, never.body);
    ada.remove_member(den, guest.profile.id).await;
    assert_eq!(get(&server, &guest, &path).await.status, 404);
    // In the lobby is everybody.
    let (everybody, _) = of_members(&get(&server, &outsider, "rooms/1/members").await);
    assert_eq!(everybody, ["Ada", "Ben", "cora", "Dora", "Emil", "Mallory"]);
}

#[tokio::test]
async fn people_are_found_by_their_names_and_a_guest_of_one_room_finds_those_there() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let owner = claim(address, server.folder.path()).await;
    for name in ["김하늘", "Adele", "Nadine", "Zoe"] {
        enter(address, name).await;
    }
    let people = |answer: &Answer| names(answer, "people", "/name").0;
    let find = async |who: &Guest, query: &str| {
        let path = format!("people/search?query={query}");
        people(&get(&server, who, &path).await)
    };
    let found = find(&owner, "ad").await;
    assert_eq!(found, ["Adele", "Nadine", "olga of the yard"]);
    assert_eq!(find(&owner, "olga").await, ["olga of the yard"]);
    assert_eq!(find(&owner, "%E3%85%8E%E3%84%B4").await, ["김하늘"]);
    assert_eq!(find(&owner, "").await.len(), 5);
    assert_eq!(find(&owner, "&limit=2").await.len(), 2);
    let mut olga = owner.connect(address).await;
    let garden = olga.create_room("garden").await;
    let wish = json!({ "role": "guest", "rooms": [garden] });
    let secret = invite(address, &owner, &wish).await;
    let body = json!({ "token": secret, "name": "Adam" });
    let gus = signed_in(&post(address, "invitation/guest", &body).await);
    assert_eq!(find(&gus, "").await, ["olga of the yard", "Adam"]);
    assert_eq!(find(&gus, "ad").await, ["Adam", "olga of the yard"]);
    let (rooms, _) = names(&get(&server, &gus, "rooms").await, "rooms", "/room/name");
    assert_eq!(rooms, ["garden"]);
    assert_eq!(get(&server, &gus, "rooms/1/members").await.status, 404);
}

/// A guest who is here for one room is found by its members. It tells nothing that somebody else does
/// not find the guest of a private room.
#[tokio::test]
async fn guests_of_one_room_are_found_by_the_members_of_that_room() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let owner = claim(address, server.folder.path()).await;
    let outsider = Guest::come_in(address, "Mallory").await;
    let mut olga = owner.connect(address).await;
    let garden = olga.create_room("garden").await;
    let den = olga.create_private_room("den").await;
    for (room, name) in [(garden, "Gus"), (den, "Dan"), (RoomId::LOBBY, "Lou")] {
        let wish = json!({ "role": "guest", "rooms": [room] });
        let secret = invite(address, &owner, &wish).await;
        let body = json!({ "token": secret, "name": name });
        signed_in(&post(address, "invitation/guest", &body).await);
    }
    let find = async |who: &Guest| {
        let found = get(&server, who, "people/search").await;
        let mut found = names(&found, "people", "/name").0;
        found.sort_unstable();
        found
    };
    let all = ["Dan", "Gus", "Lou", "Mallory", "olga of the yard"];
    assert_eq!(find(&owner).await, all);
    assert_eq!(find(&outsider).await, all[2..]);
}

/// Everybody is in the lobby. Who is a guest there sees of them whom a guest sees in another room.
#[tokio::test]
async fn a_guest_of_the_lobby_is_not_told_who_everybody_is() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let owner = claim(address, server.folder.path()).await;
    let mut ada = enter(address, "Ada").await;
    for name in ["Ben", "Cora"] {
        enter(address, name).await;
    }
    let wish = json!({ "role": "guest", "rooms": [RoomId::LOBBY] });
    let secret = invite(address, &owner, &wish).await;
    let body = json!({ "token": secret, "name": "Gus" });
    let gus = signed_in(&post(address, "invitation/guest", &body).await);
    ada.post(RoomId::LOBBY, "hello, Gus").await;
    let members = async |who: &Guest, query: &str| {
        let path = format!("rooms/{}/members{query}", RoomId::LOBBY);
        names(&get(&server, who, &path).await, "members", "/person/name")
    };
    assert_eq!(members(&gus, "").await.0, ["Ada", "Gus"]);
    assert_eq!(members(&gus, "?query=be").await.0, [""; 0]);
    let (first, next) = members(&gus, "?limit=1").await;
    let rest = members(&gus, &format!("?limit=5&after={}", next.unwrap())).await;
    assert_eq!(
        (first, rest.0),
        (vec!["Ada".to_owned()], vec!["Gus".to_owned()])
    );
    let everybody = ["Ada", "Ben", "Cora", "Gus", "olga of the yard"];
    assert_eq!(members(&owner, "").await.0, everybody);
}

#[tokio::test]
async fn the_lists_refuse_what_is_not_valid_and_who_has_no_session() {
    let server = Server::start(&[]).await;
    let guest = Guest::come_in(server.address, "Ada").await;
    let lobby = RoomId::LOBBY;
    let members = format!("rooms/{lobby}/members");
    let long = "x".repeat(201);
    for path in ["rooms", &members, "people/search"] {
        let answer = http::get(server.address, &format!("/api/v1/{path}"), &[]).await;
        assert_eq!(
            (answer.status, answer.code()),
            (401, ErrorCode::Unauthorized)
        );
        let foreign = [("origin", "https://elsewhere.example")];
        let answer = http::get(server.address, &format!("/api/v1/{path}"), &foreign).await;
        assert_eq!(answer.status, 403);
        for query in [format!("query={long}"), "limit=x".to_owned()] {
            let answer = get(&server, &guest, &format!("{path}?{query}")).await;
            assert_eq!((answer.status, answer.code()), (400, ErrorCode::BadCommand));
        }
    }
    for path in ["rooms", &members] {
        let answer = get(&server, &guest, &format!("{path}?after=x")).await;
        assert_eq!((answer.status, answer.code()), (400, ErrorCode::BadCommand));
    }
    assert_eq!(get(&server, &guest, "rooms/x/members").await.status, 400);
}
