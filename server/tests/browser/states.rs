//! What a page says when it cannot go on, and how one can.

use chromium::{Chromium, Key, Modifiers};
use serde_json::{Value, json};

use crate::line::Line;
use crate::person::{Looks, Person};
use crate::stage::{PLAIN_HOST, Stage, browser};
use crate::support::http;

const NOTICE: &str = "document.querySelector('.offline')";
const CARD: &str = "document.querySelector('form.card input#name')";

/// Types a name and enters, without waiting for what comes of it.
#[track_caller]
fn knock(person: &Person, name: &str) {
    person.wait(CARD);
    person.page.click("#name").unwrap();
    person.page.insert_text(name).unwrap();
    person.page.press(Key::Enter, Modifiers::NONE).unwrap();
}

/// Waits until a part of the page says this.
#[track_caller]
fn says(person: &Person, selector: &str, text: &str) {
    let (selector, text) = (Value::from(selector), Value::from(text));
    person.wait(&format!(
        "document.querySelector({selector})?.textContent.includes({text})"
    ));
}

/// Someone whose line can be cut, in the lobby.
fn over(line: &Line) -> Person {
    let origin = format!("http://{}", line.address);
    let person = Person::new(browser(), origin, Looks::default());
    person.expect_lost_line();
    person.go("/");
    person.come_in("Ada");
    person
}

#[test]
#[ignore = "needs a browser"]
fn where_guests_are_off_meanwhile_the_door_is_closed_and_says_so() {
    let mut stage = Stage::new();
    let ada = stage.visitor(Looks::default());
    ada.expect_complaint("403");
    ada.expect_lost_line();
    ada.go("/");
    ada.wait(CARD);
    stage.stop();
    stage.start_with(&["--guests", "off"]);
    knock(&ada, "Ada");
    says(&ada, ".card .state__title", "No guests here");
    assert!(!ada.finds(CARD));

    assert!(ada.finds("document.querySelector('.card a[href=\"/sign-in\"]')"));

    // Now the page knows, and asks for an account.
    ada.choose("Try again");
    ada.wait("document.querySelector('form.card input#username')");
    stage.stop();
    stage.start();
    ada.page.reload().unwrap();
    ada.come_in("Ada");
    ada.say("in");
    ada.sees_sent("in");

    let hana = stage.visitor(Looks {
        language: "ko-KR",
        ..Looks::default()
    });
    hana.go("/");
    hana.wait(CARD);
}

#[test]
#[ignore = "needs a browser"]
fn at_an_address_that_the_server_does_not_answer_to_the_page_says_so() {
    let stage = Stage::new();
    let origin = format!("http://{PLAIN_HOST}:{}", stage.address.port());
    let ada = Person::new(browser(), origin, Looks::default());
    ada.expect_complaint("403");
    ada.expect_complaint("Cross-Origin-Opener-Policy header has been ignored");
    ada.go("/");
    says(&ada, ".card .state__title", "This address is not allowed");
    ada.choose("Try again");
    ada.wait("document.querySelector('.card .state__title')");
}

#[test]
#[ignore = "needs a browser"]
fn where_many_come_in_at_once_one_is_told_how_long_it_takes_and_then_is_in() {
    // A tenth of the usual rate: once it is used up, the next guest may come after ten seconds.
    let stage = Stage::with(&["--rate-limit", "1"]);
    let ada = stage.visitor(Looks::default());
    ada.expect_complaint("429");
    ada.go("/");
    ada.wait(CARD);
    ada.page.click("#name").unwrap();
    ada.page.insert_text("Ada").unwrap();
    ada.look(
        "window.told = []; new MutationObserver(() => {
            const text = document.querySelector('.dialog__error')?.textContent;
            if (text) told.push(text);
        }).observe(document.body, { subtree: true, childList: true, characterData: true })",
    );
    // As many as it takes, from the same address.
    stage.run(async {
        for number in 0.. {
            let body = json!({ "name": format!("Guest {number}") }).to_string();
            let answer = http::post(stage.address, "/api/v1/session", &[], &body).await;
            if answer.status == 429 {
                break;
            }
            assert!(number < 20_000, "nobody is refused");
        }
    });
    ada.press(Key::Enter);
    ada.ready();
    let told = ada.look("told.join('\\n')");
    let told = told.as_str().unwrap();
    let seconds = told
        .split("Trying again in ")
        .nth(1)
        .and_then(|rest| rest.split_once(" s."));
    let seconds: u32 = seconds.expect(told).0.parse().expect(told);
    assert!((1..=10).contains(&seconds), "{told}");
    assert!(!told.contains("did not answer"), "{told}");
    ada.say("in");
    ada.sees_sent("in");
}

#[test]
#[ignore = "needs a browser"]
fn a_session_that_ended_while_the_page_was_away_leaves_nothing_but_the_way_in() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.go("/icon.svg");
    ada.page
        .call("Network.clearBrowserCookies", json!({}))
        .unwrap();
    ada.page
        .before_each_document(
            "window.noticed = false; addEventListener('DOMContentLoaded', () =>
                new MutationObserver(() => noticed ||= Boolean(document.querySelector('.offline')))
                    .observe(document.body, { subtree: true, childList: true }));
             window.sockets = 0;
             WebSocket = class extends WebSocket {
                constructor(...all) { super(...all); sockets += 1; }
             }",
        )
        .unwrap();

    ada.go("/");
    says(&ada, ".card__ended", "Your session has ended");
    // The grace of a lost line is over, and there is none.
    ada.wait("performance.now() > 5000");
    assert_eq!(ada.look("noticed"), false);
    assert_eq!(ada.look("sockets"), 1);
    ada.look("window.entered = performance.now()");
    ada.come_in("Ada again");
    ada.say("at once");
    ada.sees_sent("at once");
    let took = ada.look("performance.now() - entered").as_f64().unwrap();
    assert!(took < 5_000.0, "{took} ms");
    assert_eq!(ada.look("sockets"), 2);
}

#[test]
#[ignore = "needs a browser"]
fn where_the_browser_takes_no_cookies_the_page_says_that_and_not_that_the_session_ended() {
    let stage = Stage::new();
    let preferences = json!({ "profile": { "default_content_setting_values": { "cookies": 2 } } });
    let strict = Chromium::launch_with(&[], &preferences).unwrap();
    let ada = Person::new(&strict, stage.page(""), Looks::default());
    ada.go("/");
    ada.wait(CARD);
    assert!(ada.finds("(() => { try { return !localStorage; } catch { return true; } })()"));
    says(&ada, ".card__ended", "Allow cookies for this site");
    knock(&ada, "Ada");
    ada.wait("document.querySelector('.card__ended') && !document.querySelector('#name').value");
    says(&ada, ".card__ended", "Allow cookies for this site");
    assert!(!ada.finds("document.body.textContent.includes('session has ended')"));
    assert!(!ada.finds(NOTICE));
}

#[test]
#[ignore = "needs a browser"]
fn without_webassembly_the_page_says_that_it_needs_it_and_how_to_allow_it() {
    let stage = Stage::new();
    let strict = Chromium::launch(&["--js-flags=--jitless"]).unwrap();
    let ada = Person::new(&strict, stage.page(""), Looks::default());
    ada.expect_complaint("WebAssembly");
    ada.go("/");
    ada.wait("!document.getElementById('failure').hidden");
    assert_eq!(ada.look("typeof WebAssembly"), "undefined");
    let said = ada.look("document.getElementById('failure').innerText");
    let said = said.as_str().unwrap();
    for part in [
        "needs WebAssembly",
        "Lockdown Mode",
        "WebAssembly가 꺼져 있어요",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(!said.contains("Check your connection"), "{said}");
}

#[test]
#[ignore = "needs a browser"]
fn a_full_store_is_said_to_be_full_and_what_is_written_is_kept_for_as_long_as_the_page_stays() {
    let stage = Stage::new();
    let mut maker = stage.guest("Maker");
    let garden = stage.run(maker.create_room("garden"));
    let line = Line::to(stage.address);
    let ada = over(&line);
    stage.run(maker.add_members(garden, &[ada.user()]));
    ada.wait("seen.place('garden')");
    ada.write("kept");
    assert!(!ada.finds(NOTICE));
    // As full as it gets.
    ada.look(
        "(() => { for (let size = 4194304; size >= 1; size >>= 1)
            try { for (;;) localStorage.setItem('filler' + size + Math.random(), 'x'.repeat(size)); } catch {}
        })()",
    );
    ada.write(", and what is written now is not");
    says(&ada, ".typing .offline", "This browser keeps nothing");
    // In the tab it lives.
    ada.enter("garden");
    ada.enter("lobby");
    assert_eq!(
        ada.look("seen.composer().value"),
        "kept, and what is written now is not"
    );
    line.cut();
    says(
        &ada,
        ".typing .offline",
        "Sent later if this page stays open",
    );
    assert!(!ada.finds("document.querySelector('.typing').textContent.includes('is kept')"));
    line.mend();
    ada.wait(&format!(
        "!{NOTICE} || {NOTICE}.textContent.includes('keeps nothing')"
    ));
    ada.look("Object.keys(localStorage).filter(key => key.startsWith('filler')).forEach(key => localStorage.removeItem(key))");
    ada.write(" any more");
    ada.wait(&format!("!{NOTICE}"));
    ada.page.reload().unwrap();
    ada.ready();
    assert_eq!(
        ada.look("seen.composer().value"),
        "kept, and what is written now is not any more"
    );
}

#[test]
#[ignore = "needs a browser"]
fn a_store_that_may_not_be_used_is_not_promised_to_keep_anything() {
    let stage = Stage::new();
    stage.run(stage.guest("Maker").create_room("garden"));
    let ada = stage.visitor(Looks::default());
    ada.page
        .before_each_document(
            "for (const name of ['localStorage', 'sessionStorage'])
                Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } })",
        )
        .unwrap();
    ada.go("/");
    ada.come_in("Ada");
    says(&ada, ".typing .offline", "This browser keeps nothing");
    ada.write("half a thought");
    ada.enter("garden");
    ada.enter("lobby");
    assert_eq!(ada.look("seen.composer().value"), "half a thought");
    ada.press(Key::Enter);
    ada.sees_sent("half a thought");
}

#[test]
#[ignore = "needs a browser"]
fn the_notice_says_whether_the_server_restarts_is_full_or_something_blocks_the_line() {
    let mut stage = Stage::new();
    let line = Line::to(stage.address);
    let ada = over(&line);
    // The page comes, and no WebSocket does.
    line.cut();
    says(&ada, ".offline", "Something on the way");
    line.mend();
    ada.wait(&format!("!{NOTICE}"));
    // The server says that it restarts.
    stage.stop();
    says(&ada, ".offline", "The server is restarting");
    stage.start();
    ada.wait(&format!("!{NOTICE}"));
    ada.say("back");
    ada.sees_sent("back");
    // It is gone without a word.
    stage.kill();
    says(&ada, ".offline", "The server does not answer");
}

#[test]
#[ignore = "needs a browser"]
fn a_page_that_the_server_does_not_understand_any_more_offers_to_reload() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let ada = over(&line);
    ada.write("typed before");
    // A page of another time.
    ada.look(
        "(say => WebSocket.prototype.send = function (text) {
            say.call(this, text.replace(/\"version\":\\d+/, '\"version\":99'));
        })(WebSocket.prototype.send)",
    );
    line.cut();
    line.mend();
    says(&ada, ".offline", "This page is older than the server");
    assert!(!ada.finds("document.querySelector('.toast')"));
    ada.look("window.marker = 'the same page'");
    ada.choose("Reload");
    ada.wait("!window.marker");
    ada.ready();
    assert!(!ada.finds(NOTICE));
    assert_eq!(ada.look("seen.composer().value"), "typed before");
}

#[test]
#[ignore = "needs a browser"]
fn before_anyone_is_signed_in_try_now_asks_and_opens_no_socket() {
    let stage = Stage::new();
    let ada = stage.visitor(Looks::default());
    ada.expect_lost_line();
    ada.page
        .before_each_document(
            "window.sockets = 0;
             WebSocket = class extends WebSocket {
                constructor(...all) { super(...all); sockets += 1; }
             }",
        )
        .unwrap();
    // The program itself comes, an answer does not.
    let block = |urls: &[&str]| {
        let blocked = json!({ "urls": urls });
        ada.page.call("Network.setBlockedURLs", blocked).unwrap();
    };
    ada.page.call("Network.enable", json!({})).unwrap();
    block(&["*/api/*"]);
    ada.go("/");
    says(&ada, ".offline", "The server does not answer");
    block(&[]);
    ada.choose("Try now");
    ada.wait(CARD);
    assert!(!ada.finds(NOTICE));
    assert_eq!(ada.look("sockets"), 0);
    ada.come_in("Ada");
    assert_eq!(ada.look("sockets"), 1);
}
