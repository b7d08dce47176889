//! Finding rooms, people and pages by what somebody types of their names.
//!
//! ㅎㅇ, 횡 and 회의 find 회의실; `gr` finds "Grand Room". It is one pass of an alignment: the
//! cheapest way to find the keys of the query in those of the text, in their order.

mod keys;

use std::ops::Range;

use keys::{Begins, Key};

/// What a text is worth that the query names exactly.
pub const EXACT: u32 = 1 << 24;

/// What it costs to begin at a word that is not the first.
const LATER_WORD: u32 = 0x400;
/// What it costs to begin inside a word.
const INSIDE: u32 = 0x800;
/// What it costs to leave something out up to the next word.
const GAP_TO_WORD: u32 = 0x1000;
/// What it costs to leave something out up to somewhere in a word.
const GAP: u32 = 0x2000;
/// The most that it costs that the text has more than the query names.
const MOST_REST: usize = 0xFF;
/// There is no way.
const NEVER: u32 = u32::MAX;

/// What somebody has typed, ready to be looked for in many texts.
#[derive(Clone, Debug)]
pub struct Query(Vec<Key>);

/// That a text has what a query names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// How well it fits: the higher the better, at most [`EXACT`]. First come texts that begin
    /// with the query, then those that have it at the beginning of a word, inside of one, and
    /// with gaps; of the same kind the shorter text.
    pub score: u32,
    /// What of the text was named, to be highlighted: ranges of bytes, ascending, that are
    /// whole characters and do not touch.
    pub ranges: Vec<Range<usize>>,
}

impl Query {
    /// Prepares what somebody has typed.
    pub fn new(typed: &str) -> Query {
        Query(keys::of(typed))
    }

    /// Whether the query names nothing. Such a query finds every text, with a score of 0.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Looks for the query in a text.
    pub fn find(&self, text: &str) -> Option<Match> {
        let text = keys::of(text);
        let rest = text.len().checked_sub(self.0.len())?;
        if self.is_empty() {
            let ranges = Vec::new();
            return Some(Match { score: 0, ranges });
        }
        if !has_in_order(&text, &self.0) {
            return None;
        }
        let (cost, last, links) = align(&self.0, &text)?;
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut at = last;
        for row in links.chunks(text.len()).rev() {
            let Key { from, to, .. } = text[at];
            match ranges.last_mut() {
                Some(range) if to >= range.start => range.start = from,
                _ => ranges.push(from..to),
            }
            at = row[at];
        }
        ranges.reverse();
        let cost = cost + u32::try_from(rest.min(MOST_REST)).unwrap_or_default();
        let score = EXACT - cost;
        Some(Match { score, ranges })
    }
}

/// Whether the letters of the query are in the text at all. Most texts are done with this.
fn has_in_order(text: &[Key], query: &[Key]) -> bool {
    let mut letters = text.iter();
    query
        .iter()
        .all(|key| letters.any(|other| other.letter == key.letter))
}

/// The cheapest way to find the query in the text: its cost, where its last key is in the text,
/// and, for each key of the query and of the text, where the key before is.
fn align(query: &[Key], text: &[Key]) -> Option<(u32, usize, Vec<usize>)> {
    let mut links = vec![0; query.len() * text.len()];
    // The cheapest ways that end with the key before, by where that is in the text.
    let mut before = vec![NEVER; text.len()];
    for (nth, (key, row)) in query.iter().zip(links.chunks_mut(text.len())).enumerate() {
        let mut costs = vec![NEVER; text.len()];
        // The cheapest way to a place that one may leave for the beginning of a character.
        let mut left = (NEVER, 0);
        // Where the character before begins.
        let mut start = 0;
        for (at, found) in text.iter().enumerate() {
            let is_start = found.begins > Begins::Nothing;
            let mut best = (NEVER, at);
            if nth == 0 {
                best.0 = match found.begins {
                    _ if at == 0 => 0,
                    Begins::Nothing => NEVER,
                    Begins::Word => LATER_WORD,
                    Begins::Character => INSIDE,
                };
            } else if at > 0 {
                best = (before[at - 1], at - 1);
                if is_start && key.begins > Begins::Nothing {
                    let gap = if found.begins == Begins::Word {
                        GAP_TO_WORD
                    } else {
                        GAP
                    };
                    // An initial consonant stands for its syllable.
                    best = best.min((before[start], start));
                    best = best.min((left.0.saturating_add(gap), left.1));
                }
            }
            if found.letter == key.letter {
                (costs[at], row[at]) = best;
            }
            if is_start {
                start = at;
            }
            let is_last = text
                .get(at + 1)
                .is_none_or(|next| next.begins > Begins::Nothing);
            if is_start || is_last {
                left = left.min((before[at], at));
            }
        }
        before = costs;
    }
    let (cost, last) = before.into_iter().zip(0..).min()?;
    (cost < NEVER).then_some((cost, last, links))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(query: &str, text: &str) -> Option<String> {
        let found = Query::new(query).find(text)?;
        let named: Vec<_> = found.ranges.into_iter().map(|range| &text[range]).collect();
        Some(named.join("|"))
    }

    fn score(query: &str, text: &str) -> u32 {
        Query::new(query).find(text).map_or(0, |found| found.score)
    }

    #[test]
    fn initial_consonants_find_their_syllables() {
        for (query, text, named) in [
            ("ㅎㅇ", "회의", "회의"),
            ("ㅎㅇㅅ", "회의실", "회의실"),
            ("ㅇㅅ", "회의실", "의실"),
            ("ㅎㅅ", "회의실", "회|실"),
            // What the keyboard makes of ㄱ and ㅅ.
            ("ㄳ", "검사", "검사"),
            ("ㅎ의", "회의", "회의"),
            ("회ㅇㅅ", "회의실", "회의실"),
            ("횡ㅅ", "회의실", "회의실"),
            ("devㅎㅇ", "Dev 회의", "Dev|회의"),
        ] {
            assert_eq!(found(query, text).as_deref(), Some(named), "{query}");
        }
    }

    #[test]
    fn a_syllable_that_is_being_composed_matches_its_beginnings() {
        for (query, text) in [
            ("ㅎ", "회의"),
            ("호", "회의"),
            ("회ㅇ", "회의"),
            ("횡", "회의"),
            ("회으", "회의"),
            ("각", "가게"),
            ("값", "갑시다"),
            ("a각", "A가게"),
        ] {
            // Nothing but the rest of the text is missing.
            assert!(EXACT - score(query, text) < LATER_WORD, "{query} {text}");
        }
    }

    #[test]
    fn only_the_last_syllable_may_be_incomplete() {
        for (query, text) in [
            ("호의", "회의"),
            ("가나", "간아"),
            ("ㅗ", "회의"),
            ("희", "회의"),
            ("ㄱㄱ", "까"),
            ("의회", "회의"),
            ("ab", "a"),
            ("ba", "ab"),
        ] {
            assert_eq!(found(query, text), None, "{query} {text}");
        }
    }

    #[test]
    fn beginnings_come_before_words_before_insides_before_gaps() {
        let texts = [
            "general",
            "general talk",
            "a gen",
            "agent",
            "green tea nap",
            "gxexn",
        ];
        for pair in texts.windows(2) {
            assert!(score("gen", pair[0]) > score("gen", pair[1]), "{pair:?}");
        }
        assert_eq!(score("GENERAL", "general"), EXACT);
        assert_eq!(found("gr", "Grand Room").as_deref(), Some("Gr"));
        assert_eq!(found("grm", "Grand Room").as_deref(), Some("Gr|m"));
        assert_eq!(found("groo", "Grand Room").as_deref(), Some("G|Roo"));
    }

    #[test]
    fn case_signs_width_and_white_space_do_not_count() {
        for (query, text) in [
            ("zoe", "Zoë"),
            ("ZOE\u{308}", "Zoë"),
            ("ｚｏｅ", "zoe"),
            ("회의 실", "회의실"),
            ("회의실", "회의 실"),
            ("привет", "ПРИВЕТ"),
            ("\u{1112}\u{116C}의", "회의"),
        ] {
            assert_eq!(score(query, text), EXACT, "{query} {text}");
        }
    }

    #[test]
    fn a_query_of_nothing_finds_everything() {
        assert_eq!(found(" ", "회의").as_deref(), Some(""));
        assert_eq!(score("", "회의"), 0);
        assert!(Query::new("\u{301} ").is_empty());
    }

    #[test]
    fn the_longest_texts_are_compared_by_their_beginnings() {
        let long = "값".repeat(1000);
        assert_eq!(score(&long, &long), EXACT);
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[가-갛회의ㄱ-ㅎab -]{0,12}",
            "[\u{1100}-\u{1112}\u{1161}-\u{1175}\u{11A8}-\u{11C2}\u{300}é]{0,12}",
            ".{0,12}",
        ]
    }

    proptest! {
        #[test]
        fn nothing_scores_higher_than_the_exact_text(text in text(), other in text()) {
            let query = Query::new(&text);
            let exact = query.find(&text).map(|found| found.score);
            prop_assert_eq!(exact, Some(if query.is_empty() { 0 } else { EXACT }));
            prop_assert!(query.find(&other).map(|found| found.score) <= exact);
        }

        #[test]
        fn ranges_are_characters_in_order(query in text(), text in text()) {
            let found = Query::new(&query).find(&text);
            let ranges = found.map_or_else(Vec::new, |found| found.ranges);
            for range in &ranges {
                prop_assert!(!text[range.clone()].is_empty());
            }
            for pair in ranges.windows(2) {
                prop_assert!(pair[0].end < pair[1].start);
            }
        }

        #[test]
        fn what_is_typed_so_far_finds_the_text(before in "[가-힣a-z ]{0,4}", text in "[가-힣a-z]{1,6}") {
            let keys = keys::of(&text);
            for count in 1..=keys.len() {
                let typed: String = keys[..count].iter().map(|key| key.letter).collect();
                let all = format!("{before}{text}");
                prop_assert!(Query::new(&typed).find(&all).is_some(), "{} {}", typed, all);
            }
        }
    }
}
