//! Who may do what to whom, over HTTP.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::frame::close;
use shared::model::Role;

use crate::support::account::{PASSWORD, ask_as, claim, invite, join, sign_in, signed_in};
use crate::support::guest::Guest;
use crate::support::http::Answer;
use crate::support::items::Items;
use crate::support::server::{Server, folder};
use crate::support::time::Time;

/// A server with one person of each role, and with others of each for what they do.
struct Place {
    server: Server,
    owner: Guest,
    administrator: Guest,
    member: Guest,
    guest: Guest,
    /// Makes accounts of members.
    secret: String,
}

impl Place {
    async fn new() -> Self {
        let server = Server::start(&[]).await;
        let owner = claim(server.address, server.folder.path()).await;
        let wish = json!({ "uses": null });
        let secret = invite(server.address, &owner, &wish).await;
        let member = signed_in(&join(server.address, &secret, "mina").await);
        let adam = signed_in(&join(server.address, &secret, "adam").await);
        let guest = Guest::come_in(server.address, "Gus").await;
        let mut place = Place {
            administrator: adam.clone(),
            server,
            owner,
            member,
            guest,
            secret,
        };
        place.raise(&adam, Role::Administrator).await;
        place.administrator.profile.role = Role::Administrator;
        place
    }

    async fn ask(&self, by: &Guest, method: &str, path: &str, body: &Value) -> Answer {
        ask_as(self.server.address, by, method, path, body).await
    }

    async fn change(&self, by: &Guest, user: &Guest, body: &Value) -> Answer {
        let path = format!("people/{}", user.profile.id);
        self.ask(by, "PATCH", &path, body).await
    }

    async fn raise(&self, user: &Guest, role: Role) {
        let answer = self
            .change(&self.owner, user, &json!({ "role": role }))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Somebody who has this role.
    async fn another(&self, name: &str, role: Role) -> Guest {
        if role == Role::Guest {
            return Guest::come_in(self.server.address, name).await;
        }
        let person = signed_in(&join(self.server.address, &self.secret, name).await);
        if role != Role::Member {
            self.raise(&person, role).await;
        }
        person
    }

    fn of_each_role(&self) -> [(Role, &Guest); 4] {
        [
            (Role::Owner, &self.owner),
            (Role::Administrator, &self.administrator),
            (Role::Member, &self.member),
            (Role::Guest, &self.guest),
        ]
    }
}

const ROLES: [Role; 4] = [Role::Owner, Role::Administrator, Role::Member, Role::Guest];

fn manages(by: Role, to: Role) -> bool {
    match by {
        Role::Owner => true,
        Role::Administrator => matches!(to, Role::Member | Role::Guest),
        _ => false,
    }
}

fn gives(by: Role, role: Role) -> bool {
    match role {
        Role::Owner | Role::Administrator => by == Role::Owner,
        Role::Member => manages(by, Role::Member),
        _ => false,
    }
}

#[tokio::test]
async fn every_role_does_to_every_role_what_it_may_and_nothing_else() {
    let place = Place::new().await;
    let mut refusals = BTreeSet::new();
    let mut cells = 0;
    let mut check = |answer: &Answer, may: bool, done: u16, cell: String| {
        cells += 1;
        let expected = if may { done } else { 403 };
        assert_eq!(answer.status, expected, "{cell}: {answer:?}");
        if !may {
            assert_eq!(answer.code(), ErrorCode::Forbidden, "{cell}");
            refusals.insert(answer.body.clone());
        }
    };
    for (by, actor) in place.of_each_role() {
        for to in ROLES {
            let user = place
                .another(&format!("{by:?}to{to:?}").to_lowercase(), to)
                .await;
            for role in ROLES {
                let may = manages(by, to) && gives(by, role) && to != Role::Guest;
                let answer = place.change(actor, &user, &json!({ "role": role })).await;
                check(&answer, may, 200, format!("{by:?} makes {to:?} {role:?}"));
                if may {
                    assert_eq!(answer.json()["role"], json!(role));
                    place.raise(&user, to).await;
                }
            }
            for deactivated in [true, false] {
                let change = json!({ "deactivated": deactivated });
                let answer = place.change(actor, &user, &change).await;
                let cell = format!("{by:?} deactivates ({deactivated}) {to:?}");
                check(&answer, manages(by, to), 200, cell);
            }
            let path = format!("people/{}", user.profile.id);
            let answer = place.ask(actor, "DELETE", &path, &json!(null)).await;
            check(
                &answer,
                manages(by, to),
                204,
                format!("{by:?} deletes {to:?}"),
            );
        }
        let answer = place.ask(actor, "GET", "people", &json!(null)).await;
        check(
            &answer,
            manages(by, Role::Guest),
            200,
            format!("{by:?} lists"),
        );
    }
    assert_eq!(cells, 4 * (4 * 7 + 1));
    assert_eq!(refusals.len(), 1, "{refusals:?}");
}

#[tokio::test]
async fn who_manages_nobody_is_refused_alike_whether_there_is_such_a_person_or_not() {
    let place = Place::new().await;
    let mut bodies = BTreeSet::new();
    for by in [&place.member, &place.guest] {
        for id in [place.owner.profile.id.0, by.profile.id.0, 4711] {
            let path = format!("people/{id}");
            for (method, body) in [
                ("PATCH", json!({ "role": "member" })),
                ("PATCH", json!({ "deactivated": true })),
                ("DELETE", json!(null)),
            ] {
                let answer = place.ask(by, method, &path, &body).await;
                assert_eq!(answer.status, 403, "{method} {path}");
                bodies.insert(answer.body);
            }
        }
    }
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let unknown = place.ask(&place.administrator, "DELETE", "people/4711", &json!(null));
    assert_eq!(unknown.await.code(), ErrorCode::NoSuchPerson);
}

#[tokio::test]
async fn the_last_owner_can_neither_go_nor_step_back() {
    let place = Place::new().await;
    let owner = &place.owner;
    for change in [json!({ "role": "member" }), json!({ "deactivated": true })] {
        let refused = place.change(owner, owner, &change).await;
        assert_eq!(
            (refused.status, refused.code()),
            (409, ErrorCode::LastOwner)
        );
    }
    let path = format!("people/{}", owner.profile.id);
    let refused = place.ask(owner, "DELETE", &path, &json!(null)).await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, ErrorCode::LastOwner)
    );
    // With another one, the first may step back.
    place.raise(&place.administrator, Role::Owner).await;
    let answer = place
        .change(owner, owner, &json!({ "role": "member" }))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["role"], "member");
}

#[tokio::test]
async fn a_lost_right_closes_the_connections_and_a_gained_one_reaches_the_open_page() {
    let place = Place::new().await;
    let address = place.server.address;
    let mut adam = place.administrator.connect(address).await;
    let mut mina = place.member.connect(address).await;
    let mut gus = place.guest.connect(address).await;
    for line in [&mut mina, &mut gus] {
        line.directory(None, shared::id::Rev::ZERO).await;
    }
    place.raise(&place.member, Role::Administrator).await;
    for line in [&mut mina, &mut gus] {
        let changes = line.next_directory().await;
        let person = changes.people()[0].clone();
        assert_eq!(
            (person.id, person.role),
            (place.member.profile.id, Role::Administrator)
        );
        assert_eq!(person.username.as_deref(), Some("mina"));
    }
    let listed = place
        .ask(&place.member, "GET", "people", &json!(null))
        .await;
    assert_eq!(listed.status, 200, "{listed:?}");
    let member = json!({ "role": "member" });
    let answer = place.change(&place.owner, &place.administrator, &member);
    assert_eq!(answer.await.status, 200);
    assert_eq!(adam.closed().await, Some(close::UNAUTHORIZED));
    let answer = place
        .ask(&place.administrator, "GET", "people", &json!(null))
        .await;
    assert_eq!(answer.code(), ErrorCode::Unauthorized);
    // He comes back as what he is now.
    let adam = signed_in(&sign_in(address, "adam", PASSWORD).await);
    assert_eq!(adam.profile.role, Role::Member);
    mina.settle().await;
}

#[tokio::test]
async fn giving_rights_and_deleting_ask_for_the_password_ten_minutes_after_it_was_proved() {
    const MINUTE: i64 = 60 * 1_000_000;
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let olga = claim(server.address, server.folder.path()).await;
    let secret = invite(server.address, &olga, &json!({})).await;
    let mina = signed_in(&join(server.address, &secret, "mina").await);
    time.set_ahead(11 * MINUTE);
    let path = format!("people/{}", mina.profile.id);
    let ask = |method: &'static str, body: Value| {
        let (olga, path) = (olga.clone(), path.clone());
        async move { ask_as(server.address, &olga, method, &path, &body).await }
    };
    let role = |role: &str| json!({ "role": role });
    for (method, body) in [
        ("PATCH", role("administrator")),
        ("PATCH", role("owner")),
        ("DELETE", json!(null)),
    ] {
        let refused = ask(method, body).await;
        assert_eq!(refused.code(), ErrorCode::ConfirmationRequired);
        assert_eq!(refused.status, 403);
    }
    // What only keeps somebody out is not delayed.
    assert_eq!(
        ask("PATCH", json!({ "deactivated": true })).await.status,
        200
    );
    let confirm = json!({ "password": PASSWORD });
    let confirmed = ask_as(
        server.address,
        &olga,
        "POST",
        "account/confirmation",
        &confirm,
    )
    .await;
    assert_eq!(confirmed.status, 200);
    assert_eq!(ask("PATCH", role("administrator")).await.status, 200);
    assert_eq!(ask("DELETE", json!(null)).await.status, 204);
}

#[tokio::test]
async fn the_list_has_everybody_in_pages_and_finds_by_the_beginning_of_a_name() {
    let place = Place::new().await;
    let deactivate = json!({ "deactivated": true });
    place.change(&place.owner, &place.member, &deactivate).await;
    let by = &place.administrator;
    let listed = place.ask(by, "GET", "people", &json!(null)).await.json();
    let people = listed["people"].as_array().unwrap();
    let roles: Vec<_> = people
        .iter()
        .map(|entry| entry["person"]["role"].clone())
        .collect();
    assert_eq!(roles, ["owner", "administrator", "member", "guest"]);
    assert_eq!(people[2]["person"]["deactivated"], true);
    assert!(
        people[2].get("used_at").is_none(),
        "its sessions have ended"
    );
    assert!(people[0]["used_at"].is_i64() && people[0]["created_at"].is_i64());
    assert!(listed.get("next").is_none());
    for (search, found) in [
        ("mi", "mina"),
        ("%40MIN", "mina"),
        ("yard", "olga"),
        ("gu", ""),
    ] {
        let path = format!("people?search={search}");
        let found_people = place.ask(by, "GET", &path, &json!(null)).await.json();
        let people = found_people["people"].as_array().unwrap();
        assert_eq!(people.len(), 1, "{search}: {people:?}");
        let username = people[0]["person"]["username"].as_str().unwrap_or_default();
        assert_eq!(username, found);
    }
    for path in [
        "people?after=x",
        "people?after=king.1",
        "people?after=owner.x",
    ] {
        let refused = place.ask(by, "GET", path, &json!(null)).await;
        assert_eq!(
            (refused.status, refused.code()),
            (400, ErrorCode::BadCommand),
            "{path}"
        );
    }
    let long = format!("people?search={}", "x".repeat(201));
    assert_eq!(place.ask(by, "GET", &long, &json!(null)).await.status, 400);
}

#[tokio::test]
async fn a_change_of_a_person_is_one_decision() {
    let place = Place::new().await;
    for body in [
        json!({}),
        json!({ "role": "member", "deactivated": true }),
        json!({ "role": null }),
        json!({ "deactivated": "yes" }),
        json!({ "name": "x" }),
        json!(["member"]),
    ] {
        let refused = place.change(&place.owner, &place.member, &body).await;
        let code = (refused.status, refused.code());
        assert_eq!(code, (400, ErrorCode::BadCommand), "{body}");
    }
}
