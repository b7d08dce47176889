//! Components in a real browser, without a server.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test's helpers may fail it")]

mod account;
mod page;
mod views;

use crate::page::{Page, focused, html, press, until, write};
use frontend::browser::{self, BrowserStorage, document};
use frontend::components::dialogs::{Dialog, DialogFrame, DialogHost, use_dialogs};
use frontend::components::drawers;
use frontend::components::form::{FormState, TextField};
use frontend::components::icons::Glyph;
use frontend::components::menu::{Menu, MenuItem};
use frontend::components::overlays::Overlays;
use frontend::components::sign_in::SignIn;
use frontend::i18n::rooms::words;
use frontend::i18n::{self, format};
use frontend::state::{Language, PageSettings, SignedOut, Theme, ToastMessage};
use frontend::tr;
use leptos::prelude::*;
use shared::error::Field;
use shared::id::Micros;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn a_closed_dialog_gives_the_focus_back() {
    let page = Page::open(|_| {
        let dialogs = frontend::components::dialogs::use_dialogs();
        view! {
            <button id="opener" on:click=move |_| dialogs.open(Dialog::PageSettings)>
                "open"
            </button>
            <DialogHost />
        }
    });
    let opener = html(page.wait_for("#opener").await);
    opener.focus().unwrap();
    opener.click();
    page.wait_for("dialog[open]").await;
    assert_ne!(focused().unwrap(), *opener);
    html(page.wait_for("dialog .icon-button").await).click();
    page.wait_for_none("dialog").await;
    assert_eq!(focused().unwrap(), *opener);
    assert!(!page.dialogs.is_open());
}

#[wasm_bindgen_test]
async fn a_refused_form_keeps_what_was_typed_and_says_why_at_the_field() {
    let page = Page::open(|_| view! { <DialogHost /> });
    page.dialogs.open(Dialog::CreateRoom);
    let name = write(page.wait_for("#room-name").await, &"가".repeat(41));
    let topic = write(page.wait_for("#room-topic").await, "무엇이든");
    html(page.wait_for("button[type=submit]").await).click();
    page.wait_for_text("#room-name-error", "too long: 40 characters")
        .await;
    assert_eq!(name.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert_eq!(name.value(), "가".repeat(41));
    assert_eq!(topic.value(), "무엇이든");
    assert_eq!(focused().unwrap(), **name);
    write(name.clone().into(), "회의");
    page.wait_for_none("[aria-invalid]").await;
    page.dialogs.close();
    page.wait_for_none("dialog").await;
}

#[wasm_bindgen_test]
async fn what_stands_in_a_dialogs_first_field_is_selected() {
    let page = Page::open(|_| view! { <FirstField /> });
    let input: HtmlInputElement = page.wait_for("#own-name").await.dyn_into().unwrap();
    until("the selection", || {
        let range = (input.selection_start().ok()?, input.selection_end().ok()?);
        (range == (Some(0), Some(3))).then_some(())
    })
    .await;
    assert_eq!(focused().unwrap(), **input);
}

/// A dialog with a name that can be changed.
#[component]
fn FirstField() -> impl IntoView {
    view! {
        <DialogFrame title=tr!(room.edit)>
            <TextField
                form=FormState::new()
                field=Field::Name
                id="own-name"
                label=|| words().form.name
                hint=|| words().form.topic_hint
                node=NodeRef::new()
                value="Ada"
                autofocus=true
            />
        </DialogFrame>
    }
}

#[wasm_bindgen_test]
async fn another_language_changes_every_text_at_once() {
    let page = Page::open(|_| {
        view! {
            <Overlays />
            <DialogHost />
        }
    });
    page.dialogs.open(Dialog::PageSettings);
    page.wait_for_text(".dialog__title", "Settings").await;
    html(page.wait_for(".segment [lang=ko]").await).click();
    page.wait_for_text(".dialog__title", "설정").await;
    page.wait_for_text(".dialog__body", "보내기 키").await;
    let root = document().document_element().unwrap();
    until("lang", || {
        (root.get_attribute("lang").as_deref() == Some("ko")).then_some(())
    })
    .await;
    assert_eq!(
        BrowserStorage::Local
            .get::<PageSettings>(PageSettings::KEY)
            .unwrap()
            .language,
        Some(Language::Korean)
    );
}

#[wasm_bindgen_test]
async fn a_chosen_theme_stands_on_the_root() {
    let page = Page::open(|_| view! { <Overlays /> });
    let root = document().document_element().unwrap();
    page.client.change_settings(|all| all.theme = Theme::Dark);
    until("dark", || {
        (root.get_attribute("data-theme").as_deref() == Some("dark")).then_some(())
    })
    .await;
    page.client.change_settings(|all| all.theme = Theme::System);
    until("system", || {
        (!root.has_attribute("data-theme")).then_some(())
    })
    .await;
}

#[wasm_bindgen_test]
async fn an_empty_name_is_refused_at_the_door_without_asking_the_server() {
    let page = Page::open(|_| view! { <SignIn reason=SignedOut::Fresh /> });
    let name = write(page.wait_for("#name").await, "  ");
    html(page.wait_for("button[type=submit]").await).click();
    page.wait_for_text("#name-error", "Enter a name.").await;
    assert_eq!(name.value(), "  ");
    html(page.wait_for(".language[lang=ko]").await).click();
    page.wait_for_text("#name-error", "이름을 적어 주세요.")
        .await;
}

#[wasm_bindgen_test]
async fn a_server_without_guests_shows_a_closed_door() {
    let reason = SignedOut::Forbidden(shared::error::ErrorCode::GuestsOff);
    let page = Page::open(move |_| view! { <SignIn reason /> });
    page.wait_for_text("[role=alert]", "No guests here").await;
    assert!(page.find("form").is_none());
}

#[wasm_bindgen_test]
async fn a_menu_is_walked_with_the_arrows_and_gives_the_focus_back() {
    let chosen = ArcRwSignal::new(0);
    let choice = chosen.clone();
    let page = Page::open(move |_| {
        let (first, second) = (choice.clone(), choice);
        view! {
            <Menu id="test-menu" label=tr!(room.menu)>
                <MenuItem glyph=Glyph::Edit label=tr!(room.edit) on_choose=move || first.set(1) />
                <MenuItem
                    glyph=Glyph::Check
                    label=tr!(room.mark_read)
                    on_choose=move || second.set(2)
                />
            </Menu>
        }
    });
    let button = html(page.wait_for("button[popovertarget]").await);
    button.focus().unwrap();
    button.click();
    let menu = page.wait_for("[role=menu]:popover-open").await;
    let items = menu.query_selector_all("[role=menuitem]").unwrap();
    let item = |index| items.get(index).unwrap().dyn_into::<Element>().unwrap();
    until("first item", || (focused()? == item(0)).then_some(())).await;
    press(&item(0), "ArrowDown");
    assert_eq!(focused().unwrap(), item(1));
    press(&item(1), "ArrowDown");
    assert_eq!(focused().unwrap(), item(0));
    press(&item(0), "End");
    html(item(1)).click();
    page.wait_for_none("[role=menu]:popover-open").await;
    assert_eq!(chosen.get_untracked(), 2);
    assert_eq!(focused().unwrap(), *button);
}

#[wasm_bindgen_test]
async fn a_toast_is_said_politely_and_can_be_dismissed() {
    let page = Page::open(|_| view! { <Overlays /> });
    page.client.show_toast(ToastMessage::CopyByHand(
        "http://example.org/rooms/1".to_owned(),
    ));
    page.wait_for_text("[role=status] .toast", "example.org")
        .await;
    html(page.wait_for(".toast .icon-button").await).click();
    page.wait_for_none(".toast").await;
}

#[wasm_bindgen_test]
async fn times_and_numbers_are_written_as_the_language_does() {
    let page = Page::open(|_| view! { <Overlays /> });
    assert_eq!(format::number("en", 1_234_567), "1,234,567");
    let noon = js_sys::Date::new_with_year_month_day_hr(2026, 2, 3, 15);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a date in milliseconds is whole"
    )]
    let at = |hours: i64| Micros((noon.get_time() as i64 + hours * 3_600_000) * 1_000);
    // ICU writes a narrow space before PM.
    assert_eq!(format::time(at(0)).replace('\u{202f}', " "), "3:00 PM");
    assert_eq!(format::day(at(0), at(1), &i18n::t().when), "Today");
    assert_eq!(format::day(at(-24), at(0), &i18n::t().when), "Yesterday");
    assert_eq!(
        format::day(at(-48), at(0), &i18n::t().when),
        "Sunday, March 1"
    );
    assert!(format::day(at(-24 * 365), at(0), &i18n::t().when).contains("2025"));
    page.client
        .change_settings(|settings| settings.language = Some(Language::Korean));
    assert_eq!(format::time(at(0)), "오후 3:00");
    assert_eq!(
        format::day(at(-48), at(0), &i18n::t().when),
        "3월 1일 일요일"
    );
}

#[wasm_bindgen_test]
async fn an_open_drawer_shuts_the_rest_off_until_back_closes_it() {
    let page = Page::open(|client| {
        let people = client.panes().people;
        let state = leptos::Reactive::new(move || if people.get() { "open" } else { "closed" });
        people.set(false);
        drawers::follow(client, use_dialogs());
        view! {
            <div class="shell" data-people=state data-sidebar="closed">
                <main class="shell__main">
                    <button id="opener" on:click=move |_| people.set(true)>
                        "people"
                    </button>
                </main>
                <aside class="shell__people">
                    <button id="inside">"close"</button>
                </aside>
            </div>
        }
    });
    // The test's window is narrower than three panes need.
    assert!(browser::matches("(width < 68rem)"));
    let opener = html(page.wait_for("#opener").await);
    let main = html(page.wait_for("main").await);
    opener.focus().unwrap();
    opener.click();
    let inside = page.wait_for("#inside").await;
    until("focus inside", || (focused()? == inside).then_some(())).await;
    assert!(main.inert());
    browser::window().history().unwrap().back().unwrap();
    page.wait_for("[data-people=closed]").await;
    until("focus outside", || (focused()? == *opener).then_some(())).await;
    assert!(!main.inert());
}
