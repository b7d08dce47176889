//! What happens in a room stands among its messages, small and quiet.

use chromium::Key;
use serde_json::{Value, json};
use shared::id::UserId;

use crate::axe;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::stage::Stage;
use crate::support::command;

#[test]
#[ignore = "needs a browser"]
fn lines_say_what_happened_and_those_of_who_comes_and_goes_fold_into_one() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    stage.run(ben.add_members(garden, &[id_of(&ada)]));
    ada.enter("garden");
    lines(&ada, &json!(["Ben added you"]));
    let mut others = ["Cora", "Dora", "Elif"].map(|name| stage.guest(name));
    for other in &mut others {
        stage.run(other.join(garden));
    }
    lines(
        &ada,
        &json!(["You were added · Cora, Dora and Elif joined"]),
    );
    let log = "document.querySelector('.timeline [role=log]').innerText.trim()";
    assert_eq!(ada.look(log), "", "they are no messages");

    // It opens, by keyboard, and says each.
    ada.look("document.querySelector('button.line').focus()");
    ada.press(Key::Enter);
    let all = "[...document.querySelectorAll('.line__all > li')]
        .map(line => line.textContent.replace(/[\\u2068\\u2069]/g, ''))";
    wait_for(
        &ada,
        all,
        &json!(["Ben added you", "Cora joined", "Dora joined", "Elif joined"]),
    );
    // One more, and it stays one line.
    let user = others[0].user().id;
    stage.run(ben.remove_member(garden, user));
    lines(
        &ada,
        &json!(["You were added · Cora, Dora and Elif joined · Cora was removed"]),
    );

    // A message ends it, and what is no coming or going stands by itself.
    stage.run(ben.post(garden, "welcome"));
    stage.run(stage.guest("Finn").join(garden));
    let rev = stage.run(ben.post(garden, "all")).rev;
    let room = command::update_room(garden, rev.unwrap(), Some("정원"), None);
    let renamed = stage.run(ben.ask(&room));
    assert!(renamed.is_err(), "that is the revision of a message");
    let rev = renamed.unwrap_err().current_room.unwrap().rev;
    stage
        .run(ben.ask(&command::update_room(
            garden,
            rev,
            Some("정원"),
            Some("What grows"),
        )))
        .unwrap();
    ada.sees("all");
    ada.wait("seen.lines().at(-1) === 'Ben named the room 정원' || seen.lines().at(-1).startsWith('Ben set the topic')");
    // No head is shared across a line, and a line can do nothing.
    assert!(ada.finds("seen.row('all').querySelector('.message--head')"));
    let line = "document.querySelector('.row--line:last-of-type')";
    ada.look(&format!("{line}.focus()"));
    ada.press(Key::Enter);
    ada.look("seen.frame()");
    assert!(!ada.finds("document.querySelector('.timeline .menu:popover-open')"));
    // ↑ edits the last message, not the last line.
    ada.say("my own");
    ada.sees_sent("my own");
    let user = id_of(&ada);
    stage.run(ben.remove_member(garden, user));
    ada.click(".bar > .button");
    ada.wait("seen.composer() && seen.lines().at(-1) === 'Ben removed you'");
    ada.look("seen.composer().focus()");
    ada.press(Key::Up);
    ada.wait("document.querySelector('.message__editor textarea')?.value === 'my own'");
}

#[test]
#[ignore = "needs a browser"]
fn a_line_opens_from_its_row_and_stays_open_when_more_fold_into_it() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    ada.join("garden");
    stage.run(stage.guest("Cora").join(garden));
    lines(&ada, &json!(["You and Cora joined"]));
    // Tab does not run through all the lines on its way.
    assert_eq!(
        ada.look("document.querySelector('button.line').tabIndex"),
        -1
    );
    ada.look("seen.scroller().focus()");
    ada.press(Key::Up);
    let is_at_row = "document.activeElement?.matches('.row--line')";
    ada.wait(is_at_row);
    assert_eq!(
        ada.look("document.querySelector('button.line').tabIndex"),
        0
    );
    ada.press(Key::Enter);
    ada.wait("document.querySelectorAll('.line__all > li').length === 2");
    stage.run(stage.guest("Dora").join(garden));
    lines(&ada, &json!(["You, Cora and Dora joined"]));
    ada.wait("document.querySelectorAll('.line__all > li').length === 3");
    assert!(ada.finds(is_at_row));
    ada.press(Key::Enter);
    ada.wait("!document.querySelector('.line__all')");
}

#[test]
#[ignore = "needs a browser"]
fn a_line_counts_as_nothing_unread() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    let ada = stage.person("Ada");
    ada.join_and_return("garden");
    let mut cora = stage.guest("Cora");
    stage.run(cora.join(garden));
    stage.run(ben.post(garden, "hello Cora"));
    ada.wait("seen.badge('garden') === '1'");
    ada.enter("garden");
    // The divider is at the message.
    ada.wait("seen.row('hello Cora').querySelector('.row__unread')");
    assert!(!ada.finds("document.querySelector('.row--line .row__unread')"));
}

#[test]
#[ignore = "needs a browser"]
fn many_lines_in_a_row_do_not_keep_anybody_from_what_was_said_before() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let garden = stage.run(ben.create_room("garden"));
    for number in 1..=40 {
        stage.run(ben.post(garden, &format!("early {number}")));
    }
    // Who manages the room leaves a line each time.
    let user = stage.guest("Cora").user().id;
    for _ in 0..150 {
        stage.run(ben.add_members(garden, &[user]));
        stage.run(ben.remove_member(garden, user));
    }
    stage.run(ben.post(garden, "late"));
    let ada = stage.person("Ada");
    ada.follow(&format!("/rooms/{garden}"));
    ada.click(".timeline__jump");
    ada.sees("late");
    // Without any scrolling the screen fills.
    ada.sees("early 40");
    ada.wait("seen.rows().length >= 20");
    lines(&ada, &json!(["Cora was added · Cora was removed"]));
}

#[test]
#[ignore = "needs a browser"]
fn lines_look_well_in_both_themes_and_languages() {
    for (dark, language) in [(false, "en-US"), (true, "ko-KR")] {
        let stage = Stage::new();
        let mut ben = stage.guest("준호");
        let garden = stage.run(ben.create_room("정원 garden"));
        for screen in [DESK, PHONE] {
            let looks = Looks {
                screen,
                dark,
                language,
                ..Looks::default()
            };
            let place = if screen.phone { "phone" } else { "desk" };
            let theme = if dark { "dark" } else { "light" };
            let name = format!("lines-{place}-{theme}-{}", &language[..2]);
            let ada = stage.person_like(&format!("Ada {place}"), looks);
            stage.run(ben.post(garden, "Good morning! Who waters the garden today?"));
            ada.follow(&format!("/rooms/{garden}"));
            ada.wait("document.querySelector('.bar > .button')");
            axe::look_at(&ada, &format!("{name}-reading"));
            ada.click(".bar > .button");
            ada.ready();
            for name in ["Cora", "Dora", "Elif"] {
                stage.run(stage.guest(name).join(garden));
            }
            ada.wait("document.querySelector('button.line')");
            ada.click("button.line");
            ada.wait("document.querySelector('.line__all > li')");
            stage.run(ben.post(garden, "제가 할게요. 오후에 들를 수 있어요."));
            ada.sees("제가 할게요. 오후에 들를 수 있어요.");
            axe::look_at(&ada, &name);
        }
    }
}

/// Waits until the lines in the room are these.
#[track_caller]
fn lines(person: &Person, wanted: &Value) {
    wait_for(person, "seen.lines()", wanted);
}

#[track_caller]
fn wait_for(person: &Person, expression: &str, wanted: &Value) {
    let wanted = Value::from(wanted.to_string());
    person.wait(&format!("JSON.stringify({expression}) === {wanted}"));
}

fn id_of(person: &Person) -> UserId {
    let id = person.look("JSON.parse(localStorage['madang.me']).id");
    UserId(id.as_i64().unwrap())
}
