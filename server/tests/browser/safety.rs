//! What people write stays text, and the page runs nothing but itself.

use crate::person::{Looks, Person};
use crate::stage::{Stage, browser};

const TRICKS: &[&str] = &[
    "<script>window.broken = 'script'</script>",
    "<img src=x onerror=\"window.broken = 'image'\">",
    "<b>bold</b> &lt;i&gt; &amp; <a href=\"javascript:window.broken='link'\">click</a>",
    "javascript:window.broken='address'",
    "[click](javascript:window.broken='markdown')",
    "https://example.org/\"onmouseover=\"window.broken='attribute'\"",
    "https://example.org/<svg/onload=window.broken='svg'>",
    "`<script>window.broken = 'code'</script>`",
    "```html\n<iframe srcdoc=\"<script>parent.broken = 'block'</script>\"></iframe>\n```",
    "data:text/html,<script>window.broken='data'</script>",
    "\u{2066}<img src=x>\u{2069} {{constructor.constructor('window.broken=1')()}} ${broken=1}",
];

#[test]
#[ignore = "needs a browser"]
fn what_people_write_never_becomes_html() {
    let stage = Stage::new();
    let ada = stage.person("<b>Ada</b>");
    let mut ben = stage.guest("<img src=x onerror=broken=1>");
    let name = "<script>broken</script>";
    let room = stage.run(ben.create_room(name));
    stage.run(ben.add_members(room, &[ada.user()]));
    for trick in TRICKS {
        stage.run(ben.post(shared::id::RoomId::LOBBY, trick));
    }
    let mut john = stage.simple();
    stage.run(john.say("<i>John</i>", "<u>plain</u>"));
    ada.say("<em>mine</em>");
    ada.sees_sent("<em>mine</em>");
    ada.sees("<u>plain</u>");

    let text = ada.look("seen.rows().map(row => row.textContent).join('\\n')");
    let text = text.as_str().unwrap();
    for written in [
        "<script>window.broken = 'script'</script>",
        "<b>bold</b> &lt;i&gt; &amp;",
    ] {
        assert!(text.contains(written), "{written} in {text}");
    }
    assert!(text.contains("<img src=x onerror=broken=1>") && text.contains("<i>John</i>"));
    ada.wait(&format!("seen.place({name:?})"));
    for kind in [
        "script",
        "img",
        "b",
        "i",
        "u",
        "em",
        "iframe",
        "object",
        "[onerror]",
        "[style]",
    ] {
        let inside = format!(
            "document.querySelector('.shell :is(.message__body, .message__author, .place__name, .me__name) {kind}')"
        );
        assert!(!ada.finds(&inside), "{kind}");
    }
    // What can be clicked leads to the web and gives nothing away.
    let links =
        ada.look("[...document.querySelectorAll('.message__body a')].map(a => [a.href, a.rel])");
    for link in links.as_array().unwrap() {
        let (to, rel) = (link[0].as_str().unwrap(), link[1].as_str().unwrap());
        assert!(to.starts_with("https://example.org/"), "{link}");
        assert!(rel.contains("noopener"), "{link}");
    }
    assert!(!links.as_array().unwrap().is_empty());
    assert!(!ada.finds("window.broken"));
}

#[test]
#[ignore = "needs a browser"]
fn the_page_runs_nothing_but_itself() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let policy =
        ada.look("fetch('/').then(answer => answer.headers.get('content-security-policy'))");
    let policy = policy.as_str().expect("a policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    assert!(!policy.contains("'unsafe-eval'"), "{policy}");
    assert!(ada.complaints().is_empty());

    // And the browser holds it to that.
    ada.expect_complaint("Content Security Policy");
    ada.expect_complaint("ContentSecurityPolicyIssue");
    ada.look(
        "(() => { const script = document.createElement('script');
            script.textContent = 'window.broken = 1';
            document.body.append(script);
            const image = document.createElement('img');
            image.src = 'https://example.org/x.png';
            document.body.append(image); })()",
    );
    assert!(!ada.finds("window.broken"));
}

#[test]
#[ignore = "needs a browser"]
fn everything_works_over_plain_http_on_a_home_network() {
    let (_stage, origin) = Stage::plain();
    let people: Vec<Person> = ["Ada", "Ben"]
        .map(|name| {
            let person = Person::new(browser(), origin.clone(), Looks::default());
            // The browser says that it leaves a header out of account there.
            person.expect_complaint("Cross-Origin-Opener-Policy header has been ignored");
            person.go("/");
            person.come_in(name);
            person
        })
        .into();
    let [ada, ben] = people.as_slice() else {
        unreachable!()
    };
    assert_eq!(ada.look("isSecureContext"), false);

    ada.say("over plain http");
    ben.sees("over plain http");
    ben.say("and back");
    ada.sees("and back");
    // The link cannot be copied there, so it is shown.
    ada.act_on("and back", "Copy link");
    ada.wait("document.querySelector('.toast__link')?.textContent.endsWith('/rooms/1/2')");
    ada.page.reload().unwrap();
    ada.ready();
    ada.sees_exactly(&["over plain http", "and back"]);
}
