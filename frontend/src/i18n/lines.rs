//! The sentences of the lines about a room. They are in the piece with the timeline, in all languages.

use shared::model::EventKind;

use super::{Language, format, language, t};

/// Who is in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineName {
    /// The reader.
    Me,
    /// Who runs the server, and is no person here.
    Operator,
    /// Somebody of this name.
    Named(String),
}

/// What somebody did, perhaps to others: the first of them, and how many there are besides; and the
/// new name or topic. Tracked.
pub fn sentence(
    kind: EventKind,
    by: &LineName,
    people: (&[LineName], usize),
    text: &str,
) -> String {
    sentence_in(language(), kind, by, people, text)
}

fn sentence_in(
    language: Language,
    kind: EventKind,
    by: &LineName,
    (people, others): (&[LineName], usize),
    text: &str,
) -> String {
    let count = people.len() + others;
    let (template, by, whom) = match language {
        Language::English => (
            english(kind, count, text.is_empty()),
            english_name(by, "You", "The operator"),
            english_names(people, others, "you"),
        ),
        Language::Korean => (
            korean(kind, count, text.is_empty()),
            korean_name(by, "내가", "운영자가", " 님이"),
            korean_names(people, others, "나를", "을"),
        ),
    };
    filled(template, &by, &whom, &isolated(text))
}

/// What happened to people, whoever did it: the first of them, and how many there are besides.
/// Tracked.
pub fn of_people(kind: EventKind, people: &[LineName], others: usize) -> String {
    let is_me_first = people.first() == Some(&LineName::Me);
    let is_one = people.len() + others == 1 && !is_me_first;
    let (template, names) = match language() {
        Language::English => (
            match kind {
                EventKind::Left => "2 left",
                EventKind::Added if is_one => "2 was added",
                EventKind::Added => "2 were added",
                EventKind::Removed if is_one => "2 was removed",
                EventKind::Removed => "2 were removed",
                _ => "2 joined",
            },
            english_names(people, others, if is_me_first { "You" } else { "you" }),
        ),
        Language::Korean => (
            match kind {
                EventKind::Left => "2 나갔어요",
                EventKind::Added => "2 추가되었어요",
                EventKind::Removed => "2 내보내졌어요",
                _ => "2 들어왔어요",
            },
            korean_names(people, others, "내가", "이"),
        ),
    };
    filled(template, "", &names, "")
}

/// A template's sentence: `1` is who did it, `2` with whom, `3` the new text. Smaller than a
/// `format!` for each.
fn filled(template: &str, by: &str, whom: &str, text: &str) -> String {
    let mut sentence = String::new();
    for sign in template.chars() {
        match sign {
            '1' => sentence += by,
            '2' => sentence += whom,
            '3' => sentence += text,
            _ => sentence.push(sign),
        }
    }
    sentence
}

/// `count`: how many people it was done with.
fn english(kind: EventKind, count: usize, is_empty: bool) -> &'static str {
    match kind {
        EventKind::Joined => "1 joined",
        EventKind::Left => "1 left",
        EventKind::Added => "1 added 2",
        EventKind::Removed => "1 removed 2",
        EventKind::Promoted if count == 0 => "1 became a manager",
        EventKind::Promoted if count == 1 => "1 made 2 a manager",
        EventKind::Promoted => "1 made 2 managers",
        EventKind::Demoted if count == 0 => "1 stepped down as a manager",
        EventKind::Demoted if count == 1 => "1 made 2 a plain member",
        EventKind::Demoted => "1 made 2 plain members",
        EventKind::Renamed => "1 named the room 3",
        EventKind::TopicChanged if is_empty => "1 removed the topic",
        EventKind::TopicChanged => "1 set the topic: 3",
        EventKind::PostingLimited => "1 made this a room for announcements",
        EventKind::PostingOpened => "1 let everyone post here",
        EventKind::Archived => "1 archived the room",
        EventKind::Restored => "1 restored the room",
        EventKind::Unknown => "",
    }
}

fn english_names(people: &[LineName], others: usize, me: &str) -> String {
    let count = people.len() + usize::from(others > 0);
    let mut names = String::new();
    for (at, person) in (1..).zip(people) {
        names += &english_name(person, me, "the operator");
        names += between(at, count);
    }
    if others > 0 {
        names += &format::number(t().tag, others as u64);
        names += if others == 1 { " other" } else { " others" };
    }
    names
}

/// What stands behind the name at `at`, from 1.
fn between(at: usize, count: usize) -> &'static str {
    match count.saturating_sub(at) {
        0 => "",
        1 => " and ",
        _ => ", ",
    }
}

fn english_name(person: &LineName, me: &str, operator: &str) -> String {
    match person {
        LineName::Me => me.to_owned(),
        LineName::Operator => operator.to_owned(),
        LineName::Named(name) => isolated(name),
    }
}

/// `count`: how many people it was done with.
fn korean(kind: EventKind, count: usize, is_empty: bool) -> &'static str {
    match kind {
        EventKind::Joined => "1 들어왔어요",
        EventKind::Left => "1 나갔어요",
        EventKind::Added => "1 2 추가했어요",
        EventKind::Removed => "1 2 내보냈어요",
        EventKind::Promoted if count == 0 => "1 관리자가 되었어요",
        EventKind::Promoted => "1 2 관리자로 정했어요",
        EventKind::Demoted if count == 0 => "1 관리자를 그만두었어요",
        EventKind::Demoted => "1 2 일반 참여자로 바꿨어요",
        EventKind::Renamed => "1 대화방 이름을 바꿨어요: 3",
        EventKind::TopicChanged if is_empty => "1 주제를 지웠어요",
        EventKind::TopicChanged => "1 주제를 바꿨어요: 3",
        EventKind::PostingLimited => "1 관리자만 글을 올리게 했어요",
        EventKind::PostingOpened => "1 누구나 글을 올리게 했어요",
        EventKind::Archived => "1 대화방을 보관했어요",
        EventKind::Restored => "1 보관을 풀었어요",
        EventKind::Unknown => "",
    }
}

/// The names with the particle of the last one; `me` has its own.
fn korean_names(people: &[LineName], others: usize, me: &str, particle: &str) -> String {
    let mut names = String::new();
    for (at, person) in (1..).zip(people) {
        let is_last = at == people.len() && others == 0;
        names += &korean_name(person, if is_last { me } else { "나" }, "운영자", " 님");
        if is_last && *person != LineName::Me {
            names += particle;
        }
        names += if at == people.len() { "" } else { ", " };
    }
    if others > 0 {
        let count = format::number(t().tag, others as u64);
        names = names + " 외 " + &count + "명" + particle;
    }
    names
}

fn korean_name(person: &LineName, me: &str, operator: &str, title: &str) -> String {
    match person {
        LineName::Me => me.to_owned(),
        LineName::Operator => operator.to_owned(),
        LineName::Named(name) => isolated(name) + title,
    }
}

/// A text that does not change the direction of what is around it (UAX 9: FSI and PDI).
fn isolated(text: &str) -> String {
    let mut isolated = String::new();
    if !text.is_empty() {
        isolated.push('\u{2068}');
        isolated += text;
        isolated.push('\u{2069}');
    }
    isolated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> LineName {
        LineName::Named(name.to_owned())
    }

    /// Without the characters that isolate.
    fn seen(text: &str) -> String {
        text.replace(['\u{2068}', '\u{2069}'], "")
    }

    fn said(kind: EventKind, by: &LineName, people: &[LineName], text: &str) -> [String; 2] {
        Language::ALL.map(|language| seen(&sentence_in(language, kind, by, (people, 0), text)))
    }

    #[test]
    fn lines_name_who_did_what_to_whom() {
        let (ada, ben) = (named("Ada"), named("Ben"));
        let me = LineName::Me;
        for (kind, by, people, text, words) in [
            (
                EventKind::Joined,
                &ada,
                vec![],
                "",
                ["Ada joined", "Ada 님이 들어왔어요"],
            ),
            (
                EventKind::Left,
                &me,
                vec![],
                "",
                ["You left", "내가 나갔어요"],
            ),
            (
                EventKind::Added,
                &ada,
                vec![ben.clone(), me.clone()],
                "",
                ["Ada added Ben and you", "Ada 님이 Ben 님, 나를 추가했어요"],
            ),
            (
                EventKind::Promoted,
                &me,
                vec![ben.clone()],
                "",
                ["You made Ben a manager", "내가 Ben 님을 관리자로 정했어요"],
            ),
            (
                EventKind::Promoted,
                &ada,
                vec![],
                "",
                ["Ada became a manager", "Ada 님이 관리자가 되었어요"],
            ),
            (
                EventKind::Renamed,
                &LineName::Operator,
                vec![],
                "정원",
                [
                    "The operator named the room 정원",
                    "운영자가 대화방 이름을 바꿨어요: 정원",
                ],
            ),
            (
                EventKind::TopicChanged,
                &ada,
                vec![],
                "",
                ["Ada removed the topic", "Ada 님이 주제를 지웠어요"],
            ),
        ] {
            assert_eq!(said(kind, by, &people, text), words, "{kind:?}");
        }
    }

    #[test]
    fn digits_in_names_and_texts_stay() {
        let [english, _] = said(EventKind::Renamed, &named("A1"), &[], "room 2");
        assert_eq!(english, "A1 named the room room 2");
    }

    #[test]
    fn names_that_are_left_out_are_counted() {
        let people = [named("Ada"), named("Ben")];
        assert_eq!(
            seen(&of_people(EventKind::Joined, &people, 3)),
            "Ada, Ben and 3 others joined"
        );
        assert_eq!(
            seen(&of_people(EventKind::Added, &[LineName::Me], 0)),
            "You were added"
        );
        assert_eq!(
            seen(&of_people(EventKind::Removed, &people[..1], 0)),
            "Ada was removed"
        );
        assert_eq!(
            seen(&english_names(&people, 1, "you")),
            "Ada, Ben and 1 other"
        );
        assert_eq!(
            seen(&korean_names(&people, 3, "내가", "이")),
            "Ada 님, Ben 님 외 3명이"
        );
    }
}
