//! The forms of accounts: what is checked, and at which field a refusal stands.

use frontend::browser;
use frontend::components::account::AccountPage;
use frontend::route::AccountRoute;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlInputElement;

use crate::page::{Page, focused, html, until, write};

#[wasm_bindgen(module = "/tests/components/answers.js")]
extern "C" {
    /// Answers every request from now on in this way; returns how to stop it.
    #[wasm_bindgen(js_name = answerWith)]
    fn answer_with(status: u16, body: &str) -> js_sys::Function;
    /// The path and the body of the last request.
    #[wasm_bindgen(js_name = lastRequest)]
    fn last_request() -> Option<String>;
}

/// Stands in for the server, until it is dropped.
struct Answers(js_sys::Function);

impl Answers {
    fn refusal(status: u16, code: &str) -> Self {
        let body = format!(r#"{{"error":{{"code":"{code}","message":""}}}}"#);
        Answers(answer_with(status, &body))
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        self.0.call0(&wasm_bindgen::JsValue::NULL).unwrap();
    }
}

/// A form at an address with this fragment.
fn open(form: AccountRoute, fragment: &str) -> Page {
    browser::window().location().set_hash(fragment).unwrap();
    Page::open(move |_| view! { <AccountPage form /> })
}

async fn fill(page: &Page, texts: &[(&str, &str)]) {
    for (field, text) in texts {
        write(page.wait_for(field).await, text);
    }
}

async fn send(page: &Page) {
    html(page.wait_for("button[type=submit]").await).click();
}

fn has_focus(page: &Page, field: &str) -> bool {
    focused() == page.find(field)
}

fn value(page: &Page, field: &str) -> String {
    let field = page.find(field).unwrap();
    field.dyn_into::<HtmlInputElement>().unwrap().value()
}

#[wasm_bindgen_test]
async fn what_is_missing_is_said_at_the_first_such_field() {
    let page = open(AccountRoute::Claim, "0f");
    page.wait_for("#place").await;
    until("the first field has the focus", || {
        has_focus(&page, "#place").then_some(())
    })
    .await;
    send(&page).await;
    page.wait_for_text("#place-error", "Enter a name.").await;
    fill(&page, &[("#place", "Courtyard")]).await;
    page.wait_for_none("[aria-invalid]").await;
    send(&page).await;
    page.wait_for_text("#username-error", "Enter your username.")
        .await;
    assert!(has_focus(&page, "#username"));
    fill(&page, &[("#username", "olga")]).await;
    send(&page).await;
    page.wait_for_text("#display-name-error", "Enter a name.")
        .await;
    assert_eq!(
        page.find("#place-error").unwrap().text_content().unwrap(),
        ""
    );
    fill(&page, &[("#display-name", "Olga"), ("#password", "short")]).await;
    send(&page).await;
    page.wait_for_text("#password-error", "at least 8").await;
    assert!(has_focus(&page, "#password"));
    assert_eq!(value(&page, "#password"), "short");
}

#[wasm_bindgen_test]
async fn a_refusal_of_the_server_stands_at_the_field_that_it_is_about() {
    for (code, field, says) in [
        ("username_taken", "#username", "Someone has this username"),
        ("username_invalid", "#username", "cannot be a username"),
        ("password_weak", "#password", "easy to guess"),
        ("text_characters", "#display-name", "invisible"),
    ] {
        let answers = Answers::refusal(400, code);
        let page = open(AccountRoute::Claim, "0f");
        fill(
            &page,
            &[
                ("#place", " Court  yard "),
                ("#username", "olga "),
                ("#display-name", "Olga"),
                ("#password", "cabbage-lantern"),
            ],
        )
        .await;
        send(&page).await;
        page.wait_for_text(&format!("{field}-error"), says).await;
        assert!(has_focus(&page, field), "{code}");
        assert_eq!(value(&page, "#password"), "cabbage-lantern");
        assert_eq!(
            last_request().unwrap(),
            r#"/api/v1/claim {"token":"0f","place":"Court yard","username":"olga","name":"Olga","password":"cabbage-lantern","keep":false}"#
        );
        drop(answers);
    }
}

#[wasm_bindgen_test]
async fn a_refusal_of_no_field_stands_at_the_button() {
    let _answers = Answers::refusal(409, "already_claimed");
    let page = open(AccountRoute::Claim, "0f");
    fill(
        &page,
        &[
            ("#place", "Courtyard"),
            ("#username", "olga"),
            ("#display-name", "Olga"),
            ("#password", "cabbage-lantern"),
        ],
    )
    .await;
    send(&page).await;
    page.wait_for_text(".dialog__error", "has an owner already")
        .await;
    assert!(page.find("[aria-invalid]").is_none());
}

#[wasm_bindgen_test]
async fn a_wrong_password_is_said_at_its_field_and_can_be_shown() {
    let _answers = Answers::refusal(401, "wrong_credentials");
    let page = open(AccountRoute::SignIn, "");
    fill(&page, &[("#username", "olga"), ("#password", "cabbage")]).await;
    send(&page).await;
    page.wait_for_text("#password-error", "is wrong").await;
    assert_eq!(value(&page, "#username"), "olga");
    page.wait_for("#password[type=password][autocomplete=current-password]")
        .await;
    html(page.wait_for("[aria-label='Show password']").await).click();
    page.wait_for("#password[type=text]").await;
    assert_eq!(value(&page, "#password"), "cabbage");
}

#[wasm_bindgen_test]
async fn an_invitation_that_does_not_work_says_what_to_do() {
    let _answers = Answers::refusal(404, "link_invalid");
    let page = open(AccountRoute::Join, "0f");
    page.wait_for_text("[role=alert]", "Ask for a new link")
        .await;
    assert_eq!(
        last_request().unwrap(),
        r#"/api/v1/invitation {"token":"0f"}"#
    );
}

#[wasm_bindgen_test]
async fn a_link_without_its_secret_is_not_sent_anywhere() {
    let page = open(AccountRoute::Join, "");
    page.wait_for_text("[role=alert]", "Ask for a new link")
        .await;
    assert_eq!(last_request(), None);
}

#[wasm_bindgen_test]
async fn an_invitation_says_who_invites_and_whereto() {
    let body = r#"{"by":{"id":1,"name":"Olga","rev":1,"role":"owner"},"role":"member","rooms":[{"id":2,"name":"정원"},{"id":3,"name":"roof"}]}"#;
    let _answers = Answers(answer_with(200, body));
    let page = open(AccountRoute::Join, "0f");
    page.wait_for_text("h1", "Olga invites you").await;
    page.wait_for_text(".card__lead", "정원, roof").await;
    assert!(page.find("#place").is_none());
    page.wait_for("#password[autocomplete=new-password]").await;
    page.wait_for("#display-name[autocomplete=name]").await;
}
