//! One's own profile in the page, and invitations by who may invite.

use chromium::Key;
use serde_json::{Value, json};

use crate::axe;
use crate::person::{Looks, PHONE, Person};
use crate::stage::Stage;
use crate::support::account::{self, PASSWORD};
use crate::support::guest::Guest;

/// Signs in as the owner of the stage's place.
fn owner(stage: &Stage, looks: Looks) -> (Guest, Person) {
    let olga = stage.run(account::claim(stage.address, stage.data()));
    let person = stage.visitor(looks);
    sign_in(&person, "olga");
    (olga, person)
}

#[track_caller]
fn sign_in(person: &Person, username: &str) {
    person.go("/sign-in");
    person.wait("document.activeElement?.id === 'username'");
    fill(person, "#username", username);
    fill(person, "#password", PASSWORD);
    person.press(Key::Enter);
    person.ready();
}

/// Replaces what is in a field.
#[track_caller]
fn fill(person: &Person, field: &str, text: &str) {
    person.click(field);
    person.look("document.activeElement.select()");
    person.page.insert_text(text).unwrap();
}

/// Goes to the profile by the menu at one's own name.
#[track_caller]
fn open_profile(person: &Person) {
    person.click(".me");
    person.click("#own-menu [role=menuitem]");
    person.wait("location.pathname === '/settings/profile'");
    person.wait("document.querySelector('#own-name')?.value");
}

/// Waits until a change was made.
#[track_caller]
fn is_saved(person: &Person, form: &str) {
    person.wait(&format!(
        "document.querySelector('{form}').closest('.settings__part').querySelector('[role=status]')?.textContent"
    ));
}

#[test]
#[ignore = "needs a browser"]
fn a_profile_is_changed_by_keyboard_and_others_see_it_until_the_status_ends() {
    let stage = Stage::new();
    let (_, olga) = owner(&stage, Looks::default());
    let ada = stage.person("Ada");
    olga.say("good morning");
    ada.sees("good morning");
    open_profile(&olga);

    fill(&olga, "#own-name", "Olga Lee");
    olga.press(Key::Enter);
    is_saved(&olga, "#own-name");
    fill(&olga, "#username", "olga.lee");
    olga.press(Key::Enter);
    is_saved(&olga, "#username");
    // The colours are one stop; arrows go from one to the next.
    olga.look("document.querySelector('.swatch input').focus()");
    for _ in 0..3 {
        olga.press(Key::Down);
    }
    is_saved(&olga, ".swatch");
    axe::look_at(&olga, "profile");
    let row = "seen.row('good morning')";
    ada.wait(&format!(
        "{row}.querySelector('.message__author').textContent === 'Olga Lee'"
    ));
    ada.wait(&format!(
        "{row}.querySelector('.avatar').dataset.tone === '2'"
    ));

    olga.look("document.querySelector('#status-emoji').closest('form').querySelector('.settings__row:has(button + button) button').click()");
    olga.wait("document.querySelector('#status-text').value === 'In a meeting'");
    olga.look("document.querySelector('#status-text').focus()");
    olga.press(Key::Enter);
    is_saved(&olga, "#status-text");
    // Only who is in a room is in its list.
    olga.enter("lobby");
    let status = "document.querySelector('.person .status')?.textContent";
    ada.wait(&format!("{status} === '🗓️In a meeting'"));
    olga.wait("document.querySelector('.me .status')?.textContent === '🗓️In a meeting'");
    axe::look_at(&ada, "people-with-a-status");

    // A short one ends by itself: nobody says so.
    let soon = olga.look("(Date.now() + 3000) * 1000");
    let body = json!({ "status": { "emoji": "🚌", "text": "", "until": soon } });
    olga.look(&format!(
        "fetch('/api/v1/account', {{ method: 'PATCH', headers: {{ 'Content-Type': 'application/json' }}, body: {} }}).then(answer => answer.status)",
        Value::from(body.to_string())
    ));
    ada.wait(&format!("{status} === '🚌'"));
    ada.wait(&format!("{status} === undefined"));
    olga.wait("!document.querySelector('.me .status')");
}

#[test]
#[ignore = "needs a browser"]
fn what_is_refused_is_said_at_its_field() {
    let stage = Stage::new();
    let (owner, olga) = owner(&stage, Looks::default());
    let secret = stage.run(account::invite(stage.address, &owner, &json!({})));
    stage.run(account::join(stage.address, &secret, "mina"));
    open_profile(&olga);
    olga.expect_complaint("409");
    olga.expect_complaint("400");
    fill(&olga, "#username", "mina");
    olga.press(Key::Enter);
    olga.wait("document.querySelector('#username-error')?.textContent");
    olga.wait("document.activeElement?.id === 'username'");
    fill(&olga, "#status-text", "a\u{202E}b");
    olga.press(Key::Enter);
    olga.wait("document.querySelector('#status-text-error')?.textContent");
    assert_eq!(
        olga.look("document.querySelector('#status-text').value"),
        "a\u{202E}b"
    );
}

#[test]
#[ignore = "needs a browser"]
fn people_of_one_name_are_told_apart_by_their_usernames() {
    let stage = Stage::new();
    let (owner, olga) = owner(&stage, Looks::default());
    let wish = json!({ "uses": 5 });
    let secret = stage.run(account::invite(stage.address, &owner, &wish));
    let mut said = Vec::new();
    for username in ["kim.ha", "kim.do"] {
        let body =
            json!({ "token": secret, "username": username, "name": "Kim", "password": PASSWORD });
        let joined = stage.run(account::post(stage.address, "invitation/account", &body));
        let kim = account::signed_in(&joined);
        let mut kim = stage.run(kim.connect(stage.address));
        stage.run(kim.post(shared::id::RoomId::LOBBY, username));
        said.push(kim);
    }
    let heads = "[...document.querySelectorAll('.message__head')].map(head =>
        [...head.children].slice(0, -1).map(part => part.textContent).join(' '))";
    let expected = json!(["Kim @kim.ha", "Kim @kim.do"]).to_string();
    olga.wait(&format!(
        "JSON.stringify({heads}) === {}",
        Value::from(expected)
    ));
}

#[test]
#[ignore = "needs a browser"]
fn the_language_of_the_account_is_spoken_on_a_new_device_unless_it_has_its_own() {
    let stage = Stage::new();
    let (_, olga) = owner(&stage, Looks::default());
    open_profile(&olga);
    olga.select("#own-language", "한국어");
    olga.wait("document.documentElement.lang === 'ko'");
    olga.select("#time-zone", "Asia/Seoul");
    olga.wait("document.querySelector('#time-zone').closest('.settings__part').querySelector('[role=status]').textContent");
    axe::look_at(&olga, "profile-ko");

    let phone = stage.visitor(Looks {
        screen: PHONE,
        dark: true,
        ..Looks::default()
    });
    sign_in(&phone, "olga");
    phone.wait("document.documentElement.lang === 'ko'");
    phone.go("/settings/profile");
    phone.wait("document.querySelector('#time-zone')?.value === 'Asia/Seoul'");
    assert!(phone.finds("document.documentElement.scrollWidth <= innerWidth"));
    axe::look_at(&phone, "profile-phone-dark-ko");

    let own = stage.visitor(Looks::default());
    own.go("/sign-in");
    own.look("localStorage.setItem('madang.settings', '{\"language\":\"en\"}')");
    sign_in(&own, "olga");
    own.wait("document.querySelector('.me__name')");
    assert_eq!(own.look("document.documentElement.lang"), "en");
}

#[test]
#[ignore = "needs a browser"]
fn an_invitation_is_made_shown_and_revoked_on_a_phone() {
    let stage = Stage::new();
    let looks = Looks {
        screen: PHONE,
        language: "ko-KR",
        ..Looks::default()
    };
    let (mut owner, olga) = {
        let (owner, person) = owner(&stage, looks);
        (stage.run(owner.connect(stage.address)), person)
    };
    stage.run(owner.create_private_room("정원"));
    olga.go("/settings/invitations");
    olga.wait("document.querySelector('.settings__check')?.textContent === '정원'");
    assert!(!olga.finds("document.querySelector('.settings__part > .settings__aside')"));
    olga.select("#invite-uses", "5명");
    olga.wait("document.querySelector('.settings__part > .settings__aside')");
    olga.click(".settings__check input");
    olga.click("form.settings__part button[type=submit]");
    olga.wait("document.querySelector('[id^=invite-link]')?.value.includes('/join#')");
    olga.wait("document.querySelector('.settings__qr').naturalWidth > 0");
    olga.wait("document.activeElement?.getAttribute('aria-labelledby') === 'invite-made-0'");
    assert!(olga.finds("document.documentElement.scrollWidth <= innerWidth"));
    axe::look_at(&olga, "invitations-phone-ko");
    let link = olga.look("document.querySelector('[id^=invite-link]').value");
    let link = link.as_str().unwrap().to_owned();
    let path = &link[link.find("/join#").unwrap()..];

    let mina = stage.visitor(Looks::default());
    mina.go(path);
    mina.wait("document.activeElement?.id === 'username'");
    fill(&mina, "#username", "mina");
    fill(&mina, "#display-name", "Mina");
    fill(&mina, "#password", PASSWORD);
    mina.press(Key::Enter);
    mina.ready();

    olga.choose("보관했어요");
    olga.wait("document.activeElement?.id === 'invite-role'");
    olga.page.reload().unwrap();
    olga.wait("document.querySelector('.settings__item')?.textContent.includes('5명 중 1명 사용')");
    olga.click(".settings__item button");
    olga.wait(
        "document.querySelector('.settings__item[data-ended]')?.textContent.includes('취소됨')",
    );
    let dead = stage.visitor(Looks::default());
    dead.expect_complaint("404");
    dead.go(path);
    dead.wait("document.querySelector('.state[role=alert]')");
}

#[test]
#[ignore = "needs a browser"]
fn a_revoked_invitation_changes_its_row_and_no_other() {
    let stage = Stage::new();
    let (owner, olga) = owner(&stage, Looks::default());
    for _ in 0..3 {
        stage.run(account::invite(stage.address, &owner, &json!({})));
    }
    olga.go("/settings/invitations");
    olga.wait("document.querySelectorAll('.settings__list > li').length === 3");
    olga.look("globalThis.rows = [...document.querySelectorAll('.settings__list > li')]");
    olga.click_on("rows[1].querySelector('button')");
    olga.wait("document.querySelectorAll('.settings__item[data-ended]').length === 1");
    let same = "JSON.stringify([...document.querySelectorAll('.settings__list > li')]
        .map((row, at) => row === rows[at]))";
    assert_eq!(olga.look(same), "[true,false,true]");
    // The button that had the focus is gone.
    olga.wait("document.activeElement?.id === 'invites-title'");

    // A link that nobody has kept yet comes back with the section, and is not left by accident.
    olga.choose("Make link");
    let link = olga.wait("document.querySelector('[id^=invite-link]')?.value");
    olga.choose("People");
    olga.wait("document.querySelector('#people-search')");
    olga.page.notify("Page.reload", json!({})).unwrap();
    olga.stays_when_asked();
    olga.choose("Invitations");
    olga.wait(&format!(
        "document.querySelector('[id^=invite-link]')?.value === {link}"
    ));
    // Whoever has copied it has it.
    olga.allow(&["clipboardReadWrite", "clipboardSanitizedWrite"]);
    olga.choose("Copy link");
    olga.wait("document.querySelector('.toast')");
    olga.page.reload().unwrap();
    olga.wait("document.querySelectorAll('.settings__list > li').length === 4");
    assert!(!olga.finds("document.querySelector('[id^=invite-link]')"));
}

#[test]
#[ignore = "needs a browser"]
fn a_guest_has_a_name_and_a_colour_and_no_invitations() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    open_profile(&ada);
    assert!(!ada.finds("document.querySelector('#username, #status-text, #time-zone')"));
    assert!(!ada.finds("[...document.querySelectorAll('.settings__link')].some(link => link.href.endsWith('/invitations'))"));
    fill(&ada, "#own-name", "Ada L.");
    ada.press(Key::Enter);
    ada.wait("document.querySelector('.me__name').textContent === 'Ada L.'");
    axe::look_at(&ada, "profile-guest");
}

#[test]
#[ignore = "needs a browser"]
fn own_data_is_taken_along_and_the_account_deleted() {
    let stage = Stage::new();
    let (owner, olga) = owner(&stage, Looks::default());
    let secret = stage.run(account::invite(stage.address, &owner, &json!({})));
    stage.run(account::join(stage.address, &secret, "mina"));
    let mina = stage.visitor(Looks::default());
    sign_in(&mina, "mina");
    mina.say("here to stay");
    olga.sees("here to stay");
    open_profile(&mina);
    // What the button leads to: the browser would store it as a file.
    let exported = "fetch(document.querySelector('a[download]').href).then(answer => answer.json())
        .then(data => data.messages.map(message => message.body))";
    assert_eq!(mina.look(exported), json!(["here to stay"]));
    mina.choose("Delete account");
    mina.wait("document.activeElement?.textContent === 'Cancel'");
    axe::look_at(&mina, "profile-delete");
    for complaint in ["401", "WebSocket"] {
        mina.expect_complaint(complaint);
    }
    mina.choose("Delete for ever");
    mina.wait("location.pathname === '/' && document.querySelector('form.card')");
    assert_eq!(
        mina.look("Object.keys(localStorage).filter(key => key.startsWith('madang.me'))"),
        json!([])
    );
    olga.wait("seen.row('here to stay').querySelector('.message__author').textContent !== 'mina'");

    // The last owner stays, and is told so.
    open_profile(&olga);
    olga.expect_complaint("409");
    olga.choose("Delete account");
    olga.choose("Delete for ever");
    olga.wait("document.querySelector('#delete-text + [role=alert]')?.textContent");
}

#[test]
#[ignore = "needs a browser"]
fn a_guest_has_a_name_to_delete_and_no_account() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    open_profile(&ada);
    ada.wait("seen.named('button', 'Delete your name')");
    assert!(!ada.finds("document.querySelector('main').textContent.includes('Delete account')"));
}
