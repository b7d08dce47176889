//! Reading without touching anything, and by keyboard.

use chromium::Key;
use shared::id::RoomId;

use crate::history::long;
use crate::stage::Stage;

const LOBBY: RoomId = RoomId::LOBBY;

#[test]
#[ignore = "needs a browser"]
fn a_composer_that_shrinks_and_grows_at_once_leaves_the_end_in_sight() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(200));
    let ada = stage.person("Ada");
    ada.sees_place(200);
    ada.wait("seen.atEnd()");
    ada.look(
        "(async () => {
            const write = text => {
                seen.composer().value = text;
                // Laid out at once, as a browser does for a key or a selection.
                return seen.scroller().scrollTop;
            };
            write('word '.repeat(120));
            await seen.frame(); await seen.frame();
            write(''), write('longer '.repeat(300));
            await seen.frame(); await seen.frame();
        })()",
    );
    ada.wait("seen.atEnd()");
    let mut ben = stage.guest("Ben");
    stage.run(ben.post(LOBBY, "still followed"));
    ada.wait("seen.row('still followed') && seen.atEnd()");
}

#[test]
#[ignore = "needs a browser"]
fn the_message_that_the_keyboard_is_on_shows_it_below_the_pointer_too() {
    let mut stage = Stage::new();
    stage.put_into_lobby(long(30));
    let ada = stage.person("Ada");
    ada.sees_place(30);
    ada.look("seen.scroller().focus()");
    ada.press(Key::Up);
    let ring = "(message => {
        const { outlineStyle, outlineWidth } = getComputedStyle(message);
        return outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2;
    })(document.activeElement.closest('.row').querySelector('.message'))";
    ada.wait(ring);
    // The pointer gives the message a background: the ring has to be on the same box.
    ada.page
        .hover_over("document.activeElement.querySelector('.message__body')")
        .unwrap();
    ada.wait("document.activeElement.querySelector('.message').matches(':hover')");
    assert!(ada.finds(ring));
}
