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
    let text = isolated(text);
    match language() {
        Language::English => english(kind, by, people, &text),
        Language::Korean => korean(kind, by, people, &text),
    }
}

/// What happened to people, whoever did it: the first of them, and how many there are besides.
/// Tracked.
pub fn of_people(kind: EventKind, people: &[LineName], others: usize) -> String {
    match language() {
        Language::English => {
            let is_one = people.len() + others == 1 && people != [LineName::Me];
            let were = if is_one { "was" } else { "were" };
            let names = english_names(people, others, "you");
            let names = names.replacen("you", "You", usize::from(names.starts_with("you")));
            match kind {
                EventKind::Left => format!("{names} left"),
                EventKind::Added => format!("{names} {were} added"),
                EventKind::Removed => format!("{names} {were} removed"),
                _ => format!("{names} joined"),
            }
        }
        Language::Korean => {
            let names = korean_names(people, others, "내가", "이");
            let did = match kind {
                EventKind::Left => "나갔어요",
                EventKind::Added => "추가되었어요",
                EventKind::Removed => "내보내졌어요",
                _ => "들어왔어요",
            };
            format!("{names} {did}")
        }
    }
}

fn english(
    kind: EventKind,
    by: &LineName,
    (people, others): (&[LineName], usize),
    text: &str,
) -> String {
    let by = match by {
        LineName::Me => "You".to_owned(),
        LineName::Operator => "The operator".to_owned(),
        LineName::Named(name) => isolated(name),
    };
    let whom = english_names(people, others, "you");
    let is_one = people.len() + others == 1;
    let did = match kind {
        EventKind::Joined => "joined",
        EventKind::Left => "left",
        EventKind::Added => return format!("{by} added {whom}"),
        EventKind::Removed => return format!("{by} removed {whom}"),
        EventKind::Promoted if people.is_empty() => "became a manager",
        EventKind::Promoted if is_one => return format!("{by} made {whom} a manager"),
        EventKind::Promoted => return format!("{by} made {whom} managers"),
        EventKind::Demoted if people.is_empty() => "stepped down as a manager",
        EventKind::Demoted if is_one => return format!("{by} made {whom} a plain member"),
        EventKind::Demoted => return format!("{by} made {whom} plain members"),
        EventKind::Renamed => return format!("{by} named the room {text}"),
        EventKind::TopicChanged if text.is_empty() => "removed the topic",
        EventKind::TopicChanged => return format!("{by} set the topic: {text}"),
        EventKind::PostingLimited => "made this a room for announcements",
        EventKind::PostingOpened => "let everyone post here",
        EventKind::Archived => "archived the room",
        EventKind::Restored => "restored the room",
        EventKind::Unknown => return String::new(),
    };
    format!("{by} {did}")
}

fn english_names(people: &[LineName], others: usize, me: &str) -> String {
    let mut names: Vec<String> = people.iter().map(|person| plain(person, me)).collect();
    if others > 0 {
        let noun = if others == 1 { "other" } else { "others" };
        names.push(format!("{} {noun}", format::number(t().tag, others as u64)));
    }
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        last => last.unwrap_or_default(),
    }
}

fn korean(
    kind: EventKind,
    by: &LineName,
    (people, others): (&[LineName], usize),
    text: &str,
) -> String {
    let by = match by {
        LineName::Me => "내가".to_owned(),
        LineName::Operator => "운영자가".to_owned(),
        LineName::Named(name) => format!("{} 님이", isolated(name)),
    };
    let whom = korean_names(people, others, "나를", "을");
    let did = match kind {
        EventKind::Joined => "들어왔어요",
        EventKind::Left => "나갔어요",
        EventKind::Added => return format!("{by} {whom} 추가했어요"),
        EventKind::Removed => return format!("{by} {whom} 내보냈어요"),
        EventKind::Promoted if people.is_empty() => "관리자가 되었어요",
        EventKind::Promoted => return format!("{by} {whom} 관리자로 정했어요"),
        EventKind::Demoted if people.is_empty() => "관리자를 그만두었어요",
        EventKind::Demoted => return format!("{by} {whom} 일반 멤버로 바꿨어요"),
        EventKind::Renamed => return format!("{by} 대화방 이름을 바꿨어요: {text}"),
        EventKind::TopicChanged if text.is_empty() => "주제를 지웠어요",
        EventKind::TopicChanged => return format!("{by} 주제를 바꿨어요: {text}"),
        EventKind::PostingLimited => "관리자만 글을 올리게 했어요",
        EventKind::PostingOpened => "누구나 글을 올리게 했어요",
        EventKind::Archived => "대화방을 보관했어요",
        EventKind::Restored => "보관을 풀었어요",
        EventKind::Unknown => return String::new(),
    };
    format!("{by} {did}")
}

/// The names with the particle of the last one; `me` has its own.
fn korean_names(people: &[LineName], others: usize, me: &str, particle: &str) -> String {
    let Some((last, before)) = people.split_last() else {
        return String::new();
    };
    let titled = |person: &LineName| match person {
        LineName::Me => "나".to_owned(),
        LineName::Operator => "운영자".to_owned(),
        LineName::Named(name) => format!("{} 님", isolated(name)),
    };
    let mut names: String = before.iter().map(|person| titled(person) + ", ").collect();
    if others > 0 {
        let count = format::number(t().tag, others as u64);
        return format!("{names}{} 외 {count}명{particle}", titled(last));
    }
    names += &match last {
        LineName::Me => me.to_owned(),
        last => titled(last) + particle,
    };
    names
}

fn plain(person: &LineName, me: &str) -> String {
    match person {
        LineName::Me => me.to_owned(),
        LineName::Operator => "the operator".to_owned(),
        LineName::Named(name) => isolated(name),
    }
}

/// A text that does not change the direction of what is around it (UAX 9: FSI and PDI).
fn isolated(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("\u{2068}{text}\u{2069}")
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
        let text = isolated(text);
        [
            seen(&english(kind, by, (people, 0), &text)),
            seen(&korean(kind, by, (people, 0), &text)),
        ]
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
