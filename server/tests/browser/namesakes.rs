//! People of one name, told apart wherever it stands.

use serde_json::{Value, json};
use shared::frame::ClientFrame;
use shared::id::RoomId;

use crate::stage::Stage;

const LOBBY: RoomId = RoomId::LOBBY;

#[test]
#[ignore = "needs a browser"]
fn people_of_one_name_are_told_apart_wherever_it_stands() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let heads = "[...document.querySelectorAll('.message__head')].map(head =>
        [...head.children].slice(0, -1).map(part => part.textContent).join(' '))";
    ada.say("the first");
    ada.sees_sent("the first");
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(LOBBY, "another"));
    ada.sees("another");
    // Who is alone with a name has no number.
    assert_eq!(ada.look(heads), json!(["Ada", "Ben"]));

    let mut other = stage.guest("ａｄａ");
    stage.run(other.subscribe(LOBBY));
    stage.run(other.post(LOBBY, "the second"));
    let mut program = stage.simple();
    stage.run(program.say("Ada", "the third"));
    ada.sees("the third");
    let mine = ada.look("JSON.parse(localStorage['madang.me']).id");
    let numbers = [mine.as_i64().unwrap(), other.user().id.0];
    let expected = json!([
        format!("Ada #{}", numbers[0]),
        "Ben",
        format!("ａｄａ #{}", numbers[1]),
        "Ada app",
    ]);
    ada.wait(&format!(
        "JSON.stringify({heads}) === {}",
        Value::from(expected.to_string())
    ));
    let people = "[...document.querySelectorAll('.person')].map(person =>
        person.querySelector('.person__name').textContent + ' ' + person.querySelector('.number')?.textContent)";
    ada.wait(&format!(
        "document.querySelectorAll('.person').length === 2 && {people}"
    ));
    assert_eq!(
        ada.look(people),
        json!([
            format!("ａｄａ #{}", numbers[1]),
            format!("Ada #{}", numbers[0])
        ])
    );
    stage.run(other.say(&ClientFrame::Typing { room: LOBBY }));
    ada.wait(&format!(
        "document.querySelector('.typing').textContent === 'ａｄａ #{} is typing'",
        numbers[1]
    ));
    // What is read out, and what the buttons are called.
    ada.wait(&format!(
        "[...document.querySelectorAll('[role=log] p')].some(line => line.textContent === 'ａｄａ #{}: the second')",
        numbers[1]
    ));
    ada.page
        .hover_over("seen.row('the second').querySelector('.message__body')")
        .unwrap();
    ada.wait(&format!(
        "seen.row('the second').querySelector('[role=toolbar]')?.ariaLabel.endsWith('ａｄａ #{}')",
        numbers[1]
    ));
    let tones = "[...document.querySelectorAll('.message .avatar')].map(disc => disc.dataset.tone)";
    let tones = ada.look(tones);
    assert_ne!(tones[0], tones[2]);

    // Under another name nobody is mistaken for anybody.
    let rename = crate::support::command::rename("Cora");
    stage.run(other.ask(&rename)).unwrap();
    ada.wait(&format!(
        "JSON.stringify({heads}) === {}",
        Value::from(json!(["Ada", "Ben", "Cora", "Ada app"]).to_string())
    ));
}

#[test]
#[ignore = "needs a browser"]
fn conversations_with_people_of_one_name_are_told_apart() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let mut first = stage.guest("Ben");
    let room = stage.run(first.open_direct(&[ada.user()]));
    stage.run(first.post(room, "hello"));
    ada.wait("seen.place('Ben')");
    ada.enter("Ben");
    ada.sees("hello");

    let mut second = stage.guest("Ben");
    let room = stage.run(second.open_direct(&[ada.user()]));
    stage.run(second.post(room, "good evening"));
    let listed = |names: [&str; 2]| {
        ada.wait(&format!(
            "JSON.stringify(seen.inSection('Direct messages')) === {}",
            Value::from(json!(names).to_string())
        ));
    };
    let [one, other] = [&first, &second].map(|ben| format!("Ben #{}", ben.user().id));
    listed([&other, &one]);
    ada.wait(&format!(
        "document.querySelector('.conversation__name').textContent === '{one}'"
    ));
    ada.wait(&format!("document.title.includes('{one} ')"));

    // Who is alone with a name again has no number.
    let rename = crate::support::command::rename("Cora");
    stage.run(second.ask(&rename)).unwrap();
    listed(["Cora", "Ben"]);
    ada.wait("document.querySelector('.conversation__name').textContent === 'Ben'");
}

#[test]
#[ignore = "needs a browser"]
fn people_of_one_name_never_wear_one_colour() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.say("the first");
    ada.sees_sent("the first");
    // The twelfth after her would have her tone by itself.
    for number in 1..12 {
        stage.guest(&format!("Guest {number}"));
    }
    let mut last = None;
    for _ in 0..12 {
        let mut other = stage.guest("Ada");
        let ack = stage.run(other.post(LOBBY, "me too"));
        last = ack.seq;
    }
    ada.wait(&format!(
        "seen.rows().at(-1)?.dataset.seq === '{}'",
        last.unwrap()
    ));
    let tones = "new Set([...document.querySelectorAll('.message--head')]
        .filter(row => row.querySelector('.message__author').textContent === 'Ada').slice(0, 12)
        .map(row => row.querySelector('.avatar').dataset.tone)).size";
    ada.wait(&format!("{tones} === 12"));
}
