//! Reading up and down with the wheel: the line that is being read never moves by itself.

use shared::id::RoomId;

use super::visitor::Visitor;
use super::{BrowserEngine, in_both_engines};
use crate::history::long;
use crate::scrolling::WATCH;
use crate::stage::Stage;

const LOBBY: RoomId = RoomId::LOBBY;
/// One turn of the wheel, in pixels.
const UP: i64 = -900;

in_both_engines![
    older_history_arriving_above_never_moves_the_line_being_read,
    a_new_message_moves_nothing_while_scrolled_up_and_is_counted,
    a_link_to_a_message_opens_its_surroundings,
];

fn older_history_arriving_above_never_moves_the_line_being_read(engine: BrowserEngine) {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(1_000));
    let ada = stage.person_in(engine, "Ada");
    ada.sees_place(1_000);
    ada.wait("seen.atEnd()");
    for _ in 0..4 {
        // The server says nothing while she turns the wheel up to the first line that is there.
        stage.pause();
        while !ada.finds("seen.scroller().scrollTop === 0") {
            let before = ada.look("seen.scroller().scrollTop");
            ada.turns_wheel(UP);
            ada.wait(&format!("seen.scroller().scrollTop !== {before}"));
            comes_to_rest(&ada);
        }
        let first = first_place(&ada);
        watch(&ada);
        stage.go_on();
        ada.wait(&format!("seen.seq(seen.rows()[0]) < {first}"));
        ada.settle();
        assert_still(&ada);
    }
    assert!(first_place(&ada) < 800);
}

fn a_new_message_moves_nothing_while_scrolled_up_and_is_counted(engine: BrowserEngine) {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(200));
    let ada = stage.person_in(engine, "Ada");
    ada.sees_place(200);
    ada.wait("seen.atEnd()");
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(LOBBY, "seen at once"));
    ada.wait("seen.row('seen at once') && seen.atEnd()");

    ada.turns_wheel(UP);
    ada.wait("!seen.atEnd()");
    ada.wait("seen.named('button', 'Jump to latest')");
    comes_to_rest(&ada);
    watch(&ada);
    for text in ["one", "two", "three"] {
        stage.run(ben.post(LOBBY, text));
    }

    let jump = "[...document.querySelectorAll('button')].find(button => \
        button.textContent.includes('3 new messages'))";
    ada.wait(jump);
    ada.settle();
    assert_still(&ada);
    ada.click_on(jump);
    ada.wait("seen.atEnd() && seen.inSight(seen.row('three'))");
    ada.wait(&format!("!({jump})"));
    // What one says oneself leads there, too.
    ada.turns_wheel(UP);
    ada.wait("!seen.atEnd()");
    ada.say("my own");
    ada.wait("seen.row('my own') && seen.atEnd()");
}

fn a_link_to_a_message_opens_its_surroundings(engine: BrowserEngine) {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(1_000));
    let ada = stage.person_in(engine, "Ada");
    ada.sees_place(1_000);

    ada.go("/rooms/1/401");

    let line = "document.querySelector('.row[data-seq=\"401\"]')";
    ada.wait(&format!("seen.inSight({line})"));
    comes_to_rest(&ada);
    assert!(ada.finds(&format!("seen.inSight({line})")));
    ada.keep_picture(&format!("linked-{engine:?}"));
    // A reload keeps the place.
    ada.reload();
    ada.wait(&format!("seen.inSight({line})"));
    ada.choose("Jump to latest");
    ada.sees_place(1_000);
    ada.wait("seen.atEnd()");
}

fn first_place(person: &Visitor) -> i64 {
    person.look("seen.seq(seen.rows()[0])").as_i64().unwrap()
}

/// Waits until the view scrolls no more by itself: the same position in two frames.
#[track_caller]
fn comes_to_rest(person: &Visitor) {
    person.look(
        "(async () => {
            for (let before = null; before !== seen.scroller().scrollTop;) {
                before = seen.scroller().scrollTop;
                await seen.frame().then(seen.frame);
            }
        })()",
    );
}

/// From now on notes how far the line in the middle moves.
#[track_caller]
fn watch(person: &Visitor) {
    person.look(&format!("({WATCH})(() => {{}})"));
}

#[track_caller]
fn assert_still(person: &Visitor) {
    let moved = person.look("watch.moved").as_f64().unwrap();
    assert!(moved <= 1.0, "the line being read moved by {moved} pixels");
    assert!(person.finds("watch.line.isConnected"));
}
