//! The audit log: every act of those who manage the place or a public room, and of the operator; who
//! reads it; what it never says; and when an entry ends.

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::id::{Rev, RoomId};
use shared::model::MemberRole;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::account::{
    PASSWORD, ask_as, claim, claim_secret, invite, join, post, sign_in, signed_in,
};
use crate::support::command;
use crate::support::guest::Guest;
use crate::support::http;
use crate::support::items::Items;
use crate::support::process::{admin, madang};
use crate::support::server::{Folder, Server, folder};
use crate::support::time::{DAY, Time};
use crate::support::within;

const LOBBY: RoomId = RoomId::LOBBY;

/// An owner, an administrator and a member.
struct Place {
    server: Server,
    olga: Guest,
    adam: Guest,
    mina: Guest,
}

impl Place {
    async fn new() -> Self {
        Place::on(Server::start(&[]).await).await
    }

    async fn on(server: Server) -> Self {
        let olga = claim(server.address, server.folder.path()).await;
        let secret = invite(server.address, &olga, &json!({ "uses": null })).await;
        let [adam, mina] = ["adam", "mina"].map(|name| (name, secret.clone()));
        let adam = signed_in(&join(server.address, &adam.1, adam.0).await);
        let mina = signed_in(&join(server.address, &mina.1, mina.0).await);
        let place = Place {
            server,
            olga,
            adam,
            mina,
        };
        let role = json!({ "role": "administrator" });
        place.change(&place.olga, &place.adam, &role).await;
        place
    }

    async fn ask(&self, by: &Guest, method: &str, path: &str, body: &Value) -> http::Answer {
        ask_as(self.server.address, by, method, path, body).await
    }

    /// Changes a person.
    async fn change(&self, by: &Guest, user: &Guest, body: &Value) {
        let path = format!("people/{}", user.profile.id);
        let answer = self.ask(by, "PATCH", &path, body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// A page of the log, as the owner reads it.
    async fn page(&self, query: &str) -> Value {
        let path = format!("audit{query}");
        let answer = self.ask(&self.olga, "GET", &path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// The newest entries, the last act last.
    async fn newest(&self, count: usize) -> Vec<Value> {
        let page = self.page(&format!("?limit={count}")).await;
        let mut entries = page["entries"].as_array().unwrap().clone();
        entries.reverse();
        entries
    }

    /// The newest entry.
    async fn last(&self) -> Value {
        self.newest(1).await.remove(0)
    }

    fn folder(&self) -> &Folder {
        &self.server.folder
    }
}

fn actions(entries: &[Value]) -> Vec<&str> {
    let names = entries.iter().map(|entry| entry["action"].as_str());
    names.map(Option::unwrap).collect()
}

/// What an entry says besides its number and time: action, actor, person, room, message, detail.
#[track_caller]
fn assert_entry(
    entry: &Value,
    action: &str,
    actor: Option<&Guest>,
    person: Option<&Guest>,
    rest: Value,
) {
    assert_eq!(entry["action"], action, "{entry}");
    assert!(entry["id"].is_i64() && entry["at"].is_i64(), "{entry}");
    let id = |who: Option<&Guest>| who.map_or(Value::Null, |who| json!(who.profile.id));
    assert_eq!(entry["actor"]["id"], id(actor), "{entry}");
    assert_eq!(entry["person"]["id"], id(person), "{entry}");
    let found = json!([entry["room"]["id"], entry["seq"], entry["detail"]]);
    assert_eq!(found, rest, "{entry}");
}

#[tokio::test]
async fn what_is_done_to_people_and_the_place_is_in_the_log() {
    let place = Place::new().await;
    let (olga, adam, mina) = (&place.olga, &place.adam, &place.mina);
    let entries = place.page("").await["entries"].as_array().unwrap().clone();
    let found = actions(&entries);
    let made = [
        "change_role",
        "create_invite",
        "claim_place",
        "make_claim_link",
    ];
    assert_eq!(found[..4], made);
    assert_entry(
        &entries[2],
        "claim_place",
        Some(olga),
        Some(olga),
        json!([null, null, {}]),
    );
    let role = json!({ "role": { "from": "member", "to": "administrator" } });
    assert_entry(
        &entries[0],
        "change_role",
        Some(olga),
        Some(adam),
        json!([null, null, role]),
    );
    assert_eq!(entries[0]["person"]["username"], "adam");

    place
        .change(adam, mina, &json!({ "deactivated": true }))
        .await;
    // What was so before is no act.
    place
        .change(adam, mina, &json!({ "deactivated": true }))
        .await;
    place
        .change(adam, mina, &json!({ "deactivated": false }))
        .await;
    let path = format!("people/{}/link", mina.profile.id);
    let body = json!({ "remove_second_factor": false });
    assert_eq!(place.ask(adam, "POST", &path, &body).await.status, 201);
    let wish = json!({ "days": 1, "uses": 3 });
    let made = place.ask(adam, "POST", "invites", &wish).await.json();
    let path = format!("invites/{}", made["id"]);
    assert_eq!(
        place.ask(olga, "DELETE", &path, &Value::Null).await.status,
        204
    );
    let change = json!({ "sign_up": "approval" });
    assert_eq!(place.ask(olga, "PATCH", "place", &change).await.status, 204);
    for name in ["nina", "otto"] {
        let body = json!({ "username": name, "name": name, "password": PASSWORD,
            "note": "a secret reason" });
        let applied = post(place.server.address, "applications", &body).await;
        assert_eq!(applied.status, 202, "{applied:?}");
    }
    let approved = place
        .ask(adam, "POST", "applications/1/approval", &Value::Null)
        .await;
    assert_eq!(approved.status, 201);
    let nina = approved.json()["user"]["id"].clone();
    let declined = place
        .ask(adam, "DELETE", "applications/2", &Value::Null)
        .await;
    assert_eq!(declined.status, 204);
    let path = format!("people/{nina}");
    assert_eq!(
        place.ask(olga, "DELETE", &path, &Value::Null).await.status,
        204
    );

    let entries = place.newest(9).await;
    let nothing = || json!([null, null, {}]);
    assert_entry(
        &entries[0],
        "deactivate_person",
        Some(adam),
        Some(mina),
        nothing(),
    );
    assert_entry(
        &entries[1],
        "reactivate_person",
        Some(adam),
        Some(mina),
        nothing(),
    );
    let kept = json!([null, null, { "removes_second_factor": false }]);
    assert_entry(&entries[2], "make_reset_link", Some(adam), Some(mina), kept);
    let number = made["id"].clone();
    let invite = json!([null, null, { "invite": number, "role": "member", "rooms": [],
        "max_uses": 3, "is_mailed": false }]);
    assert_entry(&entries[3], "create_invite", Some(adam), None, invite);
    let revoked = json!([null, null, { "invite": number, "role": "member" }]);
    assert_entry(&entries[4], "revoke_invite", Some(olga), None, revoked);
    let change = json!([null, null, { "sign_up": { "from": "off", "to": "approval" } }]);
    assert_entry(&entries[5], "change_place", Some(olga), None, change);
    assert_eq!(
        actions(&entries[6..]),
        [
            "approve_application",
            "decline_application",
            "delete_person"
        ]
    );
    // Of who was erased the log has the number alone, of who was declined not even a name.
    for entry in [&entries[6], &entries[8]] {
        assert_eq!(entry["person"]["id"], nina);
        assert_eq!(
            (&entry["person"]["name"], &entry["person"]["deleted"]),
            (&json!(""), &json!(true))
        );
    }
    assert_eq!(entries[7]["detail"], json!({ "application": 2 }));
    let whole = place.page("").await.to_string();
    for secret in ["nina", "otto", "a secret reason", PASSWORD] {
        assert!(!whole.contains(secret), "{secret}: {whole}");
    }
}

#[tokio::test]
async fn what_managers_of_public_rooms_do_to_others_is_in_the_log_and_what_is_in_private_ones_is_not()
 {
    let place = Place::new().await;
    let (adam, mina) = (&place.adam, &place.mina);
    let mut manager = mina.connect(place.server.address).await;
    let mut author = adam.connect(place.server.address).await;
    let before = place.last().await["id"].as_i64().unwrap();
    // In a private room the same is done as in a public one.
    for is_public in [false, true] {
        let room = if is_public {
            manager.create_room("garden").await
        } else {
            manager.create_private_room("secret den").await
        };
        manager.add_members(room, &[adam.profile.id]).await;
        author.post(room, "an insult").await;
        let own = manager.post(room, "own words").await.seq.unwrap();
        let insult = shared::id::Seq(own.0 - 1);
        manager.ask(&command::delete(room, own)).await.unwrap();
        manager.ask(&command::delete(room, insult)).await.unwrap();
        manager.ask(&command::delete(room, insult)).await.unwrap();
        for role in [MemberRole::Manager, MemberRole::Member] {
            let appoint = command::set_member_role(room, adam.profile.id, role);
            manager.ask(&appoint).await.unwrap();
        }
        let rev = Rev(manager.subscribe(room).await.room().rev.0);
        let change = command::update_room(room, rev, Some("yard"), Some("a long topic"));
        manager.ask(&change).await.unwrap();
        manager.remove_member(room, adam.profile.id).await;
        for archived in [true, false] {
            manager
                .ask(&command::archive_room(room, archived))
                .await
                .unwrap();
        }
        manager.ask(&command::remove_room(room)).await.unwrap();
        if !is_public {
            assert_eq!(
                place.last().await["id"],
                before,
                "nothing of a private room"
            );
            continue;
        }
        let entries = place.newest(9).await;
        let (mina, adam) = (Some(mina), Some(adam));
        let plain = || json!([room, null, {}]);
        assert_entry(&entries[0], "add_member", mina, adam, plain());
        assert_entry(
            &entries[1],
            "delete_message",
            mina,
            adam,
            json!([room, insult, {}]),
        );
        let raised = json!({ "role": { "from": "member", "to": "manager" } });
        assert_entry(
            &entries[2],
            "change_member_role",
            mina,
            adam,
            json!([room, null, raised]),
        );
        let lowered = json!({ "role": { "from": "manager", "to": "member" } });
        assert_entry(
            &entries[3],
            "change_member_role",
            mina,
            adam,
            json!([room, null, lowered]),
        );
        let changed = json!({ "name": { "from": "garden", "to": "yard" }, "topic": true });
        assert_entry(
            &entries[4],
            "change_room",
            mina,
            None,
            json!([room, null, changed]),
        );
        assert_entry(&entries[5], "remove_member", mina, adam, plain());
        assert_entry(&entries[6], "archive_room", mina, None, plain());
        assert_entry(&entries[7], "restore_room", mina, None, plain());
        assert_entry(
            &entries[8],
            "remove_room",
            mina,
            None,
            json!([room, null, { "name": "yard" }]),
        );
        assert_eq!(
            entries[8]["id"].as_i64(),
            Some(before + 9),
            "nothing else was noted"
        );
        let all = place.page("").await.to_string();
        assert!(
            !all.contains("insult") && !all.contains("long topic"),
            "{all}"
        );
    }
}

#[tokio::test]
async fn what_members_do_for_themselves_and_each_other_is_no_act() {
    let place = Place::new().await;
    let mut mina = place.mina.connect(place.server.address).await;
    let mut adam = place.adam.connect(place.server.address).await;
    let room = adam.create_room("garden").await;
    let before = place.last().await["id"].clone();
    mina.join(room).await;
    let guest = Guest::come_in(place.server.address, "Gus").await;
    mina.add_members(room, &[guest.profile.id]).await;
    let seq = mina.post(room, "hello").await.seq.unwrap();
    mina.ask(&command::delete(room, seq)).await.unwrap();
    mina.remove_member(room, place.mina.profile.id).await;
    let demote = command::set_member_role(room, place.adam.profile.id, MemberRole::Member);
    adam.ask(&demote).await.unwrap();
    // Somebody ends the own other sessions, and leaves.
    signed_in(&sign_in(place.server.address, "mina", PASSWORD).await);
    let ended = place
        .ask(&place.mina, "DELETE", "account/sessions", &Value::Null)
        .await;
    assert_eq!(ended.status, 204);
    let left = place
        .ask(&place.mina, "DELETE", "account", &Value::Null)
        .await;
    assert_eq!(left.status, 204);
    assert_eq!(place.last().await["id"], before);
}

#[tokio::test]
async fn what_the_operator_does_is_in_the_log_also_in_private_rooms_by_their_number() {
    let place = Place::new().await;
    let path = place.folder().path();
    let mina = &place.mina;
    let mut line = mina.connect(place.server.address).await;
    let den = line.create_private_room("secret den").await;
    let seq = line.post(den, "private words").await.seq.unwrap();
    let (number, message) = (den.to_string(), seq.to_string());
    line.post(LOBBY, "public words").await;
    let before = place.last().await["id"].as_i64().unwrap();
    admin(path, &["remove-message", &number, &message]).await;
    admin(path, &["remove-message", "1", "1"]).await;
    for arguments in [
        &["room", "add", &number, "adam"][..],
        &["room", "rename", &number, "another name"],
        &["room", "create", "garden", "--manager", "mina"],
        &["room", "create", "hidden", "--private", "--manager", "mina"],
        &["user", "remove-second-factor", "mina"],
        &["place", "name", "Yard"],
        &["session", "end", "--user", "mina"],
        &["link", "--user", "mina", "--remove-second-factor"],
    ] {
        let done = madang(path, arguments).await;
        assert!(done.is_ok(), "{arguments:?}: {done:?}");
    }
    let user = mina.profile.id.to_string();
    let since = ["remove-writings", "--guest", &user, "--since", "1d"];
    admin(path, &since).await;
    admin(path, &["block", "203.0.113.0/24", "--for", "1h"]).await;
    admin(path, &["unblock", "203.0.113.0/24"]).await;

    let entries = place.newest(14).await;
    assert_eq!(entries[0]["id"].as_i64(), Some(before + 1), "{entries:?}");
    // Of a private room neither the message nor the people nor a name.
    let plain = |room: RoomId| json!([room, null, {}]);
    assert_entry(&entries[0], "delete_message", None, None, plain(den));
    assert_entry(
        &entries[1],
        "delete_message",
        None,
        Some(mina),
        json!([1, 1, {}]),
    );
    assert_eq!(entries[1]["room"]["name"], "lobby");
    assert_entry(&entries[2], "add_member", None, None, plain(den));
    assert_entry(&entries[3], "change_room", None, None, plain(den));
    let garden = json!([entries[4]["room"]["id"], null, { "name": "garden" }]);
    assert_entry(&entries[4], "create_room", None, Some(mina), garden);
    let hidden = entries[5]["room"]["id"].as_i64().unwrap();
    assert_entry(
        &entries[5],
        "create_room",
        None,
        None,
        plain(RoomId(hidden)),
    );
    let nothing = || json!([null, null, {}]);
    assert_entry(
        &entries[6],
        "remove_second_factor",
        None,
        Some(mina),
        nothing(),
    );
    let name = json!([null, null, { "name": { "from": "Courtyard", "to": "Yard" } }]);
    assert_entry(&entries[7], "change_place", None, None, name);
    assert_entry(
        &entries[8],
        "end_sessions",
        None,
        Some(mina),
        json!([null, null, { "sessions": 1 }]),
    );
    let removes = json!([null, null, { "removes_second_factor": true }]);
    assert_entry(&entries[9], "make_reset_link", None, Some(mina), removes);
    // Many messages are removed by one act; the rooms, which are few, are named.
    assert_eq!(entries[10]["action"], "remove_writings");
    assert_eq!(entries[10]["person"]["id"], json!(mina.profile.id));
    assert!(entries[10]["detail"]["since"].is_i64());
    let rooms = [&entries[11], &entries[12], &entries[13]];
    assert!(
        rooms.iter().all(|entry| entry["action"] == "remove_room"),
        "{rooms:?}"
    );
    let all = place.page("").await.to_string();
    for hidden in [
        "secret den",
        "another name",
        "private words",
        "public words",
        "\"hidden\"",
    ] {
        assert!(!all.contains(hidden), "{hidden}: {all}");
    }
}

#[tokio::test]
async fn those_who_manage_the_place_read_the_log_and_nobody_writes_it() {
    let place = Place::new().await;
    let guest = Guest::come_in(place.server.address, "Gus").await;
    let mut refusals = Vec::new();
    for path in ["audit", "audit/export"] {
        for by in [&place.mina, &guest] {
            let refused = place.ask(by, "GET", path, &Value::Null).await;
            assert_eq!(
                (refused.status, refused.code()),
                (403, ErrorCode::Forbidden)
            );
            refusals.push(refused.body);
        }
        let address = format!("/api/v1/{path}");
        let stranger = http::get(place.server.address, &address, &[]).await;
        assert_eq!(
            (stranger.status, stranger.code()),
            (401, ErrorCode::Unauthorized)
        );
        let elsewhere = [
            ("authorization", &*place.olga.bearer()),
            ("origin", "https://elsewhere.example"),
        ];
        let foreign = http::get(place.server.address, &address, &elsewhere).await;
        assert_eq!(
            (foreign.status, foreign.code()),
            (403, ErrorCode::OriginForbidden)
        );
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let refused = place.ask(&place.olga, method, path, &Value::Null).await;
            assert_eq!(refused.status, 405, "{method} {path}");
        }
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    let refused = place
        .ask(&place.olga, "DELETE", "audit/1", &Value::Null)
        .await;
    assert_eq!(refused.status, 404);
    let seen = place.ask(&place.adam, "GET", "audit", &Value::Null).await;
    assert_eq!(seen.status, 200);
    for query in ["?before=x", "?action=fly", "?person=mina", "?limit=many"] {
        let refused = place
            .ask(&place.olga, "GET", &format!("audit{query}"), &Value::Null)
            .await;
        assert_eq!(
            (refused.status, refused.code()),
            (400, ErrorCode::BadCommand),
            "{query}"
        );
    }
}

#[tokio::test]
async fn the_log_comes_in_pages_and_is_searched_by_action_and_person() {
    let place = Place::new().await;
    for deactivated in [true, false, true, false] {
        place
            .change(
                &place.olga,
                &place.mina,
                &json!({ "deactivated": deactivated }),
            )
            .await;
    }
    let all = place.page("").await;
    assert!(all.get("next").is_none(), "{all}");
    let all = all["entries"].as_array().unwrap().clone();
    let (mut paged, mut query) = (Vec::new(), "?limit=3".to_owned());
    loop {
        let page = place.page(&query).await;
        paged.extend(page["entries"].as_array().unwrap().clone());
        match page.get("next") {
            Some(next) => query = format!("?limit=3&before={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    let found = place.page("?action=reactivate_person&limit=1").await;
    assert_eq!(
        actions(found["entries"].as_array().unwrap()),
        ["reactivate_person"]
    );
    // What was done to a person, and what the person did.
    let of_mina = place
        .page(&format!("?person={}", place.mina.profile.id))
        .await;
    assert_eq!(of_mina["entries"].as_array().unwrap().len(), 4);
    let of_olga = place
        .page(&format!("?person={}", place.olga.profile.id))
        .await;
    assert_eq!(
        of_olga["entries"].as_array().unwrap().len(),
        all.len() - 1,
        "all but the link"
    );
}

/// The lines of an exported file.
async fn export(place: &Place) -> Vec<Value> {
    let mut stream = TcpStream::connect(place.server.address).await.unwrap();
    let request = format!(
        "GET /api/v1/audit/export HTTP/1.1\r\nhost: {}\r\nauthorization: {}\r\nconnection: close\r\n\r\n",
        place.server.address,
        place.olga.bearer()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let (head, body) = http::read_whole(stream).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(
        head.contains("application/jsonl") && head.contains("madang-audit.jsonl"),
        "{head}"
    );
    let lines = body.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

#[tokio::test]
async fn the_log_is_exported_whole_and_printed_by_a_running_and_a_stopped_server() {
    let place = Place::new().await;
    // More than is read at once for a file.
    let mut line = place.mina.connect(place.server.address).await;
    let room = line.create_room("garden").await;
    for archived in [true, false].repeat(110) {
        line.ask(&command::archive_room(room, archived))
            .await
            .unwrap();
    }
    let exported = export(&place).await;
    assert_eq!(exported.len(), 4 + 220);
    let page = place.page("").await;
    assert_eq!(exported[..100], *page["entries"].as_array().unwrap());
    let path = place.folder().path();
    let parse = |printed: String| -> Vec<Value> {
        let lines = printed
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    };
    let printed = madang(path, &["audit", "--json"]).await.unwrap();
    assert_eq!(parse(printed), exported);
    let of_adam = ["audit", "--person", "adam", "--since", "1h"];
    let printed = madang(path, &of_adam).await.unwrap();
    assert!(
        printed.contains("@olga (1)\tchange_role\t@adam"),
        "{printed}"
    );
    assert_eq!(printed.lines().count(), 1);
    let nothing = madang(path, &["audit", "--since", "0s"]).await.unwrap();
    assert_eq!(nothing.trim(), "");
    let unknown = madang(path, &["audit", "--person", "nobody"])
        .await
        .unwrap_err();
    assert!(unknown.contains("no such person"), "{unknown}");
    let folder = place.server.stop().await;
    let printed = madang(folder.path(), &["audit", "--json"]).await.unwrap();
    assert_eq!(parse(printed), exported);
}

#[tokio::test]
async fn an_entry_ends_by_its_age() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &["--audit-days", "30"]).await;
    let place = Place::on(server).await;
    let count = async || place.page("").await["entries"].as_array().unwrap().len();
    time.set_ahead(20 * DAY);
    let deactivated = json!({ "deactivated": true });
    place.change(&place.olga, &place.mina, &deactivated).await;
    time.set_ahead(31 * DAY);
    let mut line = place.olga.connect(place.server.address).await;
    within("the sweeper", async {
        while count().await > 1 {
            // Between two commands the server sweeps.
            line.settle().await;
        }
    })
    .await;
    assert_eq!(place.last().await["action"], "deactivate_person");
}

#[tokio::test]
async fn guests_who_claim_and_invitations_to_private_rooms_are_told_without_the_rooms() {
    let server = Server::start(&[]).await;
    let secret = claim_secret(server.folder.path()).await;
    let gus = Guest::come_in(server.address, "Gus").await;
    let body = json!({ "token": secret, "place": "Courtyard", "username": "gus", "name": "Gus",
        "password": PASSWORD });
    let claimed = ask_as(server.address, &gus, "POST", "claim", &body).await;
    let olga = signed_in(&claimed);
    let secret = invite(server.address, &olga, &json!({ "uses": null })).await;
    let adam = signed_in(&join(server.address, &secret, "adam").await);
    let mina = signed_in(&join(server.address, &secret, "mina").await);
    let place = Place {
        server,
        olga,
        adam,
        mina,
    };
    let claimed = &place.newest(2).await[0];
    assert_entry(
        claimed,
        "claim_place",
        Some(&gus),
        Some(&gus),
        json!([null, null, {}]),
    );
    let mut line = place.olga.connect(place.server.address).await;
    let den = line.create_private_room("secret den").await;
    let garden = line.create_room("garden").await;
    let before = place.last().await["id"].as_i64().unwrap();
    // An invitation of a guest is for one room, and would tell that there is a private one.
    let wish = json!({ "role": "guest", "rooms": [den] });
    let hidden = place
        .ask(&place.olga, "POST", "invites", &wish)
        .await
        .json();
    let path = format!("invites/{}", hidden["id"]);
    assert_eq!(
        place
            .ask(&place.olga, "DELETE", &path, &Value::Null)
            .await
            .status,
        204
    );
    let wish = json!({ "role": "guest", "rooms": [garden] });
    place.ask(&place.olga, "POST", "invites", &wish).await;
    let wish = json!({ "role": "member", "rooms": [den, garden] });
    place.ask(&place.olga, "POST", "invites", &wish).await;
    let entries = place.newest(2).await;
    assert_eq!(entries[0]["id"].as_i64(), Some(before + 1));
    for entry in &entries {
        assert_eq!(entry["detail"]["rooms"], json!([garden]), "{entry}");
    }
}
