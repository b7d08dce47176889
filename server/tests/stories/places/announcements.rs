//! Rooms for announcements, and archived rooms.

use shared::error::ErrorCode;
use shared::frame::Anchor;
use shared::id::{Rev, RoomId, Seq};
use shared::model::Posting;

use crate::support::account::claim;
use crate::support::command::{
    archive_room, create_room, delete, join, remove_room, send, set_posting,
};
use crate::support::guest::enter;
use crate::support::items::Items;
use crate::support::mirror::Mirror;
use crate::support::server::Server;
use crate::support::simple::Simple;

#[tokio::test]
async fn in_a_room_for_announcements_managers_post_and_everybody_reads() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    ben.directory(None, Rev::ZERO).await;
    let news = ada.create_room("news").await;
    ben.join(news).await;
    ben.post(news, "may I?").await;
    ben.next_directory().await;
    let limit = set_posting(news, Rev(1), Posting::Managers);
    assert_eq!(ben.refused(&limit).await, ErrorCode::NotPermitted);
    let limited = ada.ask(&limit).await.unwrap().rev.unwrap();
    assert_eq!(ben.next_directory().await.room().posting, Posting::Managers);
    let post = send(news, "not any more");
    assert_eq!(ben.refused(&post).await, ErrorCode::NotPermitted);
    ada.post(news, "hear, hear").await;
    assert_eq!(ben.subscribe(news).await.messages().len(), 4);
    // Nobody fills it by coming and going.
    let mut cora = enter(server.address, "Cora").await;
    cora.join(news).await;
    cora.remove_member(news, cora.user().id).await;
    assert_eq!(cora.subscribe(news).await.messages().len(), 4);
    // Nor by bringing others; who manages it does so with a line.
    let cora_id = cora.user().id;
    ben.add_members(news, &[cora_id]).await;
    cora.remove_member(news, cora_id).await;
    let mut mirror = Mirror::subscribe(&mut cora, news).await;
    ada.add_members(news, &[cora_id]).await;
    let posted = ada.post(news, "welcome").await;
    mirror.read_to(&mut cora, posted.rev.unwrap()).await;
    assert_eq!(posted.seq, Some(Seq(6)));
    // It is so after a restart, and until it is opened.
    let open = set_posting(news, limited, Posting::Everybody);
    ada.ask(&open).await.unwrap();
    ben.ask(&post).await.unwrap();
}

#[tokio::test]
async fn in_the_lobby_who_manages_the_place_may_announce() {
    let server = Server::start(&[]).await;
    let owner = claim(server.address, server.folder.path()).await;
    let mut olga = owner.connect(server.address).await;
    let mut ben = enter(server.address, "Ben").await;
    let mut simple = Simple::connect(server.address).await;
    let lobby = RoomId::LOBBY;
    let rev = olga.subscribe(lobby).await.room().rev;
    let limit = set_posting(lobby, rev, Posting::Managers);
    assert_eq!(ben.refused(&limit).await, ErrorCode::NotPermitted);
    olga.ask(&limit).await.unwrap();
    olga.post(lobby, "quiet, please").await;
    assert_eq!(simple.hears().await.1, "quiet, please");
    let post = send(lobby, "why?");
    assert_eq!(ben.refused(&post).await, ErrorCode::NotPermitted);
    simple.say("John", "why?").await;
    assert_eq!(simple.refused().await, ErrorCode::NotPermitted);
}

#[tokio::test]
async fn an_archived_room_can_be_read_and_nothing_else() {
    let server = Server::start(&[]).await;
    let mut ada = enter(server.address, "Ada").await;
    let mut ben = enter(server.address, "Ben").await;
    ben.directory(None, Rev::ZERO).await;
    let garden = ada.create_room("garden").await;
    ben.next_directory().await;
    let posted = ben.post(garden, "roses").await.seq.unwrap();
    let archive = archive_room(garden, true);
    assert_eq!(ben.refused(&archive).await, ErrorCode::NotPermitted);
    ada.ask(&archive).await.unwrap();
    let room = ben.next_directory().await.room();
    assert!(room.archived_at.is_some());
    for command in [send(garden, "late"), join(garden)] {
        assert_eq!(ben.refused(&command).await, ErrorCode::RoomArchived);
    }
    assert_eq!(
        ada.refused(&send(garden, "late")).await,
        ErrorCode::RoomArchived
    );
    let page = ben.history(garden, Anchor::After(Seq(0)), None).await;
    assert_eq!(page.unwrap().messages()[0].body, "roses");
    // What was said may have to go, and its name is still taken.
    ben.ask(&delete(garden, posted)).await.unwrap();
    let again = create_room("garden", "");
    assert_eq!(ben.refused(&again).await, ErrorCode::NameTaken);
    ada.ask(&archive_room(garden, false)).await.unwrap();
    assert!(ben.next_directory().await.room().archived_at.is_none());
    ben.post(garden, "tulips").await;
    let lobby = RoomId::LOBBY;
    for command in [archive_room(lobby, true), remove_room(lobby)] {
        assert_eq!(ada.refused(&command).await, ErrorCode::BadCommand);
    }
}

#[tokio::test]
async fn an_archived_room_is_so_after_a_restart() {
    let server = Server::start(&[]).await;
    let guest = crate::support::guest::Guest::come_in(server.address, "Ada").await;
    let mut ada = guest.connect(server.address).await;
    let garden = ada.create_room("garden").await;
    ada.ask(&archive_room(garden, true)).await.unwrap();
    drop(ada);
    let server = server.restart().await;
    let mut ada = guest.connect(server.address).await;
    let post = send(garden, "late");
    assert_eq!(ada.refused(&post).await, ErrorCode::RoomArchived);
    ada.ask(&archive_room(garden, false)).await.unwrap();
    ada.ask(&post).await.unwrap();
}
