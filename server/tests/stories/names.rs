//! Deceptive names are refused by every interface, and names of all languages are accepted.

use rusqlite::{Connection, params};
use shared::error::{ErrorCode, Field};
use shared::id::{Epoch, Rev, RoomId};
use shared::stream::Item;
use unicode_normalization::UnicodeNormalization;

use crate::support::command::{create_room, rename, update_room};
use crate::support::guest::{Guest, enter};
use crate::support::http;
use crate::support::items::Items;
use crate::support::server::{Server, folder};
use crate::support::simple::Simple;

/// The answer to coming in by this name.
async fn come_in(server: &Server, name: &str) -> http::Answer {
    let body = serde_json::json!({ "name": name }).to_string();
    http::post(server.address, "/api/v1/session", &[], &body).await
}

#[tokio::test]
async fn names_with_invisible_or_stacked_characters_are_refused_everywhere() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut simple = Simple::connect(server.address).await;
    let room = ada.create_room("garden").await;
    for name in [
        &format!("Ad{}a", "\u{301}\u{300}".repeat(15)),
        &format!("ก{}", "\u{E49}\u{E48}".repeat(15)),
        "Ad\u{FFFC}a",
        "\u{E000}",
        "Ad\u{F0000}a",
        "Ad\u{FDD0}a",
        "Ad\u{378}a",
        "Ad\u{FE00}a",
        "Ad\u{200D}a",
        "\u{301}Ada",
        "7\u{FE0F}",
        "\u{1F3F4}\u{E0061}\u{E0062}\u{E007F}",
    ] {
        for command in [
            rename(name),
            create_room(name, ""),
            create_room("yard", name),
            update_room(room, Rev(1), Some(name), None),
            update_room(room, Rev(1), None, Some(name)),
        ] {
            let refusal = ada.ask(&command).await.unwrap_err();
            assert_eq!(refusal.code, ErrorCode::TextCharacters, "{name:?}");
        }
        let answer = come_in(&server, name).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, ErrorCode::TextCharacters),
            "{name:?}"
        );
        simple.say(name, "hello").await;
        assert_eq!(
            simple.refused().await,
            ErrorCode::TextCharacters,
            "{name:?}"
        );
    }
}

#[tokio::test]
async fn a_word_of_a_person_s_name_may_not_mix_scripts() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut simple = Simple::connect(server.address).await;
    for name in ["Аda", "Ada Lovelаce", "αda"] {
        let refusal = ada.ask(&rename(name)).await.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.field),
            (ErrorCode::TextCharacters, Some(Field::Name)),
            "{name:?}"
        );
        assert_eq!(
            come_in(&server, name).await.code(),
            ErrorCode::TextCharacters
        );
        simple.say(name, "hello").await;
        assert_eq!(simple.refused().await, ErrorCode::TextCharacters);
    }
    for name in ["Анна (Anna)", "김Ada", "田中さんB", "Ünal", "Δημήτρης"] {
        ada.ask(&rename(name)).await.unwrap();
        assert_eq!(come_in(&server, name).await.status, 201, "{name:?}");
    }
}

#[tokio::test]
async fn names_of_all_languages_and_valid_emoji_are_accepted() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut listener = Simple::connect(server.address).await;
    let mut speaker = Simple::connect(server.address).await;
    for name in [
        "1️⃣ first",
        "#️⃣ tags",
        "🇰🇷 팀",
        "👨\u{200D}👩\u{200D}👧\u{200D}👦",
        "👩🏽\u{200D}🚀",
        "🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "❤\u{FE0F}",
        "می\u{200C}خواهم",
        "Nguyễn",
        "ผู้ใหญ่",
        "שָׁלוֹם",
        "हिन्दी",
    ] {
        let room = ada.create_room(name).await;
        ada.ask(&update_room(room, Rev(1), None, Some(name)))
            .await
            .unwrap();
        ada.ask(&rename(name)).await.unwrap();
        let answer = come_in(&server, name).await;
        assert_eq!(answer.status, 201, "{name:?}");
        assert_eq!(answer.json()["user"]["name"], name);
        speaker.say(name, "hello").await;
        assert_eq!(listener.hears().await.0, name);
    }
}

#[tokio::test]
async fn names_are_stored_in_normalisation_form_c() {
    let server = Server::start(&[]).await;
    let apart: String = "카페 Café".nfd().collect();
    assert_eq!(
        come_in(&server, &apart).await.json()["user"]["name"],
        "카페 Café"
    );
    let mut ada = enter(server.address, "Ada").await;
    let room = ada.create_room(&apart).await;
    assert_eq!(ada.subscribe(room).await.room().name, "카페 Café");
}

#[tokio::test]
async fn room_names_that_look_alike_cannot_exist_together() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    ada.create_room("카페").await;
    ada.create_room("Straße 10").await;
    let other = ada.create_room("other").await;
    let apart: String = "카페".nfd().collect();
    for name in [
        &apart,
        "lоbby",
        "LОBBY",
        "ｌｏｂｂｙ",
        "Iobby",
        "lobbу",
        "𝐥𝐨𝐛𝐛𝐲",
        "STRASSE 10",
        "Straße lO",
    ] {
        assert_eq!(
            ada.refused(&create_room(name, "")).await,
            ErrorCode::NameTaken,
            "{name:?}"
        );
        let rename = update_room(other, Rev(1), Some(name), None);
        assert_eq!(ada.refused(&rename).await, ErrorCode::NameTaken, "{name:?}");
    }
    // A room may keep its own look, and the look of a removed room is free.
    ada.ask(&update_room(other, Rev(1), Some("оther"), None))
        .await
        .unwrap();
    for name in ["카패", "lobby 2", "mail", "mall"] {
        ada.create_room(name).await;
    }
}

/// A file as schema 3 had it: rooms whose names differ in case only.
fn from_before(folder: &std::path::Path, epoch: Epoch, rooms: &[&str]) {
    let file = Connection::open(folder.join("madang.sqlite")).unwrap();
    file.pragma_update(None, "journal_mode", "wal").unwrap();
    for step in [
        include_str!("../../migrations/sqlite/0001_first.sql"),
        include_str!("../../migrations/sqlite/0002_fewer_indexes.sql"),
        include_str!("../../migrations/sqlite/0003_counters_derived.sql"),
    ] {
        file.execute_batch(step).unwrap();
    }
    file.pragma_update(None, "user_version", 3).unwrap();
    file.execute(
        "INSERT INTO epochs (id, started_at) VALUES (?1, 0)",
        [epoch.0.as_bytes()],
    )
    .unwrap();
    for (number, name) in (1..).zip(rooms) {
        file.execute(
            "INSERT INTO rooms (id, name, name_key, topic, info_rev, directory_rev, created_at)
             VALUES (?1, ?2, ?3, '', 1, ?1, 0)",
            params![number, name, name.to_lowercase()],
        )
        .unwrap();
        file.execute(
            "INSERT INTO messages (room, seq, rev, posted_rev, author_name, body, posted_at)
             VALUES (?1, 1, 2, 2, 'Ada', 'hello', 0)",
            [number],
        )
        .unwrap();
        for (kind, stream, first) in [(1, number, 1), (0, 0, 1)] {
            file.execute(
                "INSERT OR IGNORE INTO epoch_starts (kind, stream, epoch, first_rev) VALUES (?1, ?2, 1, ?3)",
                [kind, stream, first],
            )
            .unwrap();
        }
    }
    let revs = i64::try_from(rooms.len()).unwrap();
    file.execute("UPDATE directory SET rev = ?1", [revs])
        .unwrap();
}

#[tokio::test]
async fn rooms_of_an_older_file_that_look_alike_are_renamed_and_clients_get_that() {
    let folder = folder();
    let epoch = Epoch::new([7; 16]);
    let apart: String = "카페".nfd().collect();
    let long = "ｌ".repeat(40);
    let rooms = [
        "lobby",
        "lоbby",
        "카페",
        &apart,
        "ｌｏｂｂｙ",
        "garden",
        &"l".repeat(40),
        &long,
    ];
    from_before(folder.path(), epoch, &rooms);
    let server = Server::start_in(folder, &[]).await;
    let mut ada = enter(server.address, "Ada").await;

    let missed = ada.directory(Some(epoch), Rev(8)).await;
    let rooms = missed.rooms();
    let renamed: Vec<(i64, &str)> = rooms
        .iter()
        .map(|room| (room.id.0, room.name.as_str()))
        .collect();
    let cut = format!("{} (2)", "ｌ".repeat(36));
    let expected = [
        (2, "lоbby (2)"),
        (4, "카페 (2)"),
        (5, "ｌｏｂｂｙ (3)"),
        (8, cut.as_str()),
    ];
    assert_eq!(renamed, expected);
    assert_eq!(missed.from, Rev(8));
    for room in &rooms {
        let changes = ada.resume(room.id, epoch, Rev(2)).await.changes();
        // A line tells it to those who read the room.
        assert_eq!((changes.from, changes.through), (Rev(2), Rev(4)));
        let [Item::Message(line), Item::Room(renamed)] = &changes.items[..] else {
            panic!("not a line and the room: {changes:?}");
        };
        assert_eq!((line.author.id, renamed), (None, room));
    }
    // The others are as they were.
    let untouched = ada.resume(RoomId(6), epoch, Rev(2)).await.changes();
    assert_eq!((untouched.through, untouched.items), (Rev(2), Vec::new()));
    for taken in ["Iobby", "lоbby (2)", "ＧＡＲＤＥＮ"] {
        assert_eq!(
            ada.refused(&create_room(taken, "")).await,
            ErrorCode::NameTaken
        );
    }

    // The next start leaves them alone.
    let through = missed.through;
    let server = server.restart().await;
    let mut ben = Guest::come_in(server.address, "Ben")
        .await
        .connect(server.address)
        .await;
    assert_eq!(ben.directory(None, Rev::ZERO).await.through, through);
}
