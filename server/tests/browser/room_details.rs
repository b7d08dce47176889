//! Private rooms and who is in them; managers, archive and the end of a room.

use chromium::Key;
use serde_json::Value;
use shared::model::RoomKind;

use crate::line::Line;
use crate::outage::over;
use crate::person::{Looks, Person};
use crate::stage::Stage;
use crate::support::account::{self, PASSWORD};
use crate::support::guest::Guest;

/// Types a name and chooses the first who is found.
#[track_caller]
pub fn pick(person: &Person, name: &str) {
    person.wait("document.activeElement?.id === 'picker-field'");
    person.page.insert_text(name).unwrap();
    person.wait(&format!(
        "document.querySelector('.picker__option[data-active] .picker__name')?.textContent === {}",
        Value::from(name)
    ));
    person.press(Key::Enter);
    person.wait(&format!(
        "seen.named('.chip', {}) && document.activeElement.value === ''",
        Value::from(format!("Remove {name}"))
    ));
}

#[track_caller]
pub fn open_details(person: &Person) {
    person.click(".conversation__details");
    person.wait("document.querySelector('dialog[open] .facts')");
}

/// Opens what can be done to a member.
#[track_caller]
fn open_menu(person: &Person, name: &str) {
    person.click_on(&format!(
        "[...document.querySelectorAll('.member')]
            .find(row => row.querySelector('.member__name').textContent === '{name}')
            ?.querySelector('.member__menu')"
    ));
    person.wait("document.querySelector('.member .menu:popover-open')");
}

#[track_caller]
fn members(person: &Person, wanted: &[&str]) {
    let wanted = Value::from(serde_json::json!(wanted).to_string());
    person.wait(&format!(
        "JSON.stringify([...document.querySelectorAll('.member')].map(row =>
            row.querySelector('.member__name').textContent
                + (row.querySelector('.member__role') ? ' *' : ''))) === {wanted}"
    ));
}

/// A new room by the form.
#[track_caller]
pub fn make_room(person: &Person, name: &str, kind: RoomKind) {
    person.go("/rooms");
    person.click(".directory__new");
    person.wait("document.activeElement?.id === 'room-name'");
    person.page.insert_text(name).unwrap();
    if kind == RoomKind::Private {
        person.click_on("document.querySelector('.option:nth-of-type(2)')");
    }
    person.click("dialog [type=submit]");
}

#[test]
#[ignore = "needs a browser"]
fn a_private_room_is_made_people_are_added_at_once_and_nobody_else_learns_of_it() {
    let stage = Stage::new();
    let (ben, cora) = (stage.person("Ben"), stage.person("Cora"));
    let ada = stage.person("Ada");
    make_room(&ada, "plans", RoomKind::Private);
    // People are added at once.
    ada.wait("document.querySelector('dialog[open] .dialog__title')?.textContent === 'Add people to plans'");
    pick(&ada, "Ben");
    ada.press(Key::Enter);
    ada.wait("!document.querySelector('dialog[open]')");
    ada.ready();
    ada.wait("document.querySelector('.conversation__name').textContent === 'plans'");
    ada.say("between us");

    ben.wait("seen.place('plans')");
    ben.enter("plans");
    ben.sees("between us");
    cora.go("/rooms");
    cora.wait("document.querySelector('.directory__row')");
    assert!(!cora.finds("document.body.innerText.includes('plans')"));

    // The others add nobody: what may not be done is not shown.
    open_details(&ben);
    members(&ben, &["Ada *", "Ben"]);
    for button in [
        "Add people",
        "Archive room",
        "Delete room",
        "Copy invite link",
    ] {
        assert!(
            !ben.finds(&format!("seen.named('dialog button', '{button}')")),
            "{button}"
        );
    }
    open_menu(&ben, "Ada");
    assert_eq!(
        ben.look("document.querySelectorAll('.menu:popover-open [role=menuitem]').length"),
        1
    );
    ben.press(Key::Escape);
    ben.press(Key::Escape);

    // Who is in already is not chosen again.
    open_details(&ada);
    ada.choose("Add people");
    ada.wait("document.activeElement?.id === 'picker-field'");
    ada.page.insert_text("Ben").unwrap();
    ada.wait("document.querySelector('.picker__option[aria-disabled=true] .picker__note')?.textContent === 'already in'");
    ada.press(Key::Enter);
    assert!(!ada.finds("document.querySelector('.chip')"));
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('dialog[open]')");
}

#[test]
#[ignore = "needs a browser"]
fn a_manager_makes_managers_removes_people_and_steps_down() {
    let stage = Stage::new();
    let mut maker = stage.guest("Maker");
    let room = stage.run(maker.create_private_room("plans"));
    let (ada, ben) = (stage.person("Ada"), stage.person("Ben"));
    let ids = [&ada, &ben].map(|person| {
        let id = person.look("JSON.parse(localStorage['madang.me']).id");
        shared::id::UserId(id.as_i64().unwrap())
    });
    stage.run(maker.add_members(room, &ids));
    stage.run(async {
        let role = shared::model::MemberRole::Manager;
        let command = crate::support::command::set_member_role(room, ids[0], role);
        maker.ask(&command).await.unwrap();
    });
    ada.enter("plans");
    ben.enter("plans");
    ben.write("half a thought");
    open_details(&ada);
    members(&ada, &["Ada *", "Maker *", "Ben"]);

    open_menu(&ada, "Ben");
    ada.choose("Make manager");
    ada.wait("document.querySelector('dialog [role=status]').textContent.includes('Ben is a manager now')");
    members(&ada, &["Ada *", "Maker *", "Ben *"]);
    open_menu(&ada, "Ben");
    ada.choose("Make plain member");
    members(&ada, &["Ada *", "Maker *", "Ben"]);

    // A question stands before a removal; Esc takes it back and leaves the dialog open.
    open_menu(&ada, "Ben");
    ada.choose("Remove from room");
    ada.wait(
        "document.querySelector('#member-question')?.textContent === 'Remove Ben from this room?'",
    );
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('#member-question')");
    assert!(ada.finds("document.querySelector('dialog[open]')"));
    open_menu(&ada, "Ben");
    ada.choose("Remove from room");
    ada.wait("document.activeElement?.matches('.question .button--alarm')");
    ada.press(Key::Enter);
    members(&ada, &["Ada *", "Maker *"]);
    ben.wait("document.querySelector('.state .state__title')");
    assert!(!ben.finds("document.body.innerText.includes('plans')"));

    open_menu(&ada, "Ada");
    ada.choose("Stop managing");
    ada.wait(
        "document.querySelector('#member-question')?.textContent === 'Stop managing this room?'",
    );
    ada.press(Key::Enter);
    members(&ada, &["Ada", "Maker *"]);
    ada.wait("!seen.named('dialog button', 'Delete room')");
}

#[test]
#[ignore = "needs a browser"]
fn while_something_is_done_to_a_member_the_menus_of_all_say_so() {
    let stage = Stage::new();
    let (mut ben, cora) = (stage.guest("Ben"), stage.guest("Cora"));
    let line = Line::to(stage.address);
    let ada = over(&line, "Ada");
    ada.expect_lost_line();
    let room = stage.run(ben.create_private_room("plans"));
    stage.run(ben.add_members(room, &[ada.user(), cora.user().id]));
    ada.enter("plans");
    open_details(&ada);
    members(&ada, &["Ben *", "Ada", "Cora"]);
    line.cut();
    open_menu(&ada, "Cora");
    ada.choose("Message");
    open_menu(&ada, "Ben");
    ada.wait(
        "document.querySelector('.menu:popover-open [role=menuitem]').ariaDisabled === 'true'",
    );
    ada.press(Key::Escape);
    line.mend();
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'Cora'");
}

#[test]
#[ignore = "needs a browser"]
fn a_room_is_archived_restored_and_deleted_after_a_question() {
    let stage = Stage::new();
    let (ada, ben) = (stage.person("Ada"), stage.person("Ben"));
    make_room(&ada, "garden", RoomKind::Public);
    ada.ready();
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'garden'");
    ada.say("first words");
    ada.sees_sent("first words");
    ben.go("/rooms");
    ben.choose("Join garden");
    ben.wait("seen.place('garden')");
    ben.enter("garden");
    ben.sees("first words");

    open_details(&ada);
    ada.choose("Archive room");
    ada.wait("document.activeElement?.matches('.question .button')");
    ada.press(Key::Enter);
    ada.wait("!document.querySelector('dialog[open]')");
    for person in [&ada, &ben] {
        person.wait("!seen.composer()");
    }
    open_details(&ada);
    ada.wait("document.querySelector('.facts').textContent.includes('Archived')");
    ada.choose("Restore room");
    ada.wait("!document.querySelector('.facts').textContent.includes('Archived')");
    ben.wait("seen.composer()");

    open_details(&ben);
    ben.wait("document.querySelector('dialog[open] .member')");
    ada.choose("Delete room");
    ada.wait(
        "document.querySelector('#ending-question')?.textContent === 'Delete garden for good?'",
    );
    ada.press(Key::Escape);
    ada.wait("document.activeElement?.id === 'details-delete'");
    ada.press(Key::Enter);
    ada.wait("document.activeElement?.matches('.question .button--alarm')");
    ada.press(Key::Enter);
    ada.wait("!document.querySelector('dialog[open]')");
    ada.wait("location.pathname === '/rooms/1'");
    ben.wait(
        "document.querySelector('dialog[open] [role=status]')?.textContent.includes('was removed')",
    );
    ben.press(Key::Escape);
    ben.wait("document.querySelector('.state .state__title')?.textContent.includes('removed')");
    for person in [&ada, &ben] {
        person.wait("!seen.place('garden')");
    }
}

#[test]
#[ignore = "needs a browser"]
fn an_announcement_room_is_made_and_changed_and_who_leaves_a_private_one_is_asked() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    ada.go("/rooms");
    ada.click(".directory__new");
    ada.wait("document.activeElement?.id === 'room-name'");
    ada.page.insert_text("notices").unwrap();
    ada.choose("Managers");
    ada.click("dialog [type=submit]");
    ada.wait("document.querySelector('.conversation__name')?.textContent === 'notices'");
    ada.ready();
    open_details(&ada);
    ada.wait("document.querySelector('.facts').textContent.includes('Managers post')");
    ada.choose("Edit name and topic");
    ada.wait("document.activeElement?.id === 'room-name'");
    assert!(ada.finds("document.querySelectorAll('[name=room-posting]')[1].checked"));
    ada.choose("Everybody");
    ada.click("dialog [type=submit]");
    ada.wait("!document.querySelector('dialog[open]')");
    open_details(&ada);
    ada.wait("!document.querySelector('.facts').textContent.includes('Managers post')");
    ada.press(Key::Escape);

    let mut ben = stage.guest("Ben");
    let id = ada.look("JSON.parse(localStorage['madang.me']).id");
    let id = shared::id::UserId(id.as_i64().unwrap());
    let room = stage.run(ben.create_private_room("plans"));
    stage.run(ben.add_members(room, &[id]));
    ada.enter("plans");
    open_details(&ada);
    ada.choose("Leave room");
    ada.wait("document.querySelector('#ending-text')?.textContent.includes('only when someone adds you')");
    ada.press(Key::Enter);
    ada.wait("location.pathname === '/rooms/1' && !seen.place('plans')");
    ada.wait("document.querySelector('.toast')?.textContent === 'You have left plans'");
}

#[test]
#[ignore = "needs a browser"]
fn an_owner_manages_public_rooms_and_the_name_of_the_lobby() {
    let stage = Stage::new();
    let olga: Guest = stage.run(account::claim(stage.address, stage.data()));
    assert_eq!(olga.profile.role, shared::model::Role::Owner);
    stage.run(stage.guest("Ben").create_room("garden"));
    let page = stage.visitor(Looks::default());
    page.go("/sign-in");
    page.wait("document.activeElement?.id === 'username'");
    page.page.insert_text("olga").unwrap();
    page.click("#password");
    page.page.insert_text(PASSWORD).unwrap();
    page.press(Key::Enter);
    page.ready();
    open_details(&page);
    page.wait("seen.named('dialog button', 'Edit name and topic')");
    assert!(!page.finds("seen.named('dialog button', 'Delete room')"));
    page.press(Key::Escape);
    page.wait("!document.querySelector('dialog[open]')");
    page.follow("/rooms");
    page.click_on("[...document.querySelectorAll('.directory__open')].find(room => room.textContent.includes('garden'))");
    page.wait("document.querySelector('.conversation__name')?.textContent === 'garden'");
    open_details(&page);
    page.wait(
        "seen.named('dialog button', 'Delete room') && seen.named('dialog button', 'Join room')",
    );
}
