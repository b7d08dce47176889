//! Heads of a room for guests who came later than some of its messages.

use shared::id::Seq;
use shared::model::UnreadHead;

use super::unread_heads::CapturedHead;

impl CapturedHead {
    /// Leaves out the messages before `first`, which do not exist for a guest. Returns whether there
    /// is a head then.
    pub fn begin_with(&mut self, first: Seq) -> bool {
        let head = head_from(&self.json, first);
        let is_known = head.is_some();
        self.json = head.unwrap_or_default().into();
        is_known
    }
}

/// A head as JSON, without the messages before `first`.
pub fn head_from(json: &str, first: Seq) -> Option<String> {
    let mut head: UnreadHead = serde_json::from_str(json).ok()?;
    head.counted.retain_mut(|(begin, end)| {
        *begin = first.max(*begin);
        begin <= end
    });
    serde_json::to_string(&head).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_messages_do_not_count() {
        let head = r#"{"room":7,"seq":9,"room_rev":4,"counted":[[1,3],[5,9]]}"#;
        for (first, counted) in [
            (1, r#","counted":[[1,3],[5,9]]"#),
            (3, r#","counted":[[3,3],[5,9]]"#),
            (4, r#","counted":[[5,9]]"#),
            (9, r#","counted":[[9,9]]"#),
            (10, ""),
        ] {
            let expected = format!(r#"{{"room":7,"seq":9,"room_rev":4{counted}}}"#);
            assert_eq!(head_from(head, Seq(first)), Some(expected));
        }
    }
}
