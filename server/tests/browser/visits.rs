//! A later visit: the last conversation is painted before the program is there.

use std::time::Duration;

use chromium::Event;
use serde_json::{Value, json};
use shared::id::RoomId;

use crate::held::{hold_program, let_program_go};
use crate::keep;
use crate::person::{Looks, PHONE, Person};
use crate::stage::Stage;

const LOBBY: RoomId = RoomId::LOBBY;
/// How long the browser may take for what it does anyway.
const PATIENCE: Duration = Duration::from_secs(20);
/// The rows that are painted before the program is there.
const PAINTED: &str = "[...document.querySelectorAll('#frame .row .message__body')]";

/// The page is left for another address of the server, which is no page.
fn leave(person: &Person) {
    person.go("/icon.svg");
    person.wait("document.documentElement.localName === 'svg'");
}

/// The page is left; the next visit's program is on its way.
fn come_back(person: &Person, path: &str) {
    leave(person);
    hold_program(person);
    person.go(path);
    person.wait("document.getElementById('failure')");
}

/// Where a message stands: its left and upper edge, in pixels.
fn place(person: &Person, text: &str) -> Option<[f64; 2]> {
    let text = Value::from(text);
    let place = person.look(&format!(
        "(() => {{ const all = [...document.querySelectorAll('.row .message__body')];
            const found = all.filter(e => e.textContent === {text}).pop()?.getBoundingClientRect();
            return found && [found.x, found.y]; }})()"
    ));
    serde_json::from_value(place).unwrap()
}

/// Checks that a message stands where it stood, as far as a person sees.
#[track_caller]
fn stands(person: &Person, text: &str, before: Option<[f64; 2]>) {
    let now = place(person, text);
    let (Some(now), Some(before)) = (now, before) else {
        panic!("{before:?}, then {now:?}");
    };
    let is_near = |(now, before): (f64, f64)| (now - before).abs() <= 1.0;
    assert!(
        now.into_iter().zip(before).all(is_near),
        "{before:?}, then {now:?}"
    );
}

#[test]
#[ignore = "needs a browser"]
fn the_connection_opens_while_the_program_is_on_its_way_and_is_the_only_one() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    leave(&ada);
    ada.page.call("Network.enable", json!({})).unwrap();
    hold_program(&ada);
    ada.go("/");
    let of_socket =
        |name: &'static str| move |event: &Event| event.name == format!("Network.webSocket{name}");
    let opened = of_socket("HandshakeResponseReceived");
    ada.page.wait_for_event(PATIENCE, opened).unwrap();
    let_program_go(&ada);
    ada.ready();
    // The program speaks on it, and opens no other.
    ada.page
        .wait_for_event(PATIENCE, of_socket("FrameReceived"))
        .unwrap();
    assert_eq!(ada.page.take_events(of_socket("Created")).len(), 1);
}

/// A conversation that fills the screen.
fn talk(stage: &Stage, ada: &Person) {
    let mut ben = stage.guest("Ben Lee");
    for number in 1..=40 {
        stage.run(ben.post(LOBBY, &format!("message {number}\nsecond line")));
    }
    stage.run(ben.post(LOBBY, "see https://example.org and `code`"));
    ada.say("the last word");
    ada.sees_sent("the last word");
    // The line that said that it was on its way has gone.
    ada.wait("!seen.row('the last word').querySelector('.message__status')");
    ada.wait("seen.atEnd()");
}

#[test]
#[ignore = "needs a browser"]
fn the_last_conversation_is_painted_and_its_lines_stay_where_they_are() {
    let stage = Stage::new();
    for (looks, kept) in [
        (Looks::default(), "visit-desk-light-en"),
        (
            Looks {
                screen: PHONE,
                dark: true,
                language: "ko-KR",
                ..Looks::default()
            },
            "visit-phone-dark-ko",
        ),
    ] {
        let ada = stage.person_like("Ada", looks);
        talk(&stage, &ada);
        let left = place(&ada, "the last word");
        for path in ["/", "/rooms/1"] {
            come_back(&ada, path);
            stands(&ada, "the last word", left);
            keep::screenshot(&ada.page, kept);
            // Nothing in it can be used, and nothing loads.
            for dead in [
                "input",
                "textarea",
                "button",
                "[href]",
                "[src]",
                "[id]",
                "[tabindex]",
            ] {
                let found = format!("document.querySelector('#frame > .frame-panes {dead}')");
                assert!(!ada.finds(&found), "{dead}");
            }
            let_program_go(&ada);
            ada.wait("!document.getElementById('frame')");
            // The rows are there when the frame goes, not when the server has answered.
            stands(&ada, "the last word", left);
            ada.ready();
            assert!(ada.finds("seen.atEnd()"));
        }
    }
}

#[test]
#[ignore = "needs a browser"]
fn what_came_meanwhile_is_below_the_line_that_is_read() {
    let stage = Stage::new();
    news_are_below(&stage, &stage.person("Ada"));
}

#[test]
#[ignore = "needs a browser"]
fn also_if_the_server_answers_before_the_rows_are_there() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    // Everything that the program puts off until the next task takes half a second.
    let slow = "{ const after = setTimeout;
        globalThis.setTimeout = (run, wait, ...rest) => after(run, wait || 500, ...rest); }";
    ada.page.before_each_document(slow).unwrap();
    news_are_below(&stage, &ada);
}

#[test]
#[ignore = "needs a browser"]
fn a_page_without_rows_does_not_wait_for_them() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    talk(&stage, &ada);
    // The page's clock stands still, so that no wait ends by itself.
    (ada.page
        .before_each_document("performance.now = () => 1000"))
    .unwrap();
    come_back(&ada, "/settings/profile");
    let_program_go(&ada);
    ada.wait("!document.getElementById('frame')");
    ada.wait("document.querySelector('.settings__body')");
    stage.run(stage.guest("Ben").post(LOBBY, "news"));
    ada.wait("seen.place('lobby').innerText.includes('1')");
}

/// What came since the last visit is below the line that was read last, which stands where it stood.
fn news_are_below(stage: &Stage, ada: &Person) {
    talk(stage, ada);
    let left = place(ada, "the last word");
    leave(ada);
    let mut ben = stage.guest("Ben");
    for number in 1..=30 {
        stage.run(ben.post(LOBBY, &format!("news {number}")));
    }
    come_back(ada, "/");
    let_program_go(ada);
    ada.sees("news 30");
    stands(ada, "the last word", left);
    assert!(ada.finds("seen.row('news 1').querySelector('.row__unread')"));
    ada.wait("document.querySelector('.timeline__jump')?.innerText.includes('30')");
    ada.click(".timeline__jump");
    ada.wait("seen.atEnd()");
}

#[test]
#[ignore = "needs a browser"]
fn the_rows_are_the_program_s_own_even_while_the_server_is_away() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    talk(&stage, &ada);
    leave(&ada);
    stage.pause();
    // The page itself comes from the browser's cache; nothing is answered.
    stage.go_on();
    come_back(&ada, "/");
    stage.pause();
    let_program_go(&ada);
    ada.wait("!document.getElementById('frame')");
    assert!(ada.finds("seen.row('the last word') && seen.composer()"));
    ada.say("written meanwhile");
    ada.wait("seen.row('written meanwhile')?.dataset.delivery !== 'sent'");
    stage.go_on();
    ada.sees_sent("written meanwhile");
}

#[test]
#[ignore = "needs a browser"]
fn nothing_is_painted_after_signing_out_for_another_session_or_elsewhere() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    talk(&stage, &ada);
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    stage.run(ben.add_members(garden, &[ada.user()]));
    // Another address.
    come_back(&ada, &format!("/rooms/{garden}"));
    assert_eq!(ada.look(&format!("{PAINTED}.length")), 0);
    let_program_go(&ada);
    ada.ready();
    ada.enter("lobby");
    ada.sees("the last word");
    leave(&ada);
    // The session has ended elsewhere: the browser has lost its cookies.
    ada.page
        .call("Network.clearBrowserCookies", serde_json::json!({}))
        .unwrap();
    come_back(&ada, "/");
    assert_eq!(ada.look(&format!("{PAINTED}.length")), 0);
    let_program_go(&ada);
    ada.expect_complaint("401");
    ada.wait("document.querySelector('form.card input#name')");
    ada.wait("localStorage.getItem('madang.seen') === null");
    ada.wait("localStorage.getItem('madang.conversation') === null");
    ada.come_in("Ada");
    ada.sees("the last word");
    // Somebody else in the same browser.
    leave(&ada);
    ada.go("/");
    ada.ready();
    ada.click(".me");
    ada.choose("Sign out");
    ada.click("dialog .button--alarm");
    ada.wait("document.querySelector('form.card input#name')");
    ada.wait("localStorage.getItem('madang.seen') === null");
    assert!(ada.finds("localStorage.getItem('madang.conversation') === null"));
}

#[test]
#[ignore = "needs a browser"]
fn a_tab_of_somebody_else_stores_nothing_for_the_present_session() {
    let stage = Stage::new();
    // Both tabs show the form; the second one signs in last, so its session is the browser's.
    let ada = stage.visitor(Looks::default());
    ada.go("/");
    ada.wait("document.querySelector('form.card input#name')");
    let ben = ada.second_window();
    ben.go("/");
    ben.wait("document.querySelector('form.card input#name')");
    ada.come_in("Ada");
    ada.say("a word of Ada's");
    ada.sees_sent("a word of Ada's");
    ben.come_in("Ben");
    ben.sees("a word of Ada's");
    ben.say("a word of Ben's");
    ben.sees_sent("a word of Ben's");
    leave(&ben);
    let stored =
        "localStorage.getItem('madang.seen') + localStorage.getItem('madang.conversation')";
    let of_ben = ben.look(stored);
    assert!(of_ben.as_str().unwrap().contains("a word of Ben's"));
    ada.sees("a word of Ben's");
    leave(&ada);
    assert_eq!(ben.look(stored), of_ben);
    come_back(&ben, "/");
    ben.wait("document.querySelector('#frame .me__name')?.textContent === 'Ben'");
    let_program_go(&ben);
    ben.ready();
    ben.wait("document.querySelector('.me__name')?.textContent === 'Ben'");
}

#[test]
#[ignore = "needs a browser"]
fn what_is_stored_never_becomes_html() {
    let stage = Stage::new();
    let ada = stage.person("<b>Ada</b>");
    let evil =
        "<img src=x onerror=\"window.broken = 1\"><a href=\"javascript:window.broken = 1\">x</a>";
    ada.say(evil);
    ada.sees_sent(evil);
    come_back(&ada, "/");
    let texts = ada.look(&format!("{PAINTED}.map(e => e.textContent)"));
    assert_eq!(texts, serde_json::json!([evil]));
    assert!(!ada.finds("document.querySelector('#frame img') || window.broken"));
    // Nor does what somebody else has put there.
    ada.look(
        r#"(() => { const seen = JSON.parse(localStorage.getItem("madang.seen"));
            seen.tree = ["div", { class: "shell", onclick: "broken = 1", style: "color: red", id: "x" },
                [["script", {}, ["window.broken = 1"]], ["img", { src: "x", onerror: "broken = 1" }, []],
                 ["iframe", { srcdoc: "<script>parent.broken = 1</script>" }, []], "text"]];
            localStorage.setItem("madang.seen", JSON.stringify(seen)); })()"#,
    );
    let_program_go(&ada);
    ada.ready();
    // Leaving stores again; so this is looked at in a window that was not there before.
    ada.look("addEventListener('pagehide', event => event.stopImmediatePropagation(), true)");
}
