//! Reading: the rows, their bounds, and the line that stays where it is.

use wasm_bindgen_test::wasm_bindgen_test;

use std::time::Duration;

use frontend::browser;

use crate::page::{Page, click, edit, painted, post, post_odd, remove, say, scroll_by, top_of};

#[wasm_bindgen_test]
async fn a_hundred_thousand_messages_make_a_bounded_document() {
    let page = Page::open(100_000).await;
    page.until_row("message 100000", "sent").await;
    let scroller = page.scroller();
    let mut seen = 100_001;
    while seen > 98_500 {
        let first = page.all(".row").remove(0);
        let seq: i64 = first.get_attribute("data-seq").unwrap().parse().unwrap();
        assert!(seq <= seen, "it goes up");
        assert!(seq >= seen - 200, "nothing is left out");
        seen = seq;
        assert!(page.all(".row").len() <= 200);
        scroll_by(&scroller, -2_000.0).await;
    }
}

#[wasm_bindgen_test]
async fn older_history_never_moves_the_line_that_is_being_read() {
    let page = Page::open(5_000).await;
    page.until_row("message 5000", "sent").await;
    let scroller = page.scroller();
    for _ in 0..60 {
        let middle = top_of(&scroller) + 200.0;
        let line = page
            .all(".row")
            .into_iter()
            .find(|row| top_of(row) >= middle);
        let line = line.unwrap();
        let before = top_of(&line);
        scroll_by(&scroller, -150.0).await;
        assert!(line.is_connected());
        let moved = top_of(&line) - before;
        assert!(
            (moved - 150.0).abs() < 1.5,
            "moved by {moved} instead of 150"
        );
    }
}

#[wasm_bindgen_test]
async fn what_says_that_more_is_coming_has_its_place_from_the_start() {
    let page = Page::open(5_000).await;
    let edge = page
        .until("the rows", || {
            page.all(".row").last()?;
            page.find("[data-edge=older]")
        })
        .await;
    assert!(edge.query_selector(".skeleton").unwrap().is_some());
    let stands = edge.get_bounding_client_rect().height();
    assert!(stands > 0.0, "hidden from sight, not from the layout");
}

#[wasm_bindgen_test]
async fn a_new_message_while_scrolled_up_moves_nothing_and_is_counted() {
    let page = Page::open(300).await;
    page.until_row("message 300", "sent").await;
    let scroller = page.scroller();
    scroll_by(&scroller, -900.0).await;
    let top = top_of(&scroller);
    let line = page.all(".row").into_iter().find(|row| top_of(row) >= top);
    let line = line.unwrap();
    let before = top_of(&line);
    post("news");
    post("more news");
    let jump = page
        .until("the count", || {
            let jump = page.find(".timeline__jump")?;
            jump.text_content()?.contains('2').then_some(jump)
        })
        .await;
    assert!((top_of(&line) - before).abs() < 1.0);
    click(&jump);
    page.until_row("more news", "sent").await;
    page.until("the end", || {
        page.find(".timeline__jump").is_none().then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_row_that_grows_above_does_not_move_the_line() {
    let page = Page::open(300).await;
    page.until_row("message 300", "sent").await;
    let scroller = page.scroller();
    scroll_by(&scroller, -900.0).await;
    let top = top_of(&scroller);
    let rows = page.all(".row");
    let at = rows.iter().position(|row| top_of(row) >= top).unwrap();
    let (above, line) = (&rows[at - 3], &rows[at]);
    let before = top_of(line);
    above
        .set_attribute("style", "padding-bottom: 137px")
        .unwrap();
    painted().await;
    assert!((top_of(line) - before).abs() < 1.0);
}

#[wasm_bindgen_test]
async fn one_edit_draws_one_row() {
    let page = Page::open(50).await;
    page.until_row("message 50", "sent").await;
    let others: Vec<_> = page
        .all(".message__text")
        .into_iter()
        .map(|text| text.first_child())
        .collect();
    edit(45, "another text");
    page.until_row("another text", "sent").await;
    assert!(
        page.row(45)
            .query_selector(".message__edited")
            .unwrap()
            .is_some()
    );
    let same = page
        .all(".message__text")
        .iter()
        .zip(&others)
        .filter(|(text, before)| text.first_child() == **before)
        .count();
    assert_eq!(same, others.len() - 1);
}

#[wasm_bindgen_test]
async fn only_new_messages_are_read_out() {
    let page = Page::open(500).await;
    page.until_row("message 500", "sent").await;
    scroll_by(&page.scroller(), -4_000.0).await;
    let log = page.find("[role=log]").unwrap();
    assert_eq!(log.text_content().as_deref(), Some(""));
    post("listen");
    page.until("the words", || {
        log.text_content()?.contains("Bob: listen").then_some(())
    })
    .await;
    assert_eq!(log.child_element_count(), 1);
    // What is deleted is not kept there either.
    post("and listen");
    remove(501);
    page.until("its end", || {
        let said = log.text_content()?;
        (said == "Bob: and listen").then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_burst_leaves_who_is_at_the_end_there() {
    let page = Page::open(300).await;
    page.until_row("message 300", "sent").await;
    for turn in 0..6 {
        // More than are put there at once, then a few: the rows shrink and grow.
        for number in 0..(if turn % 2 == 0 { 70 } else { 3 }) {
            post(&format!("burst {turn} {number}"));
        }
        browser::sleep(Duration::ZERO).await;
    }
    page.until_row("burst 5 2", "sent").await;
    painted().await;
    assert!(below(&page) < 2.0, "{} pixels are left", below(&page));
}

#[wasm_bindgen_test]
async fn a_field_that_shrinks_and_grows_leaves_who_is_at_the_end_there() {
    let page = Page::open(300).await;
    page.until_row("message 300", "sent").await;
    let under = page.find(".timeline").unwrap();
    let room_for = |pixels: u32| {
        let style = format!("margin-bottom: {pixels}px");
        under.set_attribute("style", &style).unwrap();
        // Laid out at once, and the browser steps back where there is less to scroll.
        page.scroller().scroll_height();
    };
    room_for(100);
    painted().await;
    assert!(below(&page) < 2.0);
    room_for(0);
    room_for(200);
    painted().await;
    assert!(below(&page) < 2.0, "{} pixels are left", below(&page));
    // A reader who goes up is not held.
    scroll_by(&page.scroller(), -300.0).await;
    assert!(below(&page) > 290.0);
}

fn below(page: &Page) -> f64 {
    let it = page.scroller();
    f64::from(it.scroll_height() - it.client_height() - it.scroll_top())
}

#[wasm_bindgen_test]
async fn a_link_to_a_message_opens_its_surroundings_and_marks_it() {
    let page = Page::open_at("/rooms/1/1234", 5_000).await;
    let marked = page.until("the mark", || page.find(".row--marked")).await;
    assert_eq!(marked.get_attribute("data-seq").as_deref(), Some("1234"));
    let scroller = page.scroller().get_bounding_client_rect();
    page.until("its place", || {
        let middle = top_of(&marked);
        (scroller.top() < middle && middle < scroller.bottom()).then_some(())
    })
    .await;
    assert!(page.row(1_230).is_connected() && page.row(1_238).is_connected());
    // All is read: nothing below is new.
    let jump = page.until("the way back", || page.find(".timeline__jump"));
    let jump = jump.await.text_content().unwrap();
    assert!(!jump.contains(|c: char| c.is_ascii_digit()), "{jump}");
    post("news");
    page.until("the count", || {
        let jump = page.find(".timeline__jump")?.text_content()?;
        jump.contains("1 new").then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_link_to_a_message_that_is_not_there_says_so_and_leads_to_the_room() {
    let page = Page::open_at("/rooms/1/5555", 300).await;
    page.until_row("message 300", "sent").await;
    page.until("the word", || {
        let toast = page.find(".toast")?.text_content()?;
        toast.contains("no such message").then_some(())
    })
    .await;
    assert_eq!(browser::path(), "/rooms/1");
    assert!(page.find(".row--marked").is_none());
    assert!(below(&page) < 2.0);
}

#[wasm_bindgen_test]
async fn a_text_never_becomes_html_and_links_lead_away_safely() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    post(
        "<img src=x onerror=alert(1)> `code` https://example.org/a?b=1.\n```rust\nfn main() {}\n```",
    );
    let row = page
        .until("the row", || {
            page.last_row()
                .query_selector("pre code")
                .unwrap()
                .map(|_| page.last_row())
        })
        .await;
    assert!(row.query_selector(".message__text img").unwrap().is_none());
    let text = row.query_selector(".message__text").unwrap().unwrap();
    assert!(
        text.text_content()
            .unwrap()
            .starts_with("<img src=x onerror=alert(1)> code https")
    );
    let link = row.query_selector("a").unwrap().unwrap();
    assert_eq!(
        link.get_attribute("href").as_deref(),
        Some("https://example.org/a?b=1")
    );
    assert_eq!(
        link.get_attribute("rel").as_deref(),
        Some("noopener noreferrer nofollow")
    );
    assert_eq!(link.get_attribute("target").as_deref(), Some("_blank"));
    assert_eq!(
        row.query_selector("pre code")
            .unwrap()
            .unwrap()
            .text_content()
            .as_deref(),
        Some("fn main() {}")
    );
}

#[wasm_bindgen_test]
async fn nothing_that_a_server_says_stops_the_page() {
    let page = Page::open(3).await;
    page.until_row("message 3", "sent").await;
    for text in [
        "",
        "null",
        "[[[[",
        r#"{"type":"changes"}"#,
        r#"{"type":"changes","stream":"room/1","from":-9,"through":9223372036854775807}"#,
        r#"{"type":"changes","stream":"room/1","from":-9,"through":9,"items":[{"x":1},{},null]}"#,
        r#"{"type":"history","question":0,"room":1,"rev":-1,"seq":-1,"items":[]}"#,
        r#"{"type":"reset","question":1,"stream":"room/1","rev":-1,"items":[]}"#,
        r#"{"type":"reset","question":1,"stream":"own","rev":9,"items":[{"room":null}]}"#,
        r#"{"type":"heads","heads":[{"room":1,"seq":-1,"counted":[[9223372036854775807,-9]]}]}"#,
        r#"{"type":"notice","room":99,"seq":0,"author":{"name":""},"words":""}"#,
        r#"{"type":"typing","room":99,"people":[]}"#,
        r#"{"type":"error","code":"stale","message":""}"#,
        r#"{"type":"resync"}"#,
        r#"{"type":"presence","room":1,"count":18446744073709551616}"#,
    ] {
        say(text);
    }
    post_odd();
    page.until("the fourth row", || {
        (page.all(".row").len() >= 4).then_some(())
    })
    .await;
    post("still here");
    page.until_row("still here", "sent").await;
}
