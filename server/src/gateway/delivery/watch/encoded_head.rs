//! A room's head as it is sent: encoded once for all who watch the room.

use std::borrow::Cow;

use shared::id::Seq;
use shared::model::UnreadHead;

/// A head with its JSON.
#[derive(Debug)]
pub struct EncodedHead {
    head: UnreadHead,
    json: String,
}

impl EncodedHead {
    /// None if it has no JSON form; every head has one.
    pub fn new(head: UnreadHead) -> Option<Self> {
        let json = serde_json::to_string(&head).ok()?;
        Some(EncodedHead { head, json })
    }

    /// The JSON for who sees the messages from `first` on: guests may have come later than some that
    /// count. It is encoded anew only for those.
    pub fn json_from(&self, first: Seq) -> Option<Cow<'_, str>> {
        let counted = &self.head.counted;
        if counted.first().is_none_or(|(begin, _)| first <= *begin) {
            return Some(Cow::Borrowed(&self.json));
        }
        let exist = counted.iter().filter(|(_, end)| first <= *end);
        let head = UnreadHead {
            counted: exist
                .map(|(begin, end)| (first.max(*begin), *end))
                .collect(),
            ..self.head
        };
        serde_json::to_string(&head).ok().map(Cow::Owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_messages_do_not_count() {
        let json = r#"{"room":7,"seq":9,"room_rev":4,"counted":[[1,3],[5,9]]}"#;
        let head = EncodedHead::new(serde_json::from_str(json).unwrap()).unwrap();
        for (first, counted) in [
            (0, r#","counted":[[1,3],[5,9]]"#),
            (1, r#","counted":[[1,3],[5,9]]"#),
            (3, r#","counted":[[3,3],[5,9]]"#),
            (4, r#","counted":[[5,9]]"#),
            (9, r#","counted":[[9,9]]"#),
            (10, ""),
        ] {
            let expected = format!(r#"{{"room":7,"seq":9,"room_rev":4{counted}}}"#);
            assert_eq!(head.json_from(Seq(first)).unwrap(), expected);
        }
    }

    #[test]
    fn who_sees_all_that_counts_gets_the_bytes_of_everybody() {
        let json = r#"{"room":7,"seq":9,"room_rev":4,"counted":[[5,9]]}"#;
        let head = EncodedHead::new(serde_json::from_str(json).unwrap()).unwrap();
        for first in [0, 5] {
            let shared = head.json_from(Seq(first)).unwrap();
            assert!(matches!(shared, Cow::Borrowed(_)), "{first}");
        }
    }
}
