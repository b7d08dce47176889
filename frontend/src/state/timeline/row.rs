//! What a row shows, from a message and its neighbour. Pure.

use shared::command::{Command, MessageChange};
use shared::error::{ErrorCode, Field};
use shared::id::{ClientId, Micros, Rev, Seq, UserId};
use shared::model::{Message, Profile};
use shared::sync::{PendingCommand, PendingState};

use super::line::{Line, LineEvent};

/// Messages of one author that follow each other within this time share a head.
const TOGETHER: i64 = 5 * 60 * 1_000_000;

/// A long run of rows shows its author again at each message whose `seq` is a multiple of this: at
/// the same messages whichever of them are rendered, and at every visit.
const REPEATED: i64 = 30;
/// But not with fewer rows than this above it in the run.
const LEAST_RUN: usize = 10;

/// Identifies a row. One's own message keeps its key from the moment when it is sent, so that
/// its element stays the same when the server has stored it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RowKey {
    /// A message by its `seq`.
    Seq(Seq),
    /// A message of this person, sent from here or from another device.
    Own(ClientId),
}

/// The delivery state of one's own message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The server has it.
    Sent,
    /// It is in flight.
    Sending,
    /// It waits for the connection or for its turn.
    Waiting,
    /// The server refused it.
    Failed(ErrorCode, Option<Field>),
    /// The person decides whether it is sent: it is too old, or was given before the server was
    /// restored.
    Expired,
}

impl Delivery {
    /// The value of `data-delivery`.
    pub fn attribute(self) -> &'static str {
        match self {
            Delivery::Sent => "sent",
            Delivery::Sending => "pending",
            Delivery::Waiting => "waiting",
            Delivery::Failed(..) | Delivery::Expired => "failed",
        }
    }
}

/// The content of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowContent {
    /// The message's `seq`; `None` before the server has stored it.
    pub seq: Option<Seq>,
    /// The revision of the text, which an edit has to name.
    pub rev: Rev,
    /// The sender's own id, if it is one's own message.
    pub client_id: Option<ClientId>,
    /// The author; `None` for someone on the simple protocol.
    pub author_id: Option<UserId>,
    /// The author's current name.
    pub author: String,
    /// Whether it is one's own.
    pub mine: bool,
    /// The text.
    pub body: String,
    /// When it was posted.
    pub at: Micros,
    /// When it was edited last.
    pub edited_at: Option<Micros>,
    /// Whether it is a tombstone.
    pub deleted: bool,
    /// The delivery state.
    pub delivery: Delivery,
    /// What happened in the room, if this is no message.
    pub line: Option<Box<Line>>,
}

/// How a row is shown among its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something of its own that is there or not"
)]
pub struct RowLayout {
    /// It is the first of its day: a divider with the day is above it.
    pub new_day: bool,
    /// The divider "new messages" is above it.
    pub first_unread: bool,
    /// It shows its author and time.
    pub head: bool,
    /// A link led to it.
    pub marked: bool,
}

impl RowContent {
    /// A stored message.
    pub fn of_message(message: &Message, name: &str, mine: bool) -> Self {
        RowContent {
            seq: Some(message.seq),
            rev: message.content_rev(),
            client_id: message.client_id.filter(|_| mine),
            author_id: message.author.id,
            author: name.to_owned(),
            mine,
            body: message.body.clone(),
            at: message.posted_at,
            edited_at: message.edited_at,
            deleted: message.is_deleted(),
            delivery: Delivery::Sent,
            line: None,
        }
    }

    /// A line about the room.
    pub fn of_line(message: &Message, event: LineEvent) -> Self {
        let line = Line {
            events: vec![event],
        };
        RowContent {
            line: Some(Box::new(line)),
            ..RowContent::of_message(message, "", false)
        }
    }

    /// Folds a further line into this one.
    ///
    /// # Errors
    /// The event, if it has to stand by itself.
    pub fn fold(&mut self, message: &Message, event: LineEvent) -> Result<(), LineEvent> {
        match &mut self.line {
            Some(line) if line.takes(&event) => {
                line.events.push(event);
                (self.seq, self.at) = (Some(message.seq), message.posted_at);
                Ok(())
            }
            _ => Err(event),
        }
    }

    /// A pending message; `None` for other pending commands. `in_time`: whether the answer
    /// can be expected soon.
    pub fn of_pending(pending: &PendingCommand, me: &Profile, in_time: bool) -> Option<Self> {
        let Command::Send { body, .. } = &pending.command else {
            return None;
        };
        let (seq, rev) = match pending.state {
            PendingState::Done { seq, rev } => (Some(seq), rev),
            _ => (None, Rev::ZERO),
        };
        Some(RowContent {
            seq,
            rev,
            client_id: Some(pending.client_id),
            author_id: Some(me.id),
            author: me.name.clone(),
            mine: true,
            body: body.clone(),
            at: pending.given_at,
            edited_at: None,
            deleted: false,
            delivery: delivery(&pending.state, in_time),
            line: None,
        })
    }

    /// Applies a pending edit or deletion.
    pub fn overlay(&mut self, pending: &PendingCommand, in_time: bool) {
        // The change is stored but has not arrived: the next edit has to name its revision.
        if let PendingState::Done { rev, .. } = pending.state {
            self.rev = self.rev.max(rev);
        }
        match pending.command.message_change() {
            Some(MessageChange::Edit(_, body)) => {
                body.clone_into(&mut self.body);
                self.delivery = delivery(&pending.state, in_time);
            }
            Some(MessageChange::Delete(_) | MessageChange::Cancel(_)) => {
                self.deleted = true;
                self.body.clear();
            }
            None => {}
        }
    }

    /// The row's key.
    pub fn key(&self) -> RowKey {
        match (self.client_id, self.seq) {
            (Some(client_id), _) => RowKey::Own(client_id),
            (None, seq) => RowKey::Seq(seq.unwrap_or_default()),
        }
    }
}

impl RowLayout {
    /// Adds a head to a message with `rows` rows above it since the last one, so that a long run
    /// repeats the author now and then. A row that had a head keeps it: rows are added and removed
    /// at both ends, and the visible rows must not change because of that.
    #[must_use]
    pub fn in_long_run(self, rows: usize, seq: Option<Seq>, was_head: bool) -> Self {
        let is_at_place = seq.is_some_and(|seq| seq.0 % REPEATED == 0);
        let head = self.head || (rows >= LEAST_RUN && (is_at_place || was_head));
        RowLayout { head, ..self }
    }

    /// The layout of a message below its neighbour; `day` is the local day of a time.
    pub fn below(
        above: Option<&RowContent>,
        this: &RowContent,
        first_unread: bool,
        marked: bool,
        mut day: impl FnMut(Micros) -> i64,
    ) -> Self {
        let new_day = above.is_none_or(|above| day(above.at) != day(this.at));
        let together = above.is_some_and(|above| {
            above.line.is_none()
                && same_author(above, this)
                && (this.at.0 - above.at.0).abs() <= TOGETHER
        });
        let is_message = this.line.is_none();
        RowLayout {
            new_day,
            first_unread,
            head: is_message && (new_day || first_unread || !together),
            marked,
        }
    }
}

fn same_author(a: &RowContent, b: &RowContent) -> bool {
    match (a.author_id, b.author_id) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.author == b.author,
        _ => false,
    }
}

fn delivery(state: &PendingState, in_time: bool) -> Delivery {
    match state {
        PendingState::Waiting if in_time => Delivery::Sending,
        PendingState::Waiting | PendingState::Held { .. } => Delivery::Waiting,
        PendingState::Refused { code, field } => Delivery::Failed(*code, *field),
        PendingState::Expired => Delivery::Expired,
        PendingState::Done { .. } => Delivery::Sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60 * 1_000_000;
    const DAY: i64 = 24 * 60 * MINUTE;

    fn said(by: i64, at: i64) -> RowContent {
        RowContent {
            seq: Some(Seq(1)),
            rev: Rev(1),
            client_id: None,
            author_id: Some(UserId(by)),
            author: format!("P{by}"),
            mine: false,
            body: "x".into(),
            at: Micros(at),
            edited_at: None,
            deleted: false,
            delivery: Delivery::Sent,
            line: None,
        }
    }

    fn below(above: Option<&RowContent>, this: &RowContent) -> RowLayout {
        RowLayout::below(above, this, false, false, |at| at.0.div_euclid(DAY))
    }

    #[test]
    fn messages_of_one_author_within_five_minutes_share_a_head() {
        let first = said(1, 10 * MINUTE);
        assert!(below(None, &first).head);
        assert!(!below(Some(&first), &said(1, 15 * MINUTE)).head);
        assert!(below(Some(&first), &said(1, 15 * MINUTE + 1)).head);
        assert!(below(Some(&first), &said(2, 11 * MINUTE)).head);
    }

    #[test]
    fn a_new_day_and_the_unread_divider_start_a_group() {
        let late = said(1, DAY - MINUTE);
        let early = said(1, DAY + MINUTE);
        let layout = below(Some(&late), &early);
        assert!(layout.new_day && layout.head);
        let layout = RowLayout::below(Some(&early), &said(1, DAY + 2 * MINUTE), true, false, |_| 0);
        assert!(layout.head && !layout.new_day);
    }

    #[test]
    fn a_line_has_no_head_and_ends_a_group() {
        let line = RowContent {
            line: Some(Box::new(Line { events: Vec::new() })),
            ..said(1, 10 * MINUTE)
        };
        assert!(!below(Some(&said(1, 10 * MINUTE)), &line).head);
        assert!(below(Some(&line), &said(1, 10 * MINUTE)).head);
    }

    #[test]
    fn a_long_run_shows_its_author_now_and_then() {
        let row = below(Some(&said(1, 0)), &said(1, 0));
        let at = |seq| Some(Seq(seq));
        assert!(row.in_long_run(10, at(60), false).head);
        assert!(!row.in_long_run(29, at(61), false).head);
        assert!(!row.in_long_run(29, None, false).head);
        // The author stands near above.
        assert!(!row.in_long_run(9, at(60), false).head);
        // Rows above have gone, or a pending message has got its place, and it is read at this
        // moment.
        assert!(row.in_long_run(17, at(61), true).head);
        // Rows above have come, and one of them has a head.
        assert!(!row.in_long_run(9, at(61), true).head);
    }

    #[test]
    fn people_without_an_account_are_told_apart_by_name() {
        let john = RowContent {
            author_id: None,
            author: "John".into(),
            ..said(0, 0)
        };
        let jane = RowContent {
            author: "Jane".into(),
            ..john.clone()
        };
        assert!(!below(Some(&john), &john).head);
        assert!(below(Some(&john), &jane).head);
        assert!(below(Some(&john), &said(1, 0)).head);
    }
}
