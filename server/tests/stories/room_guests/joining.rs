//! The link: who makes it, what it offers, and whom it lets in.

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::frame::{Anchor, close};
use shared::id::{Rev, RoomId, Seq};
use shared::model::Role;

use super::{EARLIER, Place};
use crate::support::account::{ask_as, invite, join, post, signed_in};
use crate::support::guest::Guest;
use crate::support::http;
use crate::support::items::Items;
use crate::support::process::{admin, madang};

#[tokio::test]
async fn the_link_tells_the_room_and_lets_one_guest_in_where_guests_are_off() {
    let place = Place::new().await;
    let address = place.server.address;
    let refused = post(address, "session", &json!({ "name": "Gus" })).await;
    assert_eq!(refused.code(), ErrorCode::GuestsOff);
    let secret = place.link(place.room, true).await;
    let offered = post(address, "invitation", &json!({ "token": secret })).await;
    let offered = offered.json();
    assert_eq!(offered["role"], "guest");
    assert_eq!(
        offered["rooms"],
        json!([{ "id": place.room, "name": "garden" }])
    );
    assert_eq!(offered["with_history"], true);
    // Such a link makes no account.
    let refused = join(address, &secret, "gus").await;
    assert_eq!(
        (refused.status, refused.code()),
        (403, ErrorCode::Forbidden)
    );
    let wrong = place.follow(&secret, "a\u{202e}b").await;
    assert_eq!(wrong.code(), ErrorCode::TextCharacters);

    let gus = signed_in(&place.follow(&secret, "Gus").await);
    assert_eq!((gus.profile.role, &*gus.profile.name), (Role::Guest, "Gus"));
    let session = place.get(&gus, "session").await.json();
    assert_eq!(
        session["only_room"],
        json!({ "room": place.room, "from": 0 })
    );
    let mut native = gus.connect(address).await;
    native.post(place.room, "hello").await;
    // It was for one.
    let again = place.follow(&secret, "Gil").await;
    assert_eq!((again.status, again.code()), (404, ErrorCode::LinkInvalid));
    let headers = [("authorization", &*place.owner.bearer())];
    let listed = http::get(address, "/api/v1/invites", &headers).await.json();
    let listed = &listed["invites"][0];
    assert_eq!(
        (&listed["role"], &listed["uses"]),
        (&json!("guest"), &json!(1))
    );
    assert_eq!(listed["with_history"], true);
    assert_eq!(listed["rooms"][0]["name"], "garden");
}

#[tokio::test]
async fn of_guests_who_race_for_the_last_uses_as_many_get_in_as_there_are_uses() {
    let place = Place::new().await;
    let wish = json!({ "role": "guest", "rooms": [place.room], "uses": 3 });
    let secret = invite(place.server.address, &place.owner, &wish).await;
    let names: Vec<_> = (0..8).map(|number| format!("racer {number}")).collect();
    let joins = names.iter().map(|name| place.follow(&secret, name));
    let answers = futures::future::join_all(joins).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 3);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(refused.code(), ErrorCode::LinkInvalid);
    }
}

#[tokio::test]
async fn a_guest_is_invited_to_exactly_one_room_by_whoever_may_invite_there() {
    let mut place = Place::new().await;
    let address = place.server.address;
    let other = place.olga.create_room("orchard").await;
    let make = async |by: &Guest, wish: Value| ask_as(address, by, "POST", "invites", &wish).await;
    for rooms in [json!([]), json!([place.room, other])] {
        let refused = make(&place.owner, json!({ "role": "guest", "rooms": rooms })).await;
        assert_eq!(
            (refused.status, refused.code()),
            (400, ErrorCode::BadCommand)
        );
    }
    let refused = make(&place.owner, json!({ "with_history": true })).await;
    assert_eq!(
        (refused.status, refused.code()),
        (400, ErrorCode::BadCommand)
    );
    let secret = invite(address, &place.owner, &json!({})).await;
    let mina = signed_in(&join(address, &secret, "mina").await);
    let den = mina.connect(address).await.create_private_room("den").await;
    let guest = place.guest_of(place.room, false).await;
    let wish = |room: RoomId| json!({ "role": "guest", "rooms": [room] });
    for (by, room, code) in [
        (&mina, place.room, ErrorCode::Forbidden),
        (&mina, den, ErrorCode::Forbidden),
        (&guest, place.room, ErrorCode::Forbidden),
        // Of somebody else's private room even the owner learns nothing.
        (&place.owner, den, ErrorCode::NoSuchRoom),
    ] {
        assert_eq!(make(by, wish(room)).await.code(), code);
    }
    // A link to an account takes no guest in.
    let secret = invite(address, &place.owner, &json!({})).await;
    let refused = place.follow(&secret, "Gus").await;
    assert_eq!(
        (refused.status, refused.code()),
        (403, ErrorCode::Forbidden)
    );
}

#[tokio::test]
async fn a_link_ends_with_its_room_and_with_the_right_of_who_made_it() {
    let mut place = Place::new().await;
    let folder = place.server.folder.path().to_owned();
    let den = place.olga.create_private_room("den").await;
    let to_den = place.link(den, false).await;
    let to_garden = place.link(place.room, false).await;
    place.olga.remove_member(den, place.owner.profile.id).await;
    let garden = place.room.to_string();
    admin(&folder, &["remove-room", &garden]).await;
    for secret in [to_den, to_garden] {
        let token = json!({ "token": secret });
        let looked = post(place.server.address, "invitation", &token).await;
        assert_eq!(looked.code(), ErrorCode::LinkInvalid);
        let followed = place.follow(&secret, "Gus").await;
        assert_eq!(followed.code(), ErrorCode::LinkInvalid);
    }
}

#[tokio::test]
async fn a_guest_of_one_room_becomes_a_member_who_sees_all_and_keeps_what_was_written() {
    let mut place = Place::new().await;
    let address = place.server.address;
    let den = place.olga.create_private_room("den").await;
    place.olga.post(den, EARLIER).await;
    let guest = place.guest_of(den, false).await;
    let mut gus = guest.connect(address).await;
    let sent = gus.post(den, "as a guest").await;
    assert_eq!(sent.seq, Some(Seq(2)));
    assert_eq!(gus.subscribe(den).await.messages().len(), 1);

    let member = place.keep(&guest, &json!({ "rooms": [den] })).await;
    assert_eq!(member.profile.id, guest.profile.id);
    assert_ne!(member.token, guest.token);
    assert_eq!(gus.closed().await, Some(close::UNAUTHORIZED));

    let session = place.get(&member, "session").await.json();
    assert!(session.get("only_room").is_none(), "{session}");
    let mut gus = member.connect(address).await;
    let reset = gus.subscribe(den).await;
    let messages = reset.messages();
    let bodies: Vec<_> = messages.iter().map(|message| &*message.body).collect();
    assert_eq!(bodies, [EARLIER, "as a guest"]);
    assert_eq!(messages[1].author.id, Some(guest.profile.id));
    let directory = gus.directory(None, Rev::ZERO).await;
    let rooms: Vec<_> = directory.rooms().into_iter().map(|room| room.id).collect();
    assert!(rooms.contains(&place.room) && rooms.contains(&RoomId::LOBBY));
    gus.create_room("orchard").await;
}

#[tokio::test]
async fn a_guest_of_a_public_room_is_a_member_of_it_as_an_account() {
    let mut place = Place::new().await;
    let address = place.server.address;
    for wish in [json!({}), json!({ "rooms": [place.room] })] {
        let guest = place.guest_of(place.room, false).await;
        let member = place.keep(&guest, &wish).await;
        let mut gus = member.connect(address).await;
        let own = gus.own(None, Rev::ZERO).await.memberships();
        let rooms: Vec<_> = own.iter().map(|own| (own.room, own.left_at)).collect();
        assert_eq!(rooms, [(place.room, None)], "{wish}");
    }
    // A room that is not there any more is entered by nobody.
    let guest = place.guest_of(place.room, false).await;
    let room = place.room.to_string();
    admin(place.server.folder.path(), &["remove-room", &room]).await;
    let member = place.keep(&guest, &json!({})).await;
    let mut gus = member.connect(address).await;
    assert_eq!(gus.own(None, Rev::ZERO).await.memberships(), []);
    place.olga.settle().await;
}

#[tokio::test]
async fn an_invitation_that_does_not_name_the_room_shows_nothing_earlier_of_it() {
    let mut place = Place::new().await;
    let address = place.server.address;
    let den = place.olga.create_private_room("den").await;
    place.olga.post(den, EARLIER).await;
    place.olga.subscribe(den).await;
    let guest = place.guest_of(den, false).await;
    let mut gus = guest.connect(address).await;
    gus.post(den, "as a guest").await;
    let member = place.keep(&guest, &json!({})).await;
    let mut gus = member.connect(address).await;
    let refused = gus.history(den, Anchor::Before(Seq(99)), None).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::NoSuchRoom);
    // The own message stays, and who manages the room lets the member in.
    place.olga.add_members(den, &[member.profile.id]).await;
    let page = gus.history(den, Anchor::Before(Seq(99)), None).await;
    let page = page.unwrap();
    let messages = page.messages();
    let written = messages.iter().filter(|message| message.event.is_none());
    let authors: Vec<_> = written.map(|message| message.author.id).collect();
    let olga = place.owner.profile.id;
    assert_eq!(authors, [Some(olga), Some(member.profile.id)]);

    // With its history the room has shown everything already.
    let guest = place.guest_of(den, true).await;
    let member = place.keep(&guest, &json!({})).await;
    let mut gus = member.connect(address).await;
    let messages = gus.subscribe(den).await.messages();
    let written = messages.iter().filter(|message| message.event.is_none());
    assert_eq!(written.count(), 2);

    // In an empty room nothing is earlier.
    let nook = place.olga.create_private_room("nook").await;
    let guest = place.guest_of(nook, false).await;
    guest.connect(address).await.post(nook, "first").await;
    let member = place.keep(&guest, &json!({})).await;
    let mut gus = member.connect(address).await;
    let messages = gus.subscribe(nook).await.messages();
    let written = messages.iter().filter(|message| message.event.is_none());
    assert_eq!(written.count(), 1);
}

#[tokio::test]
async fn what_is_refused_takes_nothing_from_those_who_come_from_the_same_address() {
    let place = Place::new().await;
    let address = place.server.address;
    let unknown = "0".repeat(64);
    let secret = place.link(place.room, false).await;
    // More than an address may make guests at once.
    for _ in 0..220 {
        let codes = [
            place.follow(&unknown, "x").await.code(),
            place.follow(&secret, "").await.code(),
            post(address, "session", &json!({ "name": "x" }))
                .await
                .code(),
        ];
        let expected = [
            ErrorCode::LinkInvalid,
            ErrorCode::TextEmpty,
            ErrorCode::GuestsOff,
        ];
        assert_eq!(codes, expected);
    }
    assert_eq!(place.follow(&secret, "Gus").await.status, 201);
}

#[tokio::test]
async fn an_unknown_role_makes_no_link() {
    let place = Place::new().await;
    for role in ["memeber", "Guest", ""] {
        let wish = json!({ "role": role, "rooms": [place.room] });
        let path = "invites";
        let refused = ask_as(place.server.address, &place.owner, "POST", path, &wish).await;
        let answer = (refused.status, refused.code());
        assert_eq!(answer, (400, ErrorCode::BadCommand), "{role}");
    }
}

#[tokio::test]
async fn the_operator_invites_a_guest_to_a_room_from_the_command_line() {
    let mut place = Place::new().await;
    let folder = place.server.folder.path().to_owned();
    let den = place.olga.create_private_room("den").await;
    place.olga.post(den, EARLIER).await;
    let room = den.to_string();
    let create = [
        "invite",
        "create",
        "--role",
        "guest",
        "--room",
        &room,
        "--with-history",
        "--json",
    ];
    let answer = madang(&folder, &create).await.unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let secret = answer["path"].as_str().unwrap().strip_prefix("/join#");
    let guest = signed_in(&place.follow(secret.unwrap(), "Gus").await);
    let mut gus = guest.connect(place.server.address).await;
    assert_eq!(gus.subscribe(den).await.messages()[0].body, EARLIER);
    let refused = madang(&folder, &["invite", "create", "--role", "guest"]).await;
    assert!(refused.unwrap_err().contains("one room"));
}
