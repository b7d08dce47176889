//! The views of rooms and people in both themes and languages, on a desk and on a phone: nothing that
//! axe-core finds fault with, targets for fingers, and a picture of each.

use chromium::Key;
use serde_json::json;
use shared::id::UserId;
use shared::model::Posting;

use crate::axe;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::stage::Stage;
use crate::support::command;
use crate::support::native::Native;

#[test]
#[ignore = "needs a browser"]
fn on_a_desk_in_light_and_english() {
    look_at_everything(Looks {
        screen: DESK,
        ..Looks::default()
    });
}

#[test]
#[ignore = "needs a browser"]
fn on_a_desk_in_dark_and_korean() {
    look_at_everything(Looks {
        screen: DESK,
        dark: true,
        language: "ko-KR",
        ..Looks::default()
    });
}

#[test]
#[ignore = "needs a browser"]
fn on_a_phone_in_light_and_korean() {
    look_at_everything(Looks {
        screen: PHONE,
        language: "ko-KR",
        ..Looks::default()
    });
}

#[test]
#[ignore = "needs a browser"]
fn on_a_phone_in_dark_and_english() {
    look_at_everything(Looks {
        screen: PHONE,
        dark: true,
        ..Looks::default()
    });
}

/// Rooms of every kind, and people.
async fn furnish(maker: &mut Native, me: UserId, others: &[UserId]) {
    for (name, topic) in [
        ("garden", "Who waters what, and when it rains"),
        ("회의실", "매주 월요일 오전 열 시"),
        (
            "recipes",
            "Soups, pickles, and what to do with too many courgettes this year",
        ),
    ] {
        maker.ask(&command::create_room(name, topic)).await.unwrap();
    }
    let notices = maker.create_room("notices").await;
    let limited = command::set_posting(notices, shared::id::Rev(1), Posting::Managers);
    maker.ask(&limited).await.unwrap();
    let old = maker.create_room("summer 2024").await;
    maker.ask(&command::archive_room(old, true)).await.unwrap();
    let plans = maker.create_private_room("surprise plans").await;
    let all: Vec<UserId> = others.iter().copied().chain([me]).collect();
    maker.add_members(plans, &all).await;
    let manager = shared::model::MemberRole::Manager;
    let appoint = command::set_member_role(plans, me, manager);
    maker.ask(&appoint).await.unwrap();
    let direct = maker.open_direct(&[me, others[0]]).await;
    maker.post(direct, "hello you two").await;
}

/// Somebody who looks closely.
struct Viewer {
    person: Person,
    name: String,
    is_phone: bool,
}

impl Viewer {
    #[track_caller]
    fn look_at(&self, what: &str) {
        axe::look_at(&self.person, &format!("rooms-{}-{what}", self.name));
        if self.is_phone {
            assert_eq!(
                self.person.look("seen.smallTargets(44)"),
                json!([]),
                "{what}"
            );
        }
        let overflows = "document.documentElement.scrollWidth > innerWidth";
        assert!(!self.person.finds(overflows), "{what}");
    }

    /// Shows the list of rooms, which is a drawer on a phone.
    #[track_caller]
    fn show_places(&self) {
        if self.is_phone {
            self.person.click("button.conversation__back");
            self.person
                .wait("document.querySelector('.shell').dataset.sidebar === 'open'");
        }
    }

    #[track_caller]
    fn close(&self) {
        self.person.press(Key::Escape);
        self.person.wait("!document.querySelector('dialog[open]')");
    }
}

fn look_at_everything(looks: Looks) {
    let stage = Stage::new();
    let others = ["Ben Bright", "Cora", "김하나"].map(|name| stage.guest(name));
    let ids = [0, 1, 2].map(|at: usize| others[at].user().id);
    let person = stage.person_like("Ada", looks);
    let me = person.look("JSON.parse(localStorage['madang.me']).id");
    let mut maker = stage.guest("Maker");
    stage.run(furnish(&mut maker, UserId(me.as_i64().unwrap()), &ids));
    let place = if looks.screen.phone { "phone" } else { "desk" };
    let theme = if looks.dark { "dark" } else { "light" };
    let view = Viewer {
        name: format!("{place}-{theme}-{}", &looks.language[..2]),
        is_phone: looks.screen.phone,
        person,
    };
    let ada = &view.person;

    ada.go("/rooms");
    ada.wait("document.querySelectorAll('.directory__row').length === 5");
    view.look_at("directory");
    ada.click("#directory-search");
    ada.page.insert_text("zzz").unwrap();
    ada.wait("document.querySelector('.directory__body .state__title')");
    view.look_at("directory-nothing");

    ada.click(".directory__new");
    ada.wait("document.activeElement?.id === 'room-name'");
    view.look_at("new-room");
    view.close();

    view.show_places();
    ada.click(".sidebar__search");
    ada.wait("document.activeElement?.id === 'switcher-field'");
    view.look_at("switcher-recent");
    ada.page.insert_text("a").unwrap();
    ada.wait("document.querySelectorAll('.switcher__row').length > 3");
    view.look_at("switcher");
    ada.page.insert_text("zzz").unwrap();
    ada.wait("document.querySelector('.switcher__none')");
    view.look_at("switcher-nothing");
    view.close();

    ada.click_on("seen.place('surprise plans')");
    ada.ready();
    ada.click(".conversation__details");
    ada.wait("document.querySelectorAll('dialog[open] .member').length === 5");
    view.look_at("details");
    ada.click_on("[...document.querySelectorAll('.member__menu')].at(-1)");
    ada.wait("document.querySelector('.member .menu:popover-open')");
    view.look_at("member-menu");
    ada.click_on("[...document.querySelectorAll('.menu:popover-open [role=menuitem]')].at(-1)");
    ada.wait("document.querySelector('#member-question')");
    view.look_at("member-question");
    ada.press(Key::Escape);
    ada.wait("!document.querySelector('#member-question')");
    ada.click("#details-delete");
    ada.wait("document.querySelector('#ending-question')");
    view.look_at("delete-question");
    view.person.press(Key::Escape);
    ada.wait("!document.querySelector('#ending-question')");
    ada.click(".details__bar .button");
    ada.wait("document.querySelectorAll('.picker__option').length > 2");
    view.look_at("add-people");
    view.close();

    view.show_places();
    ada.click_on("[...document.querySelectorAll('.place')].find(place => place.textContent.includes('Ben Bright'))");
    ada.ready();
    view.look_at("direct");
    ada.click(".conversation__details");
    ada.wait("document.querySelectorAll('dialog[open] .member').length === 3");
    view.look_at("direct-details");
    ada.click("dialog .dialog__section > .button");
    ada.wait("document.querySelectorAll('.chip').length === 2");
    view.look_at("new-message");
    view.close();
    if view.is_phone {
        ada.click(".conversation__people");
        ada.wait("document.querySelector('.shell').dataset.people === 'open'");
    }
    ada.click_on("document.querySelector('.person__open')");
    ada.wait("document.querySelector('dialog[open] .card-of-person')");
    view.look_at("person");
}
