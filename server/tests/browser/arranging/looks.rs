//! How an arranged list looks.

use chromium::{Key, Modifiers};
use shared::id::RoomId;

use super::id_of;
use crate::axe;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::stage::Stage;

#[test]
#[ignore = "needs a browser"]
fn an_arranged_list_looks_well_in_both_themes_and_languages() {
    for (dark, language) in [
        (false, "en-US"),
        (true, "ko-KR"),
        (true, "en-US"),
        (false, "ko-KR"),
    ] {
        let stage = Stage::new();
        for screen in [DESK, PHONE] {
            let looks = Looks {
                screen,
                dark,
                language,
                ..Looks::default()
            };
            look_at_list(&stage, looks);
        }
    }
}

fn look_at_list(stage: &Stage, looks: Looks) {
    let place = if looks.screen.phone { "phone" } else { "desk" };
    let theme = if looks.dark { "dark" } else { "light" };
    let name = |what: &str| format!("list-{place}-{theme}-{}-{what}", &looks.language[..2]);
    let ada = stage.person_like("하나 Ada", looks);
    let user = id_of(&ada);
    let mut ben = stage.guest("준호");
    let own = stage.run(ben.open_direct(&[user]));
    stage.run(ben.post(own, "시간 있어요?"));
    let rooms: Vec<RoomId> = ["정원", "Design", "Kitchen", "동네 소식"]
        .iter()
        .map(|name| stage.run(ben.create_private_room(&format!("{name} {place}"))))
        .collect();
    for room in &rooms {
        stage.run(ben.add_members(*room, &[user]));
    }
    let mut cora = stage.guest("Cora Weiß");
    let others = stage.run(cora.open_direct(&[user, ben.user().id]));
    stage.run(cora.post(others, "lunch?"));
    ada.wait("seen.places().length === 7");
    arrange(&ada, &rooms);
    stage.run(ben.post(rooms[1], "unread"));
    ada.wait("document.querySelectorAll('.place .badge').length >= 3");
    if looks.screen.phone {
        ada.click("button.conversation__back");
        ada.wait("seen.still(seen.section('Work') ?? document.querySelector('.sidebar__section'))");
    }
    axe::look_at(&ada, &name("sections"));
    let row = "[...document.querySelectorAll('.sidebar__row > .place')][1]";
    if looks.screen.phone {
        ada.holds_still(row);
        ada.page.put_finger_on(row).unwrap();
        ada.wait("document.querySelector('dialog[open] .sheet__actions')");
        ada.page.lift_finger().unwrap();
    } else {
        ada.look(&format!("{row}.focus()"));
        ada.page.press(Key::F10, Modifiers::SHIFT).unwrap();
        ada.wait("document.querySelector('.menu--dialog:popover-open')");
    }
    axe::look_at(&ada, &name("row-menu"));
    ada.press(Key::Escape);
}

/// By the page's own connection, as another device would.
fn arrange(ada: &Person, rooms: &[RoomId]) {
    for (room, items) in [(rooms[0], vec![1]), (rooms[3], vec![3])] {
        let link = format!(".place[href='/rooms/{room}']");
        ada.look(&format!("document.querySelector(\"{link}\").focus()"));
        for item in items {
            ada.look(&format!(
                "document.querySelector(\"{link}\").dispatchEvent(new KeyboardEvent('keydown',
                    {{ key: 'F10', shiftKey: true, bubbles: true, cancelable: true }}))"
            ));
            let button = format!(
                ":is(.menu--dialog:popover-open, dialog .sheet__actions) .menu__item:nth-of-type({item})"
            );
            ada.wait(&format!("document.querySelector(\"{button}\")"));
            ada.look(&format!("document.querySelector(\"{button}\").click()"));
            ada.wait("!document.querySelector('.menu--dialog, dialog[open]')");
        }
    }
}
