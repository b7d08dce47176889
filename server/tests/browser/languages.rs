//! The texts of a language are a piece of the page: they come, do not come, and come late.

use serde_json::json;

use crate::keep;
use crate::line::Line;
use crate::person::{Looks, Person};
use crate::stage::{Stage, browser};
use chromium::Key;

const TITLE: &str = "document.querySelector('main .card__title')?.textContent";
const TOAST: &str = "document.querySelector('.toast')?.textContent";

/// Somebody with a Korean browser behind a line to the server.
fn korean_over(line: &Line) -> Person {
    let origin = format!("http://{}", line.address);
    let looks = Looks {
        language: "ko-KR",
        ..Looks::default()
    };
    let mina = Person::new(browser(), origin, looks);
    mina.expect_complaint("WebAssembly");
    mina.expect_complaint("404");
    mina
}

#[test]
#[ignore = "needs a browser"]
fn texts_of_a_language_that_do_not_come_leave_english_until_they_do() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let mina = korean_over(&line);
    line.lead("/madang-korean-", "/madang-earlier-");
    mina.page.call("Network.enable", json!({})).unwrap();
    mina.go("/");
    mina.wait(&format!("{TITLE} === 'Come in'"));
    assert_eq!(mina.look("document.documentElement.lang"), "en");
    line.lead_no_more();
    // The browser is offline for a moment.
    for offline in [true, false] {
        let params = json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        });
        (mina.page.call("Network.emulateNetworkConditions", params)).unwrap();
    }
    mina.wait(&format!("{TITLE} === '들어오세요'"));
    mina.page.reload().unwrap();
    mina.wait(&format!("{TITLE} === '들어오세요'"));
    assert_eq!(mina.look("document.documentElement.lang"), "ko");
    // Nobody else loads them.
    let ada = stage.visitor(Looks::default());
    ada.go("/");
    ada.come_in("Ada");
    let loaded = "performance.getEntriesByType('resource').some(one => one.name.includes('/madang-korean-'))";
    assert_eq!(ada.look(loaded), false);
}

#[test]
#[ignore = "needs a browser"]
fn a_language_that_did_not_come_is_loaded_when_it_is_chosen_again() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let mina = korean_over(&line);
    line.lead("/madang-korean-", "/madang-earlier-");
    mina.go("/");
    mina.wait(&format!("{TITLE} === 'Come in'"));
    for _ in 0..2 {
        mina.choose("한국어");
        mina.wait(&format!("{TOAST}?.includes('could not be loaded')"));
        keep::screenshot(&mina.page, "language-missing");
        mina.choose("Dismiss");
        mina.wait("!document.querySelector('.toast')");
    }
    line.lead_no_more();
    mina.choose("한국어");
    mina.wait(&format!("{TITLE} === '들어오세요'"));

    // The same by the settings, where it is the present choice already.
    let mina = korean_over(&line);
    mina.go("/");
    mina.come_in("Mina");
    mina.choose("설정");
    mina.choose("한국어");
    line.lead("/madang-korean-", "/madang-earlier-");
    mina.page.call("Network.enable", json!({})).unwrap();
    let params = json!({ "cacheDisabled": true });
    mina.page.call("Network.setCacheDisabled", params).unwrap();
    mina.page.reload().unwrap();
    mina.ready();
    assert_eq!(mina.look("document.documentElement.lang"), "en");
    mina.choose("Settings");
    mina.wait("document.querySelector('dialog[open] .dialog__title')");
    mina.choose("한국어");
    mina.wait(&format!("{TOAST}?.includes('could not be loaded')"));
    line.lead_no_more();
    mina.choose("한국어");
    mina.wait("document.documentElement.lang === 'ko'");
}

#[test]
#[ignore = "needs a browser"]
fn while_the_texts_of_a_language_hang_the_page_comes_in_english_and_changes_when_they_are_there() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let mina = korean_over(&line);
    line.hold("/madang-korean-");
    mina.go("/");
    mina.wait(&format!("{TITLE} === 'Come in'"));
    mina.click("#name");
    mina.page.insert_text("미나").unwrap();
    line.release();
    mina.wait(&format!("{TITLE} === '들어오세요'"));
    assert_eq!(mina.look("document.documentElement.lang"), "ko");
    // What was typed meanwhile stays, and the cursor in it.
    assert_eq!(mina.look("document.activeElement.value"), "미나");
    mina.press(Key::Enter);
    mina.ready();
}
