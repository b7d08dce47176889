use super::*;

fn limits() -> Limits {
    Limits::default()
}

fn code(result: Result<String, TextError>) -> ErrorCode {
    result.unwrap_err().code
}

#[test]
fn names_with_invisible_reordering_or_stacked_characters_are_refused() {
    for (what, name) in [
        ("a zero-width space", "a\u{200B}b"),
        ("an override of direction", "a\u{202E}b"),
        ("an isolate", "a\u{2067}b"),
        ("a mark of direction", "a\u{200F}"),
        ("a soft hyphen", "a\u{AD}b"),
        ("a Hangul filler", "\u{3164}"),
        ("a filler behind a letter", "가\u{115F}"),
        ("a Braille blank", "\u{2800}"),
        ("a note without a head", "\u{1D159}"),
        ("a joiner behind a letter", "Ada\u{200D}"),
        ("a non-joiner between Latin letters", "A\u{200C}da"),
        ("a joiner alone", "\u{200D}"),
        ("two joiners", "김\u{200D}\u{200D}"),
        ("a picture style on a letter", "Ada\u{FE0F}"),
        ("a picture style on a digit", "Ada 1\u{FE0F}"),
        ("a text style on a digit", "Ada 1\u{FE0E}"),
        ("a variation of an ideograph", "葛\u{E0100}"),
        ("a variation selector", "Ada\u{E0101}"),
        ("a joiner behind a picture", "👩\u{200D}"),
        ("a joiner before a letter", "👩\u{200D}a"),
        ("a grapheme joiner", "a\u{34F}b"),
        ("tags", "Ada\u{E0041}\u{E007F}"),
        ("a flag of nowhere", "\u{1F3F4}\u{E0061}\u{E0061}\u{E007F}"),
        ("an object", "Ada\u{FFFC}"),
        ("a replacement", "Ada\u{FFFD}"),
        ("private use", "\u{E000}"),
        ("private use of plane 16", "Ada\u{10FFFD}"),
        ("a noncharacter", "Ada\u{FDD0}"),
        ("the last noncharacter", "Ada\u{10FFFF}"),
        ("an unassigned character", "Ada\u{378}"),
        ("an interlinear anchor", "a\u{FFF9}b"),
        ("a musical format", "a\u{1D173}b"),
        ("a mark without a letter", "\u{301}da"),
        ("a mark behind a space", "Ada \u{301}"),
        ("a vowel sign without a letter", "\u{93E}"),
        ("one mark twice", "a\u{332}\u{332}"),
        ("a mark on a letter that has it", "\u{E0}\u{300}"),
        ("five marks", "a\u{316}\u{317}\u{318}\u{319}\u{31C}"),
        (
            "marks of Thai, heaped",
            "ก\u{E49}\u{E48}\u{E49}\u{E48}\u{E49}",
        ),
        (
            "marks of Hebrew, heaped",
            "ש\u{5B0}\u{5B1}\u{5B2}\u{5B3}\u{5B4}",
        ),
        (
            "marks of Tibetan, heaped",
            &format!("ཀ{}", "\u{F71}\u{F72}".repeat(3)),
        ),
        (
            "enclosing marks, heaped",
            &format!("a{}", "\u{489}".repeat(30)),
        ),
    ] {
        for result in [
            person(name, &limits()),
            room(name, &limits()),
            topic(name, &limits()),
        ] {
            let refused = result.map_err(|error| error.code);
            let empty_topic = refused.as_deref() == Ok("");
            assert!(
                matches!(
                    refused,
                    Err(ErrorCode::TextCharacters | ErrorCode::TextEmpty)
                ) || empty_topic,
                "{what}: {name:?} is {refused:?}"
            );
        }
    }
}

#[test]
fn joiners_and_marks_are_allowed_where_emoji_and_scripts_need_them() {
    for name in [
        "1️⃣ first",
        "#️⃣ tags",
        "*⃣",
        "0️⃣1️⃣",
        "🇰🇷 팀",
        "🇰",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿 pub",
        "🏴\u{200D}☠\u{FE0F}",
        "🏳\u{FE0F}\u{200D}🌈",
        "👩🏽\u{200D}🚀",
        "👨\u{200D}👩\u{200D}👧\u{200D}👦",
        "👁\u{FE0F}\u{200D}🗨\u{FE0F}",
        "❤\u{FE0F}\u{200D}🔥",
        "☎\u{FE0E}",
        "©\u{FE0F} & ™",
        "👍🏿 🏿",
        "می\u{200C}خواهم",
        "क्\u{200D}ष",
        "ශ්\u{200D}රී ලංකා",
        "हिन्दी",
        "Nguyễn Thị Ngọc",
        "น้ำใจ ผู้ใหญ่",
        "מָשִׁיחַ שִׁבֹּלֶת",
        "བསྒྲུབས།",
        "မြန်မာ ကျွန်ုပ်",
        "ភាសាខ្មែរ",
        "Łukasz Ångström",
        "김하나",
        "ひらがな カタカナー 漢字",
        "O’Brien-Smith (QA) #2",
        "C++ & ½ → ∞",
    ] {
        assert_eq!(room(name, &limits()).as_deref(), Ok(name), "{name:?}");
        assert!(topic(name, &limits()).is_ok(), "{name:?}");
        assert!(person(name, &limits()).is_ok(), "{name:?}");
    }
}

#[test]
fn names_are_normalised() {
    let decomposed: String = "카페 é Việt".nfd().collect();
    assert_eq!(room(&decomposed, &limits()).as_deref(), Ok("카페 é Việt"));
    assert_eq!(
        person("  김 \t 하나\n", &limits()).as_deref(),
        Ok("김 하나")
    );
    assert_eq!(
        room("a\u{2028}b\u{A0}\u{3000}c", &limits()).as_deref(),
        Ok("a b c")
    );
    // The length is that of the normalised name.
    let longest: String = "각".repeat(limits().name_chars);
    assert!(room(&longest.nfd().collect::<String>(), &limits()).is_ok());
    let more = format!("{longest}나");
    assert_eq!(code(room(&more, &limits())), ErrorCode::TextTooLong);
    assert_eq!(topic("  ", &limits()).as_deref(), Ok(""));
}

#[test]
fn a_word_of_a_person_s_name_may_not_mix_scripts() {
    for mixed in [
        "Аda",
        "Adа",
        "Αda",
        "lоbby",
        "Ада\u{200C}ad",
        "ReαI",
        "Jօe",
        "한Аd",
    ] {
        assert_eq!(
            code(person(mixed, &limits())),
            ErrorCode::TextCharacters,
            "{mixed:?}"
        );
    }
    for allowed in [
        "Ada",
        "Анна (Anna)",
        "Vue한글",
        "김Ada",
        "Ren太郎",
        "サンドラB",
        "ㄅㄆㄇ注音",
        "Ａｄａ",
        "Ünal İpek",
        "Δημήτρης",
        "Ada2 ②",
        "𝒜𝒹𝒶",
    ] {
        assert!(person(allowed, &limits()).is_ok(), "{allowed:?}");
    }
}

#[test]
fn room_names_that_look_alike_have_a_key_in_common() {
    let collide = |a: &str, b: &str| {
        let (a, b) = (RoomNameKey::of(a), RoomNameKey::of(b));
        a.word == b.word || a.look == b.look
    };
    let apart: String = "카페".nfd().collect();
    for (a, b) in [
        ("카페", apart.as_str()),
        ("lobby", "LOBBY"),
        ("lobby", "lоbby"),
        ("lobby", "LОBBY"),
        ("lobby", "ｌｏｂｂｙ"),
        ("lobby", "ＬＯＢＢＹ"),
        ("lobby", "Iobby"),
        ("lobby", "1obby"),
        ("lobby", "𝓁𝑜𝒷𝒷𝓎"),
        ("lobby", "ⓛⓞⓑⓑⓨ"),
        ("Straße", "STRASSE"),
        ("ΟΔΟΣ", "οδος"),
        ("INFO", "info"),
        ("r00m", "room"),
        ("a-b", "a\u{2010}b"),
        ("❤\u{FE0F}", "❤"),
    ] {
        assert!(
            collide(a, b),
            "{a:?} and {b:?}: {:?} {:?}",
            RoomNameKey::of(a),
            RoomNameKey::of(b)
        );
    }
    for (a, b) in [
        ("mail", "mall"),
        ("lobby", "lobby 2"),
        ("é", "e"),
        ("카페", "카패"),
        ("가나", "가나다"),
        ("🇰🇷", "🇯🇵"),
        ("👩🏽\u{200D}🚀", "👩\u{200D}🚀"),
        ("개발", "계발"),
    ] {
        assert!(!collide(a, b), "{a:?} and {b:?}");
    }
}
