//! Mail in the page: a forgotten password, the address in the settings, an invitation by mail.

use std::net::TcpListener;

use chromium::Key;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::accounts::{fill, says};
use crate::axe;
use crate::person::{DESK, Looks, PHONE, Person};
use crate::stage::Stage;
use crate::support::account::{self, PASSWORD, ask_as};
use crate::support::guest::Guest;
use crate::support::mail_server::MailServer;

const NEW_PASSWORD: &str = "orchard-kettle-19-moth";

/// The button that makes an invitation.
const SUBMIT: &str = "form button[type=submit]";

/// A server that sends mail, and the mail server.
struct Mailing {
    stage: Stage,
    mails: MailServer,
    // It answers while the browser is waited for.
    runtime: Runtime,
}

impl Mailing {
    fn new() -> Self {
        let mut runtime = Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
        let mails = runtime.block_on(MailServer::start());
        // The address has to be known before the server starts.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = free.local_addr().unwrap().to_string();
        drop(free);
        let own = mails.arguments_at(&format!("http://{listen}"));
        let mut arguments: Vec<&str> = own.iter().map(String::as_str).collect();
        arguments.extend(["--listen", &listen]);
        Mailing {
            stage: Stage::with(&arguments),
            mails,
            runtime,
        }
    }

    /// The secret of the link in the mail of this number.
    fn secret(&self, count: usize, path: &str) -> String {
        self.runtime.block_on(self.mails.taken(count)).secret(path)
    }

    /// The owner, whose address is proved.
    fn owner(&self) -> Guest {
        let olga = self
            .stage
            .run(account::claim(self.stage.address, self.stage.data()));
        let ask = |method: &str, path: &str, body: Value| {
            let asked = ask_as(self.stage.address, &olga, method, path, &body);
            let answer = self.stage.run(asked);
            assert!((200..300).contains(&answer.status), "{answer:?}");
        };
        let address = json!({ "address": "olga@example.org" });
        ask("PUT", "account/mail_address", address);
        let token = json!({ "token": self.secret(1, "/email") });
        ask("POST", "account/mail_address/proof", token);
        olga
    }
}

#[track_caller]
fn fits(person: &Person) {
    assert!(person.finds("document.documentElement.scrollWidth <= innerWidth"));
    let small = person.look(
        "[...document.querySelectorAll('main :is(input, button, a)')].filter(target =>
            target.getBoundingClientRect().height < 44).map(target => target.outerHTML)",
    );
    assert_eq!(small, json!([]));
}

#[test]
#[ignore = "needs a browser"]
fn who_has_forgotten_the_password_sets_a_new_one_on_a_phone() {
    let all = Mailing::new();
    all.owner();
    for (count, dark, language, sent) in [
        (2, false, "en-US", "Check your mail"),
        (4, true, "ko-KR", "메일을 확인해 주세요"),
    ] {
        let name = |what: &str| format!("mail-{what}-{language}");
        let phone = all.stage.visitor(Looks {
            screen: PHONE,
            dark,
            language,
            ..Looks::default()
        });
        phone.go("/sign-in");
        phone.wait("document.querySelector('a[href=\"/forgot\"]')");
        axe::look_at(&phone, &name("sign-in"));
        fits(&phone);
        phone.click("a[href=\"/forgot\"]");
        phone.wait("document.activeElement?.id === 'username'");
        axe::look_at(&phone, &name("forgot"));
        fits(&phone);
        phone.press(Key::Enter);
        phone.wait("document.querySelector('#username-error')?.textContent");
        fill(&phone, "#username", "olga");
        phone.press(Key::Enter);
        says(&phone, "h1", sent);
        phone.wait("document.activeElement?.matches('h1')");
        axe::look_at(&phone, &name("forgot-sent"));
        let secret = all.secret(count, "/reset");
        phone.go(&format!("/reset#{secret}"));
        phone.wait("document.activeElement?.id === 'password'");
        fill(
            &phone,
            "#password",
            if dark { PASSWORD } else { NEW_PASSWORD },
        );
        phone.press(Key::Enter);
        phone.ready();
        // The person is told.
        let notice = all.runtime.block_on(all.mails.taken(count + 1));
        assert_eq!(notice.to, "olga@example.org");
    }
}

#[test]
#[ignore = "needs a browser"]
fn an_address_is_set_in_the_settings_and_an_invitation_goes_by_mail() {
    let all = Mailing::new();
    all.owner();
    for (dark, screen, language, first, [before, after], [make, send]) in [
        (
            false,
            DESK,
            "en-US",
            2,
            ["olga@example.org", "new@example.org"],
            ["Make link", "Send invitation"],
        ),
        (
            true,
            PHONE,
            "ko-KR",
            5,
            ["new@example.org", "newer@example.org"],
            ["링크 만들기", "초대 보내기"],
        ),
    ] {
        let name = |what: &str| format!("mail-{what}-{language}");
        let olga = all.stage.visitor(Looks {
            screen,
            dark,
            language,
            ..Looks::default()
        });
        olga.go("/sign-in");
        olga.wait("document.activeElement?.id === 'username'");
        fill(&olga, "#username", "olga");
        fill(&olga, "#password", PASSWORD);
        olga.press(Key::Enter);
        olga.ready();
        olga.go("/settings/sign-in");
        olga.wait("document.querySelector('#mail-address')");
        says(&olga, ".settings__section", before);
        axe::look_at(&olga, &name("settings"));
        fill(&olga, "#mail-address", "olga");
        olga.expect_complaint("400");
        olga.press(Key::Enter);
        olga.wait("document.querySelector('#mail-address-error')?.textContent");
        fill(&olga, "#mail-address", after);
        olga.press(Key::Enter);
        says(&olga, ".settings__section", after);
        axe::look_at(&olga, &name("settings-asked"));
        let secret = all.secret(first, "/email");
        olga.go(&format!("/email#{secret}"));
        olga.wait("document.activeElement?.type === 'submit'");
        axe::look_at(&olga, &name("email"));
        olga.press(Key::Enter);
        olga.wait("document.activeElement?.matches('.state h1')");
        axe::look_at(&olga, &name("email-done"));
        // The address of before is told.
        let told = all.runtime.block_on(all.mails.taken(first + 1));
        assert_eq!(told.to, before);

        olga.go("/settings/invitations");
        olga.wait("document.querySelector('#invite-mail')");
        says(&olga, SUBMIT, make);
        fill(&olga, "#invite-mail", "mina");
        says(&olga, SUBMIT, send);
        olga.expect_complaint("400");
        olga.press(Key::Enter);
        olga.wait("document.querySelector('#invite-mail-error')?.textContent");
        olga.wait("document.activeElement?.id === 'invite-mail'");
        axe::look_at(&olga, &name("invitation-refused"));
        fill(&olga, "#invite-mail", "mina@example.org");
        olga.press(Key::Enter);
        // The news has the focus, and is in sight.
        says(&olga, "main :focus", "mina@example.org");
        olga.wait("(({ top, bottom }) => top >= 0 && bottom <= innerHeight)(document.activeElement.getBoundingClientRect())");
        says(&olga, SUBMIT, make);
        says(&olga, ".settings__item", "mina@example.org");
        axe::look_at(&olga, &name("invitations"));
        all.secret(first + 2, "/join");
        assert!(!olga.finds("document.querySelector('#invite-link')"));
    }
}
