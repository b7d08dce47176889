//! Time-outs: a person reads for a time, and does not write.

use std::net::SocketAddr;

use serde_json::{Value, json};
use shared::error::ErrorCode;
use shared::id::{Rev, RoomId, UserId};

use crate::support::account::{ask_as, claim, invite, join, signed_in};
use crate::support::command::{
    add_members, create_room, delete, edit, mark_unread, rename, send, update_room,
};
use crate::support::guest::Guest;
use crate::support::http::Answer;
use crate::support::items::Items;
use crate::support::process::madang;
use crate::support::server::{Server, folder};
use crate::support::time::Time;

const LOBBY: RoomId = RoomId::LOBBY;
/// In microseconds.
const HOUR: i64 = 60 * 60 * 1_000_000;

async fn time_out(address: SocketAddr, by: &Guest, user: UserId, minutes: i64) -> Answer {
    let path = format!("people/{user}");
    let wish = json!({ "time_out_minutes": minutes });
    ask_as(address, by, "PATCH", &path, &wish).await
}

async fn account(address: SocketAddr, owner: &Guest, name: &str, role: &str) -> Guest {
    let secret = invite(address, owner, &json!({ "role": role })).await;
    signed_in(&join(address, &secret, name).await)
}

#[tokio::test]
async fn who_is_in_a_time_out_reads_and_shows_others_nothing_new_until_it_is_over() {
    let time = Time::default();
    let server = Server::start_by(time.clock(), folder(), &[]).await;
    let address = server.address;
    let olga = claim(address, server.folder.path()).await;
    let leo = account(address, &olga, "leo", "member").await;
    let mia = account(address, &olga, "mia", "member").await;
    let mut line = leo.connect(address).await;
    let garden = line.create_room("garden").await;
    let rev = line.rooms(&[garden]).await[0].rev;
    let posted = line.post(LOBBY, "before").await;
    let (seq, posted_rev) = (posted.seq.unwrap(), posted.rev.unwrap());
    line.own(None, Rev::ZERO).await;

    let answer = time_out(address, &olga, leo.profile.id, 60).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let told = line.next_own().await;
    let until = told.restrictions()[0].timed_out_until.unwrap();
    assert!(until > time.clock().now());
    for (number, speech) in [
        send(LOBBY, "hello"),
        edit(LOBBY, seq, posted_rev, "changed"),
        create_room("den", ""),
        update_room(garden, rev, None, Some("a word for all")),
        add_members(garden, &[mia.profile.id]),
        rename("Leo the Loud"),
    ]
    .iter()
    .enumerate()
    {
        let refusal = line.ask(speech).await.unwrap_err();
        assert_eq!(refusal.code, ErrorCode::TimedOut, "{number}");
        let wait = i64::try_from(refusal.retry_after_ms.unwrap()).unwrap();
        assert!(wait > 0 && wait <= HOUR / 1_000, "{wait}");
    }
    let wish = json!({ "status": { "text": "a word for all" } });
    let answer = ask_as(address, &leo, "PATCH", "account", &wish).await;
    assert_eq!((answer.status, answer.code()), (403, ErrorCode::TimedOut));
    // What was written can be taken back, and reading goes on.
    line.ask(&delete(LOBBY, seq)).await.unwrap();
    line.ask(&mark_unread(LOBBY, seq)).await.unwrap();
    let wish = json!({ "language": "ko" });
    let answer = ask_as(address, &leo, "PATCH", "account", &wish).await;
    assert_eq!(answer.status, 200, "{}", answer.body);

    // It is the same after a restart, on a new device, and ends by itself.
    drop(line);
    let server = server.restart().await;
    let address = server.address;
    let mut phone = leo.connect(address).await;
    let own = phone.own(None, Rev::ZERO).await;
    assert_eq!(own.restrictions()[0].timed_out_until, Some(until));
    assert_eq!(phone.refused(&send(LOBBY, "x")).await, ErrorCode::TimedOut);
    time.set_ahead(HOUR);
    phone.post(LOBBY, "after").await;
}

#[tokio::test]
async fn only_who_manages_the_person_gives_a_time_out_or_ends_it() {
    let server = Server::start(&[]).await;
    let address = server.address;
    let olga = claim(address, server.folder.path()).await;
    let boss = account(address, &olga, "boss", "administrator").await;
    let leo = account(address, &olga, "leo", "member").await;
    let guest = Guest::come_in(address, "Gus").await;
    for (by, whom, minutes, expected) in [
        (
            &leo,
            guest.profile.id,
            60,
            Some((403, ErrorCode::Forbidden)),
        ),
        (&leo, leo.profile.id, 60, Some((403, ErrorCode::Forbidden))),
        (
            &boss,
            olga.profile.id,
            60,
            Some((403, ErrorCode::Forbidden)),
        ),
        (
            &boss,
            boss.profile.id,
            60,
            Some((403, ErrorCode::Forbidden)),
        ),
        (
            &olga,
            UserId(4711),
            60,
            Some((404, ErrorCode::NoSuchPerson)),
        ),
        (
            &olga,
            leo.profile.id,
            40_321,
            Some((400, ErrorCode::BadCommand)),
        ),
        (
            &olga,
            leo.profile.id,
            -1,
            Some((400, ErrorCode::BadCommand)),
        ),
        (&boss, leo.profile.id, 40_320, None),
        (&boss, guest.profile.id, 1, None),
        (&olga, boss.profile.id, 1, None),
    ] {
        let answer = time_out(address, by, whom, minutes).await;
        match expected {
            None => assert_eq!(answer.status, 200, "{}", answer.body),
            Some(expected) => assert_eq!((answer.status, answer.code()), expected),
        }
    }
    let listed = ask_as(address, &olga, "GET", "people?search=leo", &Value::Null).await;
    let until = listed.json()["people"][0]["timed_out_until"].as_i64();
    assert!(until.is_some());
    // Nobody else is told.
    let mut line = leo.connect(address).await;
    let directory = line.directory(None, Rev::ZERO).await;
    let text = serde_json::to_string(&directory.items).unwrap();
    assert!(
        text.contains("leo") && !text.contains("timed_out"),
        "{text}"
    );

    assert_eq!(line.refused(&send(LOBBY, "x")).await, ErrorCode::TimedOut);
    time_out(address, &boss, leo.profile.id, 0).await;
    line.post(LOBBY, "may write again").await;
    let folder = server.folder.path();
    let printed = madang(folder, &["user", "time-out", "leo", "--for", "12h"])
        .await
        .unwrap();
    assert!(printed.contains("only reads until"), "{printed}");
    assert_eq!(line.refused(&send(LOBBY, "x")).await, ErrorCode::TimedOut);
    madang(folder, &["user", "time-out", "leo", "--for", "0m"])
        .await
        .unwrap();
    line.post(LOBBY, "and again").await;
    let refused = madang(folder, &["user", "time-out", "leo", "--for", "29d"])
        .await
        .unwrap_err();
    assert!(refused.contains("28 days"), "{refused}");
}
