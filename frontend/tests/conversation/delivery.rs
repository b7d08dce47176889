//! From the composer to the server and back.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{ENTER, Page, click, happens, heard, refuse, set_online};

#[wasm_bindgen_test]
async fn a_sent_row_stands_in_the_document_before_the_next_frame() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    let field = page.field();
    field.types("now");
    // Asked for first, so its callback runs before any that the page asks for.
    let next_frame = crate::page::frame();
    field.press(ENTER);
    next_frame.await;
    assert_eq!(page.texts().last().unwrap(), "now");
    assert_eq!(field.text(), "");
}

#[wasm_bindgen_test]
async fn a_row_keeps_its_element_when_the_server_has_it() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    set_online(false);
    page.field().types("mine");
    page.field().press(ENTER);
    let before = page.until_row("mine", "waiting").await;
    set_online(true);
    happens("online");
    let after = page.until_row("mine", "sent").await;
    assert!(before.is_same_node(Some(&after)));
    assert_eq!(after.get_attribute("data-seq").as_deref(), Some("4"));
}

#[wasm_bindgen_test]
async fn a_refused_message_offers_a_way_on() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    refuse("cancelled");
    page.field().types("odd");
    page.field().press(ENTER);
    let row = page.until_row("odd", "failed").await;
    let buttons = row.query_selector_all(".message__status button").unwrap();
    assert_eq!(buttons.length(), 2);
    // Again: the same id, and this time it is taken.
    click(
        &row.query_selector(".message__status button")
            .unwrap()
            .unwrap(),
    );
    page.until_row("odd", "sent").await;
    assert_eq!(page.all(".row").len(), 4);
}

#[wasm_bindgen_test]
async fn a_text_that_would_be_refused_again_goes_back_to_where_it_was_written() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    refuse("text_too_long");
    page.field().types("too long");
    page.field().press(ENTER);
    let row = page.until_row("too long", "failed").await;
    page.field().types("the next thought");
    let button = row.query_selector(".message__status button").unwrap();
    let button = button.unwrap();
    assert_eq!(button.text_content().as_deref(), Some("Edit"));
    click(&button);
    page.until("its end", || (page.all(".row").len() == 3).then_some(()))
        .await;
    assert_eq!(page.field().text(), "too long\nthe next thought");
    // As a draft, it outlives a reload.
    let page = page.reload().await;
    page.until("the draft", || {
        (page.field().text() == "too long\nthe next thought").then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_refused_message_can_be_thrown_away() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    refuse("text_characters");
    page.field().types("odd");
    page.field().press(ENTER);
    let row = page.until_row("odd", "failed").await;
    let buttons = row.query_selector_all(".message__status button").unwrap();
    click(&wasm_bindgen::JsCast::unchecked_into(
        buttons.get(1).unwrap(),
    ));
    page.until("its end", || (page.all(".row").len() == 3).then_some(()))
        .await;
}

#[wasm_bindgen_test]
async fn what_is_written_offline_waits_survives_a_reload_and_goes_out_in_order() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    set_online(false);
    for text in ["one", "two", "three"] {
        page.field().types(text);
        page.field().press(ENTER);
    }
    page.until_row("three", "waiting").await;

    let page = page.reload().await;
    page.until_row("three", "waiting").await;
    set_online(true);
    happens("online");
    page.until_row("three", "sent").await;
    assert_eq!(page.texts()[3..], ["one", "two", "three"]);
    assert_eq!(heard("send").len(), 3, "each once");
}

#[wasm_bindgen_test]
async fn a_waiting_message_can_be_taken_back() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    set_online(false);
    page.field().types("never mind");
    page.field().press(ENTER);
    let row = page.until_row("never mind", "waiting").await;
    click(
        &row.query_selector(".message__status button")
            .unwrap()
            .unwrap(),
    );
    page.until("its end", || (page.all(".row").len() == 3).then_some(()))
        .await;
    set_online(true);
    happens("online");
    page.until("the line", || (heard("hello").len() == 2).then_some(()))
        .await;
    assert!(heard("send").is_empty());
}

#[wasm_bindgen_test]
async fn what_was_missed_arrives_after_a_lost_line() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    set_online(false);
    crate::page::post("meanwhile");
    set_online(true);
    happens("online");
    page.until_row("meanwhile", "sent").await;
}
