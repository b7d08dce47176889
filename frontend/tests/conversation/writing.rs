//! The composer and the editor.

use frontend::browser;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{
    ENTER, ENTER_COMPOSING, Page, Press, click, heard, hold_changes, painted, refuse, scroll_by,
    tell_changes,
};

const UP: Press = Press {
    key: "ArrowUp",
    code: 38,
    ..ENTER
};
const ESCAPE: Press = Press {
    key: "Escape",
    code: 27,
    ..ENTER
};
const SHIFT_ENTER: Press = Press {
    shift: true,
    ..ENTER
};

#[wasm_bindgen_test]
async fn korean_one_enter_sends_the_whole_text_once() {
    let page = Page::open(1).await;
    page.until_row("message 1", "sent").await;
    let field = page.field();
    field.types("안녕하세");
    field.composes("요");
    assert!(
        field.down(ENTER_COMPOSING),
        "the input method needs the key"
    );
    field.commits("요");
    assert!(
        !field.down(ENTER),
        "the second keydown of the same press is swallowed"
    );
    field.up(ENTER);
    page.until_row("안녕하세요", "sent").await;
    assert_eq!((field.text().as_str(), heard("send").len()), ("", 1));
}

#[wasm_bindgen_test]
async fn japanese_the_enter_that_confirms_never_sends() {
    let page = Page::open(1).await;
    page.until_row("message 1", "sent").await;
    let field = page.field();
    field.composes("日本");
    field.down(ENTER_COMPOSING);
    field.commits("日本");
    field.up(ENTER);
    painted().await;
    assert_eq!((field.text().as_str(), heard("send").len()), ("日本", 0));
    field.press(ENTER);
    page.until_row("日本", "sent").await;
}

#[wasm_bindgen_test]
async fn shift_and_enter_are_left_to_the_browser() {
    let page = Page::open(1).await;
    let field = page.field();
    field.types("a");
    assert!(field.down(SHIFT_ENTER));
    assert!(!field.down(ENTER));
}

#[wasm_bindgen_test]
async fn a_draft_outlives_a_reload() {
    let page = Page::open(1).await;
    page.until_row("message 1", "sent").await;
    page.field().types("half a thought");
    let page = page.reload().await;
    page.until("the draft", || {
        (page.field().text() == "half a thought").then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn what_is_too_long_is_refused_before_it_is_sent_and_stays() {
    let page = Page::open(1).await;
    page.until_row("message 1", "sent").await;
    let field = page.field();
    let long = "긴".repeat(400);
    field.types(&long);
    page.until("the counter", || {
        page.find(".composer__counter[data-over=true]")
    })
    .await;
    field.press(ENTER);
    page.until("the reason", || {
        let error = page.find("#composer-error")?.text_content()?;
        (!error.is_empty()).then_some(())
    })
    .await;
    assert_eq!((field.text(), heard("send").len()), (long, 0));
}

#[wasm_bindgen_test]
async fn up_edits_the_last_own_message_and_escape_lets_it_be() {
    let page = Page::open(1).await;
    page.until_row("message 1", "sent").await;
    page.field().types("frist");
    page.field().press(ENTER);
    page.until_row("frist", "sent").await;

    page.field().press(UP);
    page.until("the editor", || page.find("#editor textarea"))
        .await;
    assert_eq!(page.editor().text(), "frist");
    page.editor().press(ESCAPE);
    page.until("its end", || page.find("#editor").is_none().then_some(()))
        .await;

    page.field().press(UP);
    page.until("the editor", || page.find("#editor textarea"))
        .await;
    page.editor().0.set_value("first");
    page.editor().press(ENTER);
    page.until_row("first", "sent").await;
    assert_eq!(heard("edit").len(), 1);
}

#[wasm_bindgen_test]
async fn an_edit_whose_answer_came_before_its_change_can_be_edited_again() {
    let page = Page::open(1).await;
    page.until_row("message 1", "sent").await;
    hold_changes();
    page.field().types("one");
    page.field().press(ENTER);
    page.until_row("one", "sent").await;
    for text in ["two", "three"] {
        page.field().press(UP);
        page.until("the editor", || page.find("#editor textarea"))
            .await;
        page.editor().0.set_value(text);
        page.editor().press(ENTER);
        page.until_row(text, "sent").await;
    }
    let edits = heard("edit");
    assert!(edits[0].contains("\"rev\":2"), "{edits:?}");
    assert!(edits[1].contains("\"rev\":3"), "{edits:?}");
    tell_changes();
    painted().await;
    assert_eq!(page.texts(), ["message 1", "three"]);
}

#[wasm_bindgen_test]
async fn on_a_touch_screen_the_editor_stays_when_its_row_is_scrolled_away() {
    let page = Page::open(1_000).await;
    page.until_row("message 1000", "sent").await;
    page.field().types("mine");
    page.field().press(ENTER);
    page.until_row("mine", "sent").await;
    page.field().press(UP);
    page.until("the editor", || page.find("#editor textarea"))
        .await;
    page.editor().types(" and more");
    let scroller = page.scroller();
    while page.texts().contains(&"mine".to_owned()) {
        scroll_by(&scroller, -1_000.0).await;
    }
    assert_eq!(page.editor().text(), "mine and more");
    page.editor().press(ENTER);
    page.until("its end", || page.find("#editor").is_none().then_some(()))
        .await;
    click(&page.find(".timeline__jump").unwrap());
    page.until_row("mine and more", "sent").await;
}

#[wasm_bindgen_test]
async fn a_refused_edit_is_open_again_or_where_messages_are_written() {
    let page = Page::open(1).await;
    page.until_row("message 1", "sent").await;
    page.field().types("mine");
    page.field().press(ENTER);
    page.until_row("mine", "sent").await;
    for (code, stays) in [("stale", true), ("message_deleted", false)] {
        if page.find("#editor").is_none() {
            page.field().press(UP);
        }
        page.until("the editor", || page.find("#editor textarea"))
            .await;
        page.editor().0.set_value("changed");
        refuse(code);
        page.editor().press(ENTER);
        page.until("the word", || page.find(".toast")).await;
        click(&page.find(".toast button").unwrap());
        page.until("its end", || page.find(".toast").is_none().then_some(()))
            .await;
        assert_eq!(page.find("#editor").is_some(), stays, "{code}");
        if stays {
            assert_eq!(page.editor().text(), "changed");
        } else {
            page.until("the text", || {
                (page.field().text() == "changed").then_some(())
            })
            .await;
        }
    }
}

#[wasm_bindgen_test]
async fn who_began_to_edit_in_the_composer_is_led_back_there_on_a_touch_screen_too() {
    // As the tests' browser is.
    assert!(browser::matches("(hover: none)"));
    let page = Page::open(1).await;
    page.until_row("message 1", "sent").await;
    page.field().types("mine");
    page.field().press(ENTER);
    page.until_row("mine", "sent").await;
    for key in [ESCAPE, ENTER] {
        let composer = page.field().0;
        composer.focus().unwrap();
        page.field().press(UP);
        let editor = page
            .until("the editor", || page.find("#editor textarea"))
            .await;
        page.until("the focus", || (focused()? == editor).then_some(()))
            .await;
        page.editor().press(key);
        page.until("its end", || page.find("#editor").is_none().then_some(()))
            .await;
        painted().await;
        assert_eq!(focused().unwrap(), **composer);
    }
}

fn focused() -> Option<web_sys::Element> {
    browser::document().active_element()
}

#[wasm_bindgen_test]
async fn typing_is_said_now_and_then() {
    let page = Page::open(1).await;
    page.until_row("message 1", "sent").await;
    for letter in ["a", "b", "c"] {
        page.field().types(letter);
    }
    page.until("the notice", || (heard("typing").len() == 1).then_some(()))
        .await;
}
