//! What stands around the conversation: who is here, and what the page is called.

use frontend::browser::document;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{ENTER, Page, click, heard, painted, refuse, say};

#[wasm_bindgen_test]
async fn nobody_is_said_to_be_here_only_once_that_is_known() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    painted().await;
    let text = |selector| page.find(selector).and_then(|found| found.text_content());
    assert_eq!(text(".people__note"), None);
    assert_eq!(text(".people__count").as_deref(), Some(""));
    assert!(page.find(".shell__people .skeleton").is_some());

    say(r#"{"type":"presence","room":1,"count":0,"people":[]}"#);
    page.until("the note", || {
        (text(".people__note")? == "Nobody is here now.").then_some(())
    })
    .await;
    assert!(page.find(".shell__people .skeleton").is_none());
    say(r#"{"type":"presence","room":1,"count":2}"#);
    page.until("the count", || {
        (text(".people__count")? == "2").then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_room_that_was_removed_has_no_people_and_nothing_to_do() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    let removed = r#"{"type":"changes","stream":"directory","from":1,"through":2,
        "items":[{"room":{"id":1,"name":"lobby","topic":"","rev":2,"directory_rev":2,"seq":3,
        "created_at":1,"removed_at":2}}]}"#;
    say(removed);
    page.until("the word", || page.find(".state__title")).await;
    for part in [".shell__people", ".conversation__people", "#room-menu"] {
        assert!(page.find(part).is_none(), "{part}");
    }
    assert!(page.find(".conversation__back").is_some());
    page.until("the title", || {
        (document().title() == "This room was removed · Madang").then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_was_written_before_a_room_was_removed_can_still_be_read() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    refuse("room_gone");
    page.field().types("too late");
    page.field().press(ENTER);
    page.until("the word", || page.find(".toast")).await;
    say(
        r#"{"type":"changes","stream":"room/1","from":3,"through":4,"items":[{"room":{"id":1,
        "name":"lobby","topic":"","rev":4,"directory_rev":2,"seq":3,"created_at":1,
        "removed_at":2}}]}"#,
    );
    page.until("the word", || page.find(".state__title")).await;
    page.until_row("too late", "failed").await;
    assert_eq!(page.all(".row").len(), 1);
    assert!(page.find(".timeline__begin").is_none());
    click(
        &page
            .last_row()
            .query_selector(".message__status button:last-child")
            .unwrap()
            .unwrap(),
    );
    page.until("its end", || page.find(".timeline").is_none().then_some(()))
        .await;
    assert_eq!(heard("send").len(), 1);
}
