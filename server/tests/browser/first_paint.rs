//! What stands in the page itself, before its program is there: the form to sign in.

use chromium::Key;
use serde_json::json;

use crate::held::{hold_program, let_program_go};
use crate::keep;
use crate::person::{Looks, PHONE, Person};
use crate::stage::Stage;

const FIELD: &str = "document.getElementById('first-name')";
/// The program's own field.
const NAME: &str = "document.getElementById('name')";

/// Someone whose program is still on its way.
fn newcomer(stage: &Stage, looks: Looks) -> Person {
    let person = stage.visitor(looks);
    hold_program(&person);
    person.go("/");
    person.wait(&format!("{FIELD} && document.activeElement === {FIELD}"));
    person
}

#[test]
#[ignore = "needs a browser"]
fn the_form_signs_in_before_the_program_is_there() {
    let stage = Stage::new();
    let ada = newcomer(&stage, Looks::default());
    ada.page.insert_text("Ada").unwrap();
    ada.press(Key::Enter);
    // The same address, with a session: not the form again.
    ada.wait("document.documentElement.dataset.known !== undefined");
    ada.wait("document.querySelector('#frame > .frame-panes')?.checkVisibility()");
    assert!(!ada.finds("document.querySelector('.frame-card').checkVisibility()"));
    assert_eq!(ada.look("location.pathname + location.search"), "/");
    let_program_go(&ada);
    ada.ready();
    assert_eq!(
        ada.look("performance.getEntriesByType('navigation')[0].type"),
        "navigate"
    );
    ada.wait("document.querySelector('.me__name')?.textContent === 'Ada'");
}

#[test]
#[ignore = "needs a browser"]
fn the_program_goes_on_with_what_was_typed_and_nothing_moves() {
    let stage = Stage::new();
    for (looks, kept) in [
        (Looks::default(), "first-paint-desk-light-en"),
        (
            Looks {
                screen: PHONE,
                dark: true,
                language: "ko-KR",
                ..Looks::default()
            },
            "first-paint-phone-dark-ko",
        ),
    ] {
        let ada = newcomer(&stage, looks);
        ada.page.insert_text("Adah").unwrap();
        ada.look(&format!("{FIELD}.setSelectionRange(3, 3)"));
        keep::screenshot(&ada.page, kept);
        let places = "[...document.querySelectorAll('.sign-in :is(h1, .card__lead, label, input, .button, .card__note, .card__link)')]
            .map(e => { const { x, y, width, height } = e.getBoundingClientRect();
                        return [e.localName, e.innerText, Math.round(x), Math.round(y), Math.round(width), Math.round(height)].join(' ') })
            .join('\\n')";
        let before = ada.look(places);
        assert!(before.as_str().unwrap().lines().count() == 7, "{before}");

        let_program_go(&ada);

        ada.wait(&format!("{NAME} && !document.getElementById('frame')"));
        assert_eq!(ada.look(places), before);
        assert_eq!(ada.look(&format!("{NAME}.value")), "Adah");
        assert!(ada.finds(&format!("document.activeElement === {NAME}")));
        ada.page.insert_text("-").unwrap();
        assert_eq!(ada.look(&format!("{NAME}.value")), "Ada-h");
        ada.press(Key::Enter);
        ada.ready();
    }
}

#[test]
#[ignore = "needs a browser"]
fn a_syllable_that_is_being_composed_is_not_torn() {
    let stage = Stage::new();
    let mina = newcomer(&stage, Looks::default());
    mina.page.insert_text("김").unwrap();
    mina.page.compose("하").unwrap();
    let_program_go(&mina);
    // The program is there, and waits.
    mina.wait(NAME);
    mina.page.compose("한").unwrap();
    assert_eq!(mina.look(&format!("{FIELD}.value")), "김한");
    mina.page.insert_text("한").unwrap();
    mina.wait("!document.getElementById('frame')");
    assert_eq!(mina.look(&format!("{NAME}.value")), "김한");
    assert!(mina.finds(&format!("document.activeElement === {NAME}")));
}

#[test]
#[ignore = "needs a browser"]
fn a_refusal_is_explained_and_what_was_typed_is_kept() {
    let stage = Stage::new();
    let ada = newcomer(&stage, Looks::default());
    ada.expect_complaint("400");
    let long = "x".repeat(300);
    ada.page.insert_text(&long).unwrap();
    ada.press(Key::Enter);
    ada.wait("location.search === '?refused=text_too_long'");
    ada.wait(&format!("{FIELD}?.value === {}", json!(long)));
    let_program_go(&ada);
    ada.wait("document.querySelector('#name-error')?.textContent");
    assert_eq!(ada.look(&format!("{NAME}.value")), long);
    assert_eq!(ada.look("location.search"), "");
}

#[test]
#[ignore = "needs a browser"]
fn its_texts_are_those_of_the_program() {
    let stage = Stage::new();
    for language in ["en-US", "ko-KR", "de-DE"] {
        let looks = Looks {
            language,
            ..Looks::default()
        };
        let texts = "[...document.querySelectorAll('.sign-in :is(.wordmark, h1, .card__lead, label, .field__hint, .button, .card__note, .card__link)')]
            .map(e => e.innerText).join('\\n')";
        let ada = newcomer(&stage, looks);
        let before = ada.look(texts);
        let_program_go(&ada);
        ada.wait("!document.getElementById('frame')");
        assert_eq!(ada.look(texts), before, "{language}");
    }
}
