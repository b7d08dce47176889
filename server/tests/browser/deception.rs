//! What is shown is what there is: links open what they show, and directions and marks
//! stay within their message.

use serde_json::{Value, json};
use shared::id::RoomId;

use crate::person::Person;
use crate::stage::Stage;

const LOBBY: RoomId = RoomId::LOBBY;

/// The last message: what stands there, and what is shown and opened by each link.
const LAST: &str = "(() => {
    const body = seen.rows().at(-1).querySelector('.message__text');
    const links = [...body.querySelectorAll('a')].map(a => [a.innerText, a.href]);
    return [body.innerText, links];
})()";

/// Posts a message and waits until it is the last row; what is seen of it.
fn posted(stage: &Stage, ada: &Person, text: &str) -> (String, Vec<(String, String)>) {
    let mut ben = stage.guest("Ben");
    let seq = stage.run(ben.post(LOBBY, text)).seq.unwrap();
    ada.wait(&format!("seen.rows().at(-1)?.dataset.seq === '{seq}'"));
    serde_json::from_value(ada.look(LAST)).unwrap()
}

#[test]
#[ignore = "needs a browser"]
fn a_link_shows_what_it_opens() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    // What is written, what stands there in the end, what the link shows of it and opens.
    for (written, seen, shows, opens) in [
        (
            "https://bank.example@evil.example/a",
            "https://bank.example@evil.example/a",
            "evil.example/a",
            "https://evil.example/a",
        ),
        (
            "https://bank.example:443%2F@evil.example",
            "https://bank.example:443%2F@evil.example/",
            "evil.example/",
            "https://evil.example/",
        ),
        (
            "https://аpple.com/login",
            "https://xn--pple-43d.com/login",
            "https://xn--pple-43d.com/login",
            "https://xn--pple-43d.com/login",
        ),
        (
            "https://аррӏе.со",
            "https://xn--80ak6aa92e.xn--n1af/",
            "https://xn--80ak6aa92e.xn--n1af/",
            "https://xn--80ak6aa92e.xn--n1af/",
        ),
        (
            "https://ɡoogle.com",
            "https://xn--oogle-qmc.com/",
            "https://xn--oogle-qmc.com/",
            "https://xn--oogle-qmc.com/",
        ),
        (
            "https://ｂａｎｋ.example",
            "https://bank.example/",
            "https://bank.example/",
            "https://bank.example/",
        ),
        (
            "https://0x7f.1/a",
            "https://127.0.0.1/a",
            "https://127.0.0.1/a",
            "https://127.0.0.1/a",
        ),
        (
            "https://a.example/bank/../evil",
            "https://a.example/evil",
            "https://a.example/evil",
            "https://a.example/evil",
        ),
        (
            "https://bank.example\\@evil.example",
            "https://bank.example\\@evil.example",
            "https://bank.example",
            "https://bank.example/",
        ),
        // What is honest stays as it was written, in any language.
        (
            "https://한국.kr/길?a=나#다",
            "https://한국.kr/길?a=나#다",
            "https://한국.kr/길?a=나#다",
            "https://xn--3e0b707e.kr/%EA%B8%B8?a=%EB%82%98#%EB%8B%A4",
        ),
        (
            "https://пример.рф/",
            "https://пример.рф/",
            "https://пример.рф/",
            "https://xn--e1afmkfd.xn--p1ai/",
        ),
        (
            "https://コーヒー.jp",
            "https://コーヒー.jp",
            "https://コーヒー.jp",
            "https://xn--tck2c4fb.jp/",
        ),
        (
            "HTTPS://Example.COM:8080/a{b}c%41@d",
            "HTTPS://Example.COM:8080/a{b}c%41@d",
            "HTTPS://Example.COM:8080/a{b}c%41@d",
            "https://example.com:8080/a%7Bb%7Dc%41@d",
        ),
        (
            "mailto:ada@example.com?subject=a",
            "mailto:ada@example.com?subject=a",
            "mailto:ada@example.com?subject=a",
            "mailto:ada@example.com?subject=a",
        ),
    ] {
        let (text, links) = posted(&stage, &ada, written);
        assert_eq!(text, seen, "{written}");
        assert_eq!(links, [(shows.to_owned(), opens.to_owned())], "{written}");
    }
    for nothing in ["https://a.b:99999/", "https:/\\evil.example"] {
        let (text, links) = posted(&stage, &ada, nothing);
        assert_eq!((text.as_str(), links.len()), (nothing, 0), "{nothing}");
    }
}

#[test]
#[ignore = "needs a browser"]
fn a_link_ends_where_a_reader_ends_it() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    let (before, link) = ("see «", "https://example.com/a");
    for behind in [
        "»",
        "”",
        "’",
        "」",
        "）",
        "،",
        "؟",
        "۔",
        "।",
        "。",
        "…",
        "·",
        "👍",
        "❤\u{FE0F}",
        "🇰🇷",
        "👩🏽\u{200D}🚀",
        "1\u{FE0F}\u{20E3}",
        "→",
        "₩",
        "에서",
        "を見て",
        "ครับ",
        "\u{200B}",
        "\u{3164}b",
        ".",
        ").",
    ] {
        let (_, links) = posted(&stage, &ada, &format!("{before}{link}{behind} and more"));
        assert_eq!(links, [(link.to_owned(), link.to_owned())], "{behind:?}");
    }
    // The same classes as the tests of `shared` have from other tables.
    for link in [
        "https://ja.wikipedia.org/wiki/ジョン・レノン",
        "https://en.wikipedia.org/wiki/Michelson–Morley_experiment",
        "https://hi.wikipedia.org/wiki/हिन्दी",
        "https://fa.wikipedia.org/wiki/می\u{200C}خواهم",
        "https://ar.wikipedia.org/wiki/عَرَبِيّ",
        "https://fr.wikipedia.org/wiki/Café_(lieu)",
    ] {
        let (_, links) = posted(&stage, &ada, link);
        assert_eq!(links[0].0, link);
    }
}

#[test]
#[ignore = "needs a browser"]
fn no_direction_reaches_into_a_link_or_out_of_a_message() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    // The characters of each part from left to right, as they are painted.
    let painted =
        "[...seen.rows().at(-1).querySelectorAll('.message__text a, .message__text code')]
        .map(part => [...part.firstChild.data].map((c, at) => {
            const range = document.createRange();
            range.setStart(part.firstChild, at);
            range.setEnd(part.firstChild, at + 1);
            return [range.getBoundingClientRect().x, c];
        }).sort(([a], [b]) => a - b).map(([, c]) => c).join(''))";
    for turn in [
        "\u{202E}",
        "\u{202D}\u{202E}",
        "\u{2067}",
        "\u{2067}\u{202E}",
        "\u{202B}",
        "שלום ",
        "مرحبا \u{202E}",
    ] {
        let link = "https://evil.example/moc.knab";
        posted(&stage, &ada, &format!("{turn}{link} `rm -rf a` {turn}b"));
        assert_eq!(ada.look(painted), json!([link, "rm -rf a"]), "{turn:?}");
    }
    // The page's own words behind a text are where they would be without it.
    let mut ben = stage.guest("Ben");
    let places = ["plain", "\u{202E}plain"].map(|text| {
        let ack = stage.run(ben.post(LOBBY, "first"));
        let (seq, rev) = (ack.seq.unwrap(), ack.rev.unwrap());
        let edit = crate::support::command::edit(LOBBY, seq, rev, text);
        stage.run(ben.ask(&edit)).unwrap();
        let label = format!("document.querySelector('.row[data-seq=\"{seq}\"] .message__edited')");
        ada.wait(&label);
        ada.look(&format!("{label}.getBoundingClientRect().x"))
    });
    assert_eq!(places[0], places[1]);
}

/// A picture of an element, `around` pixels larger than it, once nothing moves there.
fn picture(person: &Person, element: &str, around: f64) -> Value {
    let mut before = Value::Null;
    for _ in 0..100 {
        let taken = picture_now(person, element, around);
        if taken == before {
            return taken;
        }
        before = taken;
        person.look("seen.frame()");
    }
    panic!("{element} does not stand still");
}

fn picture_now(person: &Person, element: &str, around: f64) -> Value {
    let around_it = person.look(&format!(
        "(() => {{ const {{ x, y, width, height }} = {element}.getBoundingClientRect();
            return {{ x: x - {around}, y: y - {around}, width: width + 2 * {around},
                height: height + 2 * {around}, scale: 1 }}; }})()"
    ));
    let taken = person
        .page
        .call(
            "Page.captureScreenshot",
            json!({ "format": "png", "clip": around_it }),
        )
        .unwrap();
    taken["data"].clone()
}

#[test]
#[ignore = "needs a browser"]
fn marks_heaped_up_stay_within_their_message() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    posted(&stage, &ada, "above");
    let marks = "\u{301}\u{302}\u{303}\u{304}".repeat(15) + &"\u{323}\u{324}\u{325}".repeat(20);
    let (text, _) = posted(
        &stage,
        &ada,
        &format!("a{marks} `b{marks}` https://example.com/c{marks}"),
    );
    assert!(text.contains(&marks));
    posted(&stage, &ada, "below");
    ada.page.hover_over("seen.composer()").unwrap();
    let heap = "seen.rows().at(-2).querySelector('.message__body')";
    for row in ["seen.row('above')", "seen.row('below')"] {
        let body = format!("{row}.querySelector('.message__body')");
        let with = picture(&ada, &body, 0.0);
        ada.look(&format!("void ({heap}.style.visibility = 'hidden')"));
        let without = picture(&ada, &body, 0.0);
        ada.look(&format!("void ({heap}.style.visibility = '')"));
        assert!(with == without, "marks are painted over {row}");
    }
}

#[test]
#[ignore = "needs a browser"]
fn no_script_and_no_ring_of_focus_is_cut() {
    let stage = Stage::new();
    let ada = stage.person("Ada");
    for text in [
        "Ấp Ậu Ỗ ặ Ǖ ǭ Å g̃ j́",
        "ปู่ ญี่ปุ่น ผู้ใหญ่ น้ำ ฎู ฐุ้",
        "강 뷁 훑 김하나",
        "عَرَبِيٌّ ﷽ نَسْتَعْلِيق",
        "བསྒྲུབས། ཧཱུྃ",
        "မြွှို့ ကျွန်ုပ်",
        "हिन्दी र्त्स्न्ये कृ ट्ठ्र",
        "שִׁבֹּ֣לֶת",
        "👨\u{200D}👩\u{200D}👧\u{200D}👦 ｊｇｐｑｙ ÁÉ",
        "https://example.com/a",
        "`code` gjpqy",
    ] {
        posted(&stage, &ada, text);
        let body = "seen.rows().at(-1).querySelector('.message__body')";
        ada.look(&format!(
            "{body}.querySelector('a')?.focus({{ focusVisible: true }})"
        ));
        ada.page.hover_over("seen.composer()").unwrap();
        let clipped = picture(&ada, body, 12.0);
        ada.look(&format!("void ({body}.style.overflow = 'visible')"));
        let whole = picture(&ada, body, 12.0);
        assert!(clipped == whole, "{text} is cut");
    }
}
