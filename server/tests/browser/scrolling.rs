//! Reading up and down: the line that is being read never moves by itself.

use chromium::Screen;
use shared::id::RoomId;

use crate::history::long;
use crate::person::Person;
use crate::stage::Stage;

const LOBBY: RoomId = RoomId::LOBBY;
/// More rows than this never stand in the document.
const MOST_ROWS: i64 = 400;
/// Nor more elements than this in all.
const MOST_NODES: i64 = 6_000;

/// Scrolls, notes a line in the middle of the screen, and from then on how far it has
/// moved from there in what was painted. What the page has changed since the last painting,
/// and may put right before the next one, nobody has seen.
pub const WATCH: &str = "(async scroll => {
    let changed = false;
    new MutationObserver(() => { changed = true; })
        .observe(document.body, { subtree: true, childList: true, characterData: true });
    const painted = () => new Promise(done => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(!changed);
        requestAnimationFrame(() => { changed = false; channel.port2.postMessage(null); });
    });
    while (!await painted());
    scroll();
    const around = seen.scroller().getBoundingClientRect();
    const middle = around.y + around.height / 2;
    const line = seen.rows().find(row => row.getBoundingClientRect().top >= middle);
    const top = line.getBoundingClientRect().top;
    const watch = window.watch = { line, moved: 0 };
    (async () => {
        while (window.watch === watch && line.isConnected) {
            if (await painted()) {
                const by = Math.abs(line.getBoundingClientRect().top - top);
                watch.moved = Math.max(watch.moved, by);
            }
        }
    })();
})";

#[test]
#[ignore = "needs a browser"]
fn a_new_message_moves_nothing_while_scrolled_up_and_is_counted() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(200));
    let ada = stage.person("Ada");
    ada.sees_place(200);
    ada.wait("seen.atEnd()");
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(LOBBY, "seen at once"));
    ada.wait("seen.row('seen at once') && seen.atEnd()");
    assert!(!ada.finds("document.querySelector('.timeline__jump')"));

    ada.page.wheel((640.0, 400.0), -900.0).unwrap();
    ada.wait("document.querySelector('.timeline__jump')");
    settle(&ada);
    watch(&ada, "");
    for text in ["one", "two", "three"] {
        stage.run(ben.post(LOBBY, text));
    }

    ada.wait("document.querySelector('.timeline__jump').textContent.includes('3 new messages')");
    settle(&ada);
    assert_still(&ada);
    ada.click(".timeline__jump");
    ada.wait("seen.atEnd() && seen.row('three')");
    ada.wait("!document.querySelector('.timeline__jump')");

    // What one says oneself leads there too.
    ada.page.wheel((640.0, 400.0), -900.0).unwrap();
    ada.wait("document.querySelector('.timeline__jump')");
    ada.say("my own");
    ada.wait("seen.row('my own') && seen.atEnd()");
}

#[test]
#[ignore = "needs a browser"]
fn older_history_arriving_above_never_moves_the_line_being_read() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(2_000));
    let ada = stage.person("Ada");
    ada.sees_place(2_000);
    ada.wait("seen.atEnd()");
    for _ in 0..12 {
        let first = first_place(&ada);
        // Near the top, so that more comes, which arrives above.
        watch(&ada, "seen.scroller().scrollTop = 350");
        ada.wait(&format!("seen.seq(seen.rows()[0]) < {first}"));
        settle(&ada);
        assert_still(&ada);
    }
    assert!(first_place(&ada) < 1_900);
}

#[test]
#[ignore = "needs a browser"]
fn history_that_comes_late_at_the_top_does_not_move_the_line_being_read() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(1_000));
    let ada = stage.person("Ada");
    ada.sees_place(1_000);
    ada.wait("seen.atEnd()");
    for _ in 0..4 {
        // The server says nothing while she turns the wheel up to the first line that is there.
        stage.pause();
        while !ada.finds("seen.scroller().scrollTop === 0") {
            let before = ada.look("seen.scroller().scrollTop");
            ada.page.wheel((640.0, 400.0), -900.0).unwrap();
            ada.wait(&format!("seen.scroller().scrollTop !== {before}"));
            settle(&ada);
        }
        let first = first_place(&ada);
        watch(&ada, "");
        stage.go_on();
        ada.wait(&format!("seen.seq(seen.rows()[0]) < {first}"));
        settle(&ada);
        assert_still(&ada);
    }
    assert!(first_place(&ada) < 800);
}

#[test]
#[ignore = "needs a browser"]
fn the_rows_that_stay_are_not_touched_when_others_come_and_go() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(1_000));
    let ada = stage.person("Ada");
    ada.sees_place(1_000);
    ada.wait("seen.atEnd()");
    ada.look(
        "window.touched = { came: new Set(), went: new Set() };
        new MutationObserver(changes => changes.forEach(({ addedNodes, removedNodes }) => {
            addedNodes.forEach(row => touched.came.add(row));
            removedNodes.forEach(row => touched.went.add(row));
        })).observe(document.querySelector('.timeline__rows'), { childList: true })",
    );
    ada.wait("(seen.scroller().scrollTop = 0, document.querySelector('.row[data-seq=\"700\"]'))");
    // Else the browser would lay all of them out anew at each step.
    let moved = ada
        .look("[...touched.came].filter(row => touched.went.has(row) && row.isConnected).length");
    assert_eq!(moved, 0);
    assert!(ada.finds("touched.came.size >= 200 && touched.went.size >= 100"));
}

#[test]
#[ignore = "needs a browser"]
fn a_message_that_grows_or_goes_above_does_not_move_the_line_being_read() {
    let stage = Stage::new();
    let mut ben = stage.guest("Ben");
    let mut revs = Vec::new();
    for number in 1..=80 {
        let ack = stage.run(ben.post(LOBBY, &format!("line {number}")));
        revs.push((ack.seq.unwrap(), ack.rev.unwrap()));
    }
    let ada = stage.person("Ada");
    ada.sees("line 80");
    ada.page.wheel((640.0, 400.0), -500.0).unwrap();
    ada.wait("document.querySelector('.timeline__jump')");
    settle(&ada);
    watch(&ada, "");
    let (seq, rev) = revs[20];
    let edit = crate::support::command::edit(LOBBY, seq, rev, "grown\nto\nsix\nlines\nof\ntext");
    stage.run(ben.ask(&edit)).unwrap();
    stage
        .run(ben.ask(&crate::support::command::delete(LOBBY, revs[21].0)))
        .unwrap();
    ada.wait("document.querySelector('.row[data-seq=\"22\"] .message__tombstone')");
    settle(&ada);
    assert_still(&ada);
}

#[test]
#[ignore = "needs a browser"]
fn sizes_that_change_never_lead_away_from_the_end() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(120));
    let ada = stage.person("Ada");
    ada.sees_place(120);
    ada.wait("seen.atEnd()");
    let jump = "document.querySelector('.timeline__jump')";
    let draft = |lines: usize| {
        ada.look("seen.composer().focus(); seen.composer().select()");
        let text: Vec<String> = (0..lines).map(|line| format!("line {line}")).collect();
        ada.page.insert_text(&text.join("\n")).unwrap();
        settle(&ada);
        assert!(ada.finds("seen.atEnd()"), "{lines} lines");
        assert!(!ada.finds(jump), "{lines} lines");
    };
    // One is put into the place of another: in between the field is empty. Both are higher
    // than the field can be.
    for lines in [30, 22, 1, 30, 22, 6, 30, 0] {
        draft(lines);
    }
    // Within one frame, with the sizes in between measured.
    ada.look(
        "(() => {
            const field = seen.composer();
            for (const lines of [30, 0, 30, 22]) {
                field.value = 'line\\n'.repeat(lines);
                field.dispatchEvent(new InputEvent('input', { bubbles: true }));
                seen.scroller().scrollTop;
            }
        })()",
    );
    settle(&ada);
    assert!(ada.finds(&format!("seen.atEnd() && !{jump}")));
    for (width, height) in [(1280, 500), (700, 900), (400, 600), (1280, 800)] {
        let screen = Screen {
            width,
            height,
            phone: false,
        };
        ada.page.set_screen(screen).unwrap();
        ada.wait("seen.atEnd()");
        settle(&ada);
        assert!(ada.finds(&format!("seen.atEnd() && !{jump}")));
    }

    // Who turns the wheel leaves the end, also while typing.
    draft(3);
    ada.page.wheel((640.0, 400.0), -900.0).unwrap();
    ada.wait(jump);
}

#[test]
#[ignore = "needs a browser"]
fn the_document_stays_small_over_a_hundred_thousand_messages() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(100_000));
    let ada = stage.person("Ada");
    ada.sees_place(100_000);
    ada.look(
        "window.most = { rows: 0, nodes: 0 };
        window.count = () => {
            most.rows = Math.max(most.rows, seen.rows().length);
            most.nodes = Math.max(most.nodes, document.querySelectorAll('*').length);
        };
        // Steps to an end of what stands there, and waits for more to come.
        window.steps = async (times, upwards) => {
            for (let step = 0; step < times; step += 1) {
                const edge = () => seen.rows().at(upwards ? 0 : -1).dataset.seq;
                const before = edge();
                seen.scroller().scrollTop = upwards ? 0 : 1e9;
                await seen.until(() => edge() !== before);
                count();
            }
            return seen.seq(seen.rows().at(upwards ? 0 : -1));
        }",
    );
    let up = ada.look("steps(250, true)").as_i64().unwrap();
    assert!(up < 97_500, "{up}");
    let down = ada.look("steps(120, false)").as_i64().unwrap();
    assert!(down > up + 1_000, "{down}");
    // Nothing is missing between the rows that stand there.
    assert!(ada.finds(
        "seen.rows().every((row, at, rows) => at === 0 || seen.seq(row) === seen.seq(rows[at - 1]) + 1)"
    ));

    // Far away, by a link; and back.
    ada.look(
        "history.pushState(null, '', '/rooms/1/50000'); dispatchEvent(new PopStateEvent('popstate'))",
    );
    ada.wait("document.querySelector('.row--marked')?.dataset.seq === '50000'");
    ada.look("steps(10, true)");
    ada.look("steps(20, false)");
    ada.click(".timeline__jump");
    ada.sees_place(100_000);
    ada.wait("seen.atEnd()");

    let most = ada.look("count(), most");
    println!("100,000 messages: at most {most}");
    assert!(most["rows"].as_i64().unwrap() <= MOST_ROWS, "{most}");
    assert!(most["nodes"].as_i64().unwrap() <= MOST_NODES, "{most}");
}

fn first_place(person: &Person) -> i64 {
    person.look("seen.seq(seen.rows()[0])").as_i64().unwrap()
}

fn watch(person: &Person, scroll: &str) {
    person.look(&format!("({WATCH})(() => {{ {scroll} }})"));
}

/// Lets everything that is due in the page run and be painted.
fn settle(person: &Person) {
    person.look("seen.frame().then(seen.frame).then(seen.frame)");
}

#[track_caller]
fn assert_still(person: &Person) {
    let moved = person.look("watch.moved").as_f64().unwrap();
    assert!(moved <= 1.0, "the line being read moved by {moved} pixels");
    assert!(person.finds("watch.line.isConnected"));
}
