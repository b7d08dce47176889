//! The connection breaks, and comes back; the page is loaded again meanwhile.

use shared::id::RoomId;
use shared::stream::Item;

use super::visitor::Visitor;
use super::{BrowserEngine, in_both_engines};
use crate::line::Line;
use crate::stage::Stage;

in_both_engines![
    what_is_sent_while_the_server_is_down_goes_out_once_when_it_is_back,
    a_reload_keeps_the_draft_and_what_waits,
];

fn what_is_sent_while_the_server_is_down_goes_out_once_when_it_is_back(engine: BrowserEngine) {
    let mut stage = Stage::new();
    let ada = stage.person_in(engine, "Ada");
    ada.look("window.marker = 'the same page'");
    ada.say("before");
    ada.sees_sent("before");

    stage.kill();
    ada.say("meanwhile, one");
    ada.say("meanwhile, two");
    ada.wait("seen.row('meanwhile, two').dataset.delivery === 'waiting'");
    ada.wait("document.body.innerText.includes('The server does not answer')");
    ada.write("half a thou");
    ada.keep_picture(&format!("offline-{engine:?}"));
    stage.start();

    ada.sees_sent("meanwhile, two");
    ada.wait("!document.body.innerText.includes('The server does not answer')");
    ada.types("ght");
    assert_eq!(ada.look("seen.composer().value"), "half a thought");
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(RoomId::LOBBY, "after"));
    let all = ["before", "meanwhile, one", "meanwhile, two", "after"];
    ada.sees_exactly(&all);
    assert_eq!(ada.look("window.marker"), "the same page");
    // Someone who comes only now sees the same.
    let room = stage.run(ben.subscribe(RoomId::LOBBY));
    let bodies = room.items.iter().filter_map(|item| match item {
        Item::Message(message) => Some(message.body.as_str()),
        _ => None,
    });
    assert_eq!(bodies.collect::<Vec<_>>(), all);
}

fn a_reload_keeps_the_draft_and_what_waits(engine: BrowserEngine) {
    let stage = Stage::new();
    let line = Line::to(stage.address);
    let ada = Visitor::at(engine, format!("http://{}", line.address));
    ada.go("/");
    ada.come_in("Ada");
    ada.say("while all is well");
    ada.sees_sent("while all is well");

    line.cut();
    ada.say("waits");
    ada.wait("seen.row('waits')?.dataset.delivery === 'waiting'");
    ada.write("쓰다 만 글");
    // The page itself still comes; the conversation does not.
    ada.reload();
    ada.wait("seen.row('waits')?.dataset.delivery === 'waiting'");
    ada.wait("seen.composer().value === '쓰다 만 글'");
    line.mend();

    ada.sees_sent("waits");
    ada.sees_exactly(&["while all is well", "waits"]);
    // Nothing is left that another reload would send again.
    ada.reload();
    ada.ready();
    ada.sees_exactly(&["while all is well", "waits"]);
    ada.wait("seen.composer().value === '쓰다 만 글'");
}
