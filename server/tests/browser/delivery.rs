//! Saying something: what the others see, and what oneself sees meanwhile.

use chromium::Key;
use serde_json::json;

use crate::person::Person;
use crate::stage::Stage;

#[test]
#[ignore = "needs a browser"]
fn two_browsers_and_a_simple_client_talk_in_one_conversation() {
    let stage = Stage::new();
    let (ada, ben) = (stage.person("Ada"), stage.person("벤"));
    let mut john = stage.simple();

    ada.say("Hello from Ada");
    ben.sees("Hello from Ada");
    assert_eq!(
        stage.run(john.hears()),
        ("Ada".into(), "Hello from Ada".into())
    );

    ben.say("벤이 인사해요");
    ada.sees("벤이 인사해요");
    assert_eq!(
        stage.run(john.hears()),
        ("벤".into(), "벤이 인사해요".into())
    );

    stage.run(john.say("John", "Hello, World!"));
    let all = ["Hello from Ada", "벤이 인사해요", "Hello, World!"];
    ada.sees_exactly(&all);
    ben.sees_exactly(&all);
    assert!(ada.finds("seen.row('Hello, World!').textContent.includes('John')"));

    // Someone who comes later finds all of it in history.
    let carl = stage.person("Carl");
    carl.sees_exactly(&all);
}

#[test]
#[ignore = "needs a browser"]
fn a_sent_message_stands_there_before_the_next_frame_and_the_composer_is_ready_for_another() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.look(
        "window.atNextFrame = []; addEventListener('keydown', event => {
            if (event.key === 'Enter') requestAnimationFrame(() => atNextFrame.push({
                stands: Boolean(seen.row('quick as ever')),
                left: seen.composer().value,
                focus: document.activeElement === seen.composer(),
            }));
        }, true)",
    );

    ada.say("quick as ever");

    let next = ada.wait("atNextFrame[0]");
    assert_eq!(next["stands"], true, "{next}");
    assert_eq!(next["left"], "", "{next}");
    assert_eq!(next["focus"], true, "{next}");
    ada.sees_sent("quick as ever");
    assert_eq!(ada.look("seen.rows().length"), 1);
}

#[test]
#[ignore = "needs a browser"]
fn pending_sent_and_failed_messages_look_different_and_a_failed_one_has_two_ways_on() {
    let mut stage = Stage::new();
    let ada = stage.person("Ada");
    ada.expect_lost_line();
    ada.say("short and sent");
    ada.sees_sent("short and sent");
    stage.kill();
    let long = "too long for the next server ".repeat(4);
    let long = long.trim();
    ada.say(long);
    ada.say("short again");
    ada.wait("seen.row('short again').dataset.delivery === 'waiting'");
    let waiting = appearance(&ada, "short again");
    let sent = appearance(&ada, "short and sent");

    // The new server takes less than the page knew when it was written.
    stage.start_with(&["--max-message-bytes", "64"]);

    ada.sees_sent("short again");
    let row = format!("seen.row({long:?})");
    ada.wait(&format!("{row}.dataset.delivery === 'failed'"));
    let failed = appearance(&ada, long);
    assert_ne!(sent, waiting);
    assert_ne!(sent, failed);
    assert_ne!(waiting, failed);

    // It would be refused again as it is.
    let offered = format!(
        "[...{row}.querySelectorAll('.message__status button')].map(button => button.textContent)"
    );
    assert_eq!(ada.look(&offered), json!(["Edit", "Delete"]));
    ada.click_on(&format!(
        "{row}.querySelectorAll('.message__status button')[1]"
    ));
    ada.wait(&format!("!{row}"));

    // A reload does not bring it back.
    ada.page.reload().unwrap();
    ada.ready();
    ada.sees_exactly(&["short and sent", "short again"]);
}

#[test]
#[ignore = "needs a browser"]
fn a_message_that_was_too_long_goes_back_to_the_composer_and_can_be_sent_from_there() {
    let mut stage = Stage::new();
    let ada = stage.person("Ada");
    ada.expect_lost_line();
    stage.kill();
    let long = "rather long ".repeat(8);
    let long = long.trim();
    ada.say(long);
    stage.start_with(&["--max-message-bytes", "64"]);
    let row = format!("seen.row({long:?})");
    ada.wait(&format!("{row}?.dataset.delivery === 'failed'"));
    ada.write("the next thought");

    ada.click_on(&format!(
        "{row}.querySelectorAll('.message__status button')[0]"
    ));

    ada.wait(&format!(
        "!{row} && document.activeElement === seen.composer()"
    ));
    assert_eq!(
        ada.look("seen.composer().value"),
        format!("{long}\nthe next thought")
    );
    ada.look("seen.composer().select()");
    ada.page.insert_text("shortened").unwrap();
    ada.press(Key::Enter);
    let ben = stage.person("Ben");
    ben.sees_exactly(&["shortened"]);
}

#[test]
#[ignore = "needs a browser"]
fn a_pending_message_that_was_cancelled_is_never_sent() {
    let mut stage = Stage::new();
    let ada = stage.person("Ada");
    ada.expect_lost_line();
    stage.kill();
    for text in ["first", "second thoughts", "third"] {
        ada.say(text);
    }
    ada.wait("seen.row('second thoughts').dataset.delivery === 'waiting'");

    ada.click_on("seen.row('second thoughts').querySelector('.message__status button')");
    ada.sees_exactly(&["first", "third"]);
    stage.start();

    ada.sees_sent("first");
    ada.sees_sent("third");
    let ben = stage.person("Ben");
    ben.sees_exactly(&["first", "third"]);
}

/// What a person can tell a message's state by.
fn appearance(person: &Person, text: &str) -> String {
    let look = person.look(&format!(
        "(() => {{
            const row = seen.row({text:?});
            return getComputedStyle(row.querySelector('.message__body')).color
                + (row.querySelector('.message__status')?.innerText ?? '');
        }})()"
    ));
    look.as_str().unwrap().to_owned()
}
