//! More sections than there may be.

use chromium::Key;
use shared::model::{Sidebar, SidebarChange};

use super::{choose, device, open_menu};
use crate::accounts::owner;
use crate::person::Looks;
use crate::stage::Stage;
use crate::support::command;

#[test]
#[ignore = "needs a browser"]
fn one_section_too_many_is_refused_once_and_in_the_form() {
    let stage = Stage::new();
    let owner = owner(&stage);
    let mut olga = stage.run(owner.connect(stage.address));
    for number in 1..=Sidebar::MAX_SECTIONS {
        let name = format!("section {number}");
        let add = command::change_sidebar(SidebarChange::AddSection { name });
        stage.run(olga.ask(&add)).unwrap();
    }
    let desk = device(&stage, Looks::default());
    desk.wait("seen.section('section 50')");
    open_menu(&desk, "lobby");
    choose(&desk, "Move…");
    desk.wait("document.querySelectorAll('.menu__item').length > 50");
    desk.press(Key::End);
    choose(&desk, "New section…");
    desk.wait("document.activeElement?.id === 'section-name'");
    desk.page.insert_text("one more").unwrap();
    desk.press(Key::Enter);
    desk.wait(
        "document.querySelector('#section-name-error').textContent
            === 'There are as many of these as allowed. Remove one first.'",
    );
    assert!(
        desk.finds("document.querySelector('dialog[open]') && !document.querySelector('.toast')")
    );

    // One that is there takes the room.
    desk.look("document.activeElement.select()");
    desk.page.insert_text("section 7").unwrap();
    desk.press(Key::Enter);
    desk.wait("seen.inSection('section 7').join() === 'lobby'");
    assert!(!desk.finds("document.querySelector('.toast')"));
}
