//! The line breaks, and comes back.

use chromium::Network;
use serde_json::json;

use crate::keep;
use crate::line::Line;
use crate::person::{Looks, PHONE, Person};
use crate::stage::{Stage, browser};

const NOTICE: &str = "document.querySelector('.offline')";

#[test]
#[ignore = "needs a browser"]
fn a_killed_server_is_come_back_to_without_a_reload() {
    let mut stage = Stage::new();
    let (ada, ben) = (stage.person("Ada"), stage.person("Ben"));
    for person in [&ada, &ben] {
        person.expect_lost_line();
        person.look("window.marker = 'the same page'");
    }
    let mut john = stage.simple();
    ada.say("before");
    ben.sees_sent("before");
    assert_eq!(stage.run(john.hears()).1, "before");

    stage.kill();
    ada.say("meanwhile, Ada");
    ada.wait("seen.row('meanwhile, Ada').dataset.delivery === 'waiting'");
    stage.start();

    ben.sees_sent("meanwhile, Ada");
    ada.sees_sent("meanwhile, Ada");
    let mut john = stage.simple();
    stage.run(john.say("John", "back too"));
    ben.sees("back too");
    ben.say("after");
    for person in [&ada, &ben] {
        person.sees_exactly(&["before", "meanwhile, Ada", "back too", "after"]);
        assert_eq!(person.look("window.marker"), "the same page");
    }
    assert_eq!(stage.run(john.hears()).1, "after");
}

#[test]
#[ignore = "needs a browser"]
fn the_offline_notice_comes_after_a_grace_goes_by_itself_and_moves_nothing() {
    let mut stage = Stage::new();
    let ada = stage.person("Ada");
    ada.expect_lost_line();
    ada.say("a line to look at");
    ada.sees_sent("a line to look at");
    let top = "seen.row('a line to look at').getBoundingClientRect().top";
    let before = ada.look(top);
    // A page that notices writes down when.
    ada.look(
        "window.lost = 0; window.noticed = 0; new MutationObserver(() => {
            if (document.querySelector('.offline')) noticed ||= performance.now();
        }).observe(document.body, { subtree: true, childList: true });
        window.lost = performance.now()",
    );

    stage.kill();

    ada.wait(NOTICE);
    let grace = ada.look("noticed - lost");
    assert!(grace.as_f64().unwrap() > 2_000.0, "{grace} ms");
    assert_eq!(ada.look(top), before);
    // Nor does it lie over what is to be read.
    assert!(ada.finds(&format!(
        "{NOTICE}.getBoundingClientRect().top >= seen.scroller().getBoundingClientRect().bottom"
    )));
    assert!(ada.finds("seen.composer().checkVisibility() && !seen.composer().disabled"));

    stage.start();
    ada.wait(&format!("!{NOTICE}"));
}

#[test]
#[ignore = "needs a browser"]
fn what_is_sent_while_offline_waits_survives_a_reload_and_goes_out_once_in_order() {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let ada = over(&line, "Ada");
    ada.expect_lost_line();
    let ben = stage.person("Ben");
    ada.say("while all is well");
    ben.sees_sent("while all is well");

    line.cut();
    let texts: Vec<String> = (1..=20).map(|number| format!("offline {number}")).collect();
    for text in &texts {
        ada.say(text);
    }
    ada.wait("seen.row('offline 20').dataset.delivery === 'waiting'");

    // The page itself still comes; the conversation does not.
    ada.page.reload().unwrap();
    ada.wait("seen.row('offline 20')?.dataset.delivery === 'waiting'");
    for text in &texts {
        assert!(ada.finds(&format!("seen.row({text:?})")), "{text}");
    }
    ada.say("offline, after the reload");
    line.mend();

    let mut all = vec!["while all is well"];
    all.extend(texts.iter().map(String::as_str));
    all.push("offline, after the reload");
    ben.sees_exactly(&all);
    ada.sees_exactly(&all);
    ada.wait("seen.rows().every(row => row.dataset.delivery === 'sent')");
    // Nothing is left that another reload would send again.
    ada.page.reload().unwrap();
    ada.ready();
    ada.sees_exactly(&all);
}

#[test]
#[ignore = "needs a browser"]
fn waking_from_sleep_catches_up_without_a_reload() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.expect_lost_line();
    ada.say("good night");
    ada.sees_sent("good night");
    ada.look("window.marker = 'the same page'");

    ada.page.set_network(Network::Offline).unwrap();
    let frozen = json!({ "state": "frozen" });
    ada.page.call("Page.setWebLifecycleState", frozen).unwrap();
    let mut john = stage.simple();
    stage.run(john.say("John", "said in the night"));
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(shared::id::RoomId::LOBBY, "and this"));
    let active = json!({ "state": "active" });
    ada.page.call("Page.setWebLifecycleState", active).unwrap();
    ada.page.set_network(Network::Full).unwrap();

    ada.sees_exactly(&["good night", "said in the night", "and this"]);
    assert_eq!(ada.look("window.marker"), "the same page");
    ada.say("good morning");
    ada.sees_sent("good morning");
}

#[test]
#[ignore = "needs a browser"]
fn a_lost_network_is_said_at_once_while_the_line_still_looks_open() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.expect_lost_line();
    ada.say("before");
    ada.sees_sent("before");
    ada.look(
        "window.noticed = 0; new MutationObserver(() => {
            if (document.querySelector('.offline')) noticed ||= performance.now();
        }).observe(document.body, { subtree: true, childList: true });
        addEventListener('offline', () => { window.lost = performance.now() }, { capture: true })",
    );

    // Nothing is answered, and no socket is closed.
    stage.pause();
    ada.page.set_network(Network::Offline).unwrap();
    ada.wait("noticed");
    let grace = ada.look("noticed - lost").as_f64().unwrap();
    assert!(grace < 1_000.0, "{grace} ms");
    assert!(ada.finds(&format!(
        "{NOTICE}.textContent.startsWith('You are offline')"
    )));
    // The line is checked: it is given up long before the heartbeat would notice.
    ada.say("meanwhile");
    ada.wait("seen.row('meanwhile').dataset.delivery === 'waiting'");
    let given_up = ada.look("performance.now() - lost").as_f64().unwrap();
    assert!(given_up < 10_000.0, "{given_up} ms");

    stage.go_on();
    ada.page.set_network(Network::Full).unwrap();
    ada.sees_sent("meanwhile");
    ada.wait(&format!("!{NOTICE}"));
}

#[test]
#[ignore = "needs a browser"]
fn the_notice_over_a_page_of_settings_is_read_on_a_phone() {
    let stage = Stage::new();
    let looks = Looks {
        screen: PHONE,
        ..Looks::default()
    };
    let ada = stage.person_like("Ada", looks);
    ada.expect_lost_line();
    ada.go("/settings/profile");
    ada.wait("document.querySelector('.settings__body')");
    stage.pause();
    ada.page.set_network(Network::Offline).unwrap();
    ada.wait(NOTICE);
    keep::screenshot(&ada.page, "offline-settings-phone");
    // Its words stand beside each other, and its button within the screen.
    ada.wait(
        "(([notice, words, button]) => words.width > 90 && notice.height < 110
            && notice.left >= 0 && button.right <= innerWidth)
            (['', ' p', ' .link-button'].map(part =>
                document.querySelector('.notices .offline' + part).getBoundingClientRect()))",
    );
    stage.go_on();
}

#[test]
#[ignore = "needs a browser"]
fn a_network_that_only_seems_lost_is_not_held_against_the_line() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.say("before");
    ada.sees_sent("before");
    ada.look(
        "window.notices = []; new MutationObserver(() =>
            notices.push(Boolean(document.querySelector('.offline'))))
            .observe(document.body, { subtree: true, childList: true });
        dispatchEvent(new Event('offline'))",
    );
    // The answer to a ping takes the notice away, though no `online` follows.
    ada.wait(&format!("notices.includes(true) && !{NOTICE}"));
    ada.say("after");
    ada.sees_sent("after");
}

#[test]
#[ignore = "needs a browser"]
fn a_message_without_an_answer_for_five_seconds_waits() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    stage.pause();
    ada.look("window.said = performance.now()");
    ada.say("slow");
    assert!(ada.finds("seen.row('slow').dataset.delivery === 'pending'"));
    ada.wait("seen.row('slow').dataset.delivery === 'waiting'");
    let after = ada.look("performance.now() - said").as_f64().unwrap();
    assert!((4_900.0..15_000.0).contains(&after), "{after} ms");
    assert!(!ada.finds(NOTICE));
    stage.go_on();
    ada.sees_sent("slow");
}

#[test]
#[ignore = "needs a browser"]
fn a_page_that_is_told_of_a_restart_comes_back_by_itself() {
    let mut stage = Stage::new();
    let people: Vec<Person> = ["Ada", "Ben", "Carl"].map(|name| stage.person(name)).into();
    for person in &people {
        person.expect_lost_line();
    }

    stage.stop();
    stage.start();

    for (person, text) in people.iter().zip(["one", "two", "three"]) {
        person.say(text);
    }
    for person in &people {
        person.wait("seen.texts().toSorted().join() === 'one,three,two'");
    }
}

/// Someone whose line can be cut.
pub fn over(line: &Line, name: &str) -> Person {
    let origin = format!("http://{}", line.address);
    let person = Person::new(browser(), origin, Looks::default());
    person.go("/");
    person.come_in(name);
    person
}
