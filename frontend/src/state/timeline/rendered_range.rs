//! Which of the held messages are rendered: a range of bounded length that moves with the
//! reader. Pure.

use shared::id::Seq;
use shared::sync::SeqRange;

/// Rows when a room opens: about a screen. Those around it follow in steps, frame by frame.
const OPENING: i64 = 32;
/// Rows added in one frame when the reader is near an end: few enough to fit into a frame, and
/// enough for fast scrolling with a wheel.
const STEP: i64 = 12;
/// If more messages than this arrive at once, only this many are rendered at the end: a burst
/// must not block the page, and the reader does not see more.
const BURST: i64 = 40;
/// The most rendered rows.
pub const MOST: i64 = 160;

/// A range of `seq`s, `first..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderedRange {
    /// The first `seq`.
    pub first: Seq,
    /// The `seq` after the last one.
    pub end: Seq,
}

impl RenderedRange {
    /// Nothing.
    pub const NOTHING: RenderedRange = RenderedRange {
        first: Seq(1),
        end: Seq(1),
    };

    /// The last messages held.
    pub fn at_end(span: SeqRange) -> Self {
        let end = span.end();
        RenderedRange {
            first: Seq(end.0 - OPENING).max(span.first),
            end,
        }
    }

    /// All messages held, for printing.
    pub fn all(span: SeqRange) -> Self {
        RenderedRange {
            first: span.first,
            end: span.end(),
        }
    }

    /// Those around a message.
    pub fn around(span: SeqRange, seq: Seq) -> Self {
        let half = OPENING / 2;
        RenderedRange {
            first: Seq(seq.0 - half),
            end: Seq(seq.0 + half),
        }
        .within(span)
    }

    /// Adds older messages; removes newer ones if there are too many. `folded` of the messages have
    /// no row of their own, and do not count.
    #[must_use]
    pub fn older(self, span: SeqRange, folded: i64) -> Self {
        let first = Seq(self.first.0 - STEP).max(span.first);
        RenderedRange {
            first,
            end: Seq(first.0 + MOST + folded).min(self.end),
        }
    }

    /// Adds newer messages; removes older ones if there are too many.
    #[must_use]
    pub fn newer(self, span: SeqRange, folded: i64) -> Self {
        let end = Seq(self.end.0 + STEP).min(span.end());
        RenderedRange {
            first: Seq(end.0 - MOST - folded).max(self.first),
            end,
        }
    }

    /// The range after the held messages have changed from `before` to `now`. A reader at the
    /// end stays at the end; another reader stays where they are.
    #[must_use]
    pub fn after_change(
        self,
        before: SeqRange,
        now: SeqRange,
        following: bool,
        folded: i64,
    ) -> Self {
        if now.len == 0 {
            return RenderedRange {
                first: now.first,
                end: now.first,
            };
        }
        let apart = self.end <= now.first || self.first >= now.end();
        if self.is_empty() || apart {
            return RenderedRange::at_end(now);
        }
        if following {
            let end = now.end();
            let many = end.0 - self.end.0 > BURST;
            let most = if many { BURST } else { MOST + folded };
            return RenderedRange {
                first: self.first.max(Seq(end.0 - most)).max(now.first),
                end,
            };
        }
        let kept = self.within(now);
        // A reader a few rows above the end gets new rows below, as long as the range is not
        // full.
        let had_the_end = self.end == before.end();
        if had_the_end && kept.end < now.end() {
            let room_left = kept.first.0 + MOST + folded;
            return RenderedRange {
                end: now.end().min(Seq(room_left)).max(kept.end),
                ..kept
            };
        }
        kept
    }

    /// The same as a first message and a number of them.
    pub fn span(self) -> SeqRange {
        SeqRange {
            first: self.first,
            len: usize::try_from(self.end.0.saturating_sub(self.first.0)).unwrap_or(0),
        }
    }

    /// Whether neither range is empty and they do not overlap.
    pub fn is_apart_from(self, other: RenderedRange) -> bool {
        !self.is_empty()
            && !other.is_empty()
            && (self.end <= other.first || other.end <= self.first)
    }

    /// Whether a message is in the range.
    pub fn contains(self, seq: Seq) -> bool {
        self.first <= seq && seq < self.end
    }

    /// Whether the range is empty.
    pub fn is_empty(self) -> bool {
        self.end <= self.first
    }

    fn within(self, span: SeqRange) -> Self {
        let first = self.first.max(span.first);
        RenderedRange {
            first,
            end: self.end.min(span.end()).max(first),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(first: i64, end: i64) -> SeqRange {
        SeqRange {
            first: Seq(first),
            len: usize::try_from(end - first).unwrap(),
        }
    }

    fn shown(first: i64, end: i64) -> RenderedRange {
        RenderedRange {
            first: Seq(first),
            end: Seq(end),
        }
    }

    #[test]
    fn a_room_opens_at_its_end_or_around_a_place() {
        assert_eq!(RenderedRange::at_end(span(1, 1_001)), shown(969, 1_001));
        assert_eq!(RenderedRange::at_end(span(1, 11)), shown(1, 11));
        assert_eq!(
            RenderedRange::around(span(1, 1_001), Seq(500)),
            shown(484, 516)
        );
        assert_eq!(RenderedRange::around(span(1, 1_001), Seq(3)), shown(1, 19));
    }

    #[test]
    fn scrolling_renders_every_message_and_stays_bounded() {
        let held = span(1, 5_001);
        let mut at = RenderedRange::at_end(held);
        while at.first > Seq(1) {
            let next = at.older(held, 0);
            assert!(next.first < at.first && next.end > at.first, "no gap");
            assert!(next.end.0 - next.first.0 <= MOST);
            at = next;
        }
        while at.end < held.end() {
            let next = at.newer(held, 0);
            assert!(next.end > at.end && next.first < at.end, "no gap");
            assert!(next.end.0 - next.first.0 <= MOST);
            at = next;
        }
        assert_eq!(at.end, held.end());
    }

    #[test]
    fn messages_without_a_row_do_not_count() {
        let held = span(1, 5_001);
        let full = shown(4_841, 5_001);
        assert_eq!(full.older(held, 0), shown(4_829, 4_989));
        // All but ten are folded: there is room for more, and the end stays.
        assert_eq!(full.older(held, 150), shown(4_829, 5_001));
        assert_eq!(shown(1, 161).newer(held, 150), shown(1, 173));
        let more = span(1, 5_002);
        assert_eq!(
            full.after_change(held, more, true, 150),
            shown(4_841, 5_002)
        );
    }

    #[test]
    fn a_reader_at_the_end_stays_there() {
        let at = shown(1, 161);
        assert_eq!(
            at.after_change(span(1, 161), span(1, 171), true, 0),
            shown(11, 171)
        );
    }

    #[test]
    fn a_burst_at_the_end_brings_what_fits_the_screen() {
        let at = shown(1, 161);
        assert_eq!(
            at.after_change(span(1, 161), span(1, 461), true, 0),
            shown(421, 461)
        );
    }

    #[test]
    fn a_reader_above_the_end_keeps_every_rendered_row() {
        let at = shown(41, 161);
        assert_eq!(
            at.after_change(span(1, 161), span(1, 171), false, 0),
            shown(41, 171)
        );
        let full = shown(1, 161);
        assert_eq!(
            full.after_change(span(1, 161), span(1, 171), false, 0),
            full
        );
        let middle = shown(41, 101);
        assert_eq!(
            middle.after_change(span(1, 161), span(1, 171), false, 0),
            middle
        );
    }

    #[test]
    fn a_replaced_window_is_rendered_at_its_end() {
        let at = shown(41, 101);
        assert_eq!(
            at.after_change(span(1, 161), span(900, 1_001), false, 0),
            shown(969, 1_001)
        );
        assert!(
            at.after_change(span(1, 161), span(5, 5), true, 0)
                .is_empty()
        );
    }
}
