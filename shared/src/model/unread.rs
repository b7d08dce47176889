//! How far a person has read a room, and what is unread there.

use serde::{Deserialize, Serialize};

use crate::id::{Micros, Rev, RoomId, Seq};

/// A read mark: how far a person has read a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadMark {
    /// The room.
    pub room: RoomId,
    /// The last message that was read. Later ones are unread.
    #[serde(default)]
    pub seq: Seq,
    /// How often the mark was set back. A mark rises within a generation; who sets it back
    /// begins the next one, and then marks of earlier generations mean nothing.
    #[serde(default, skip_serializing_if = "is_first_generation")]
    pub generation: u32,
    /// The revision of the person's own stream that set it.
    #[serde(default)]
    pub rev: Rev,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes the field by reference"
)]
fn is_first_generation(generation: &u32) -> bool {
    *generation == 0
}

/// A read mark that is to be set, forth or back. It is written as a list of two or three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<i64>", into = "Vec<i64>")]
pub struct MarkChange {
    /// The room.
    pub room: RoomId,
    /// The last message that was read.
    pub seq: Seq,
    /// The mark that it takes the place of. From this one on it goes forth, and never lowers a mark
    /// that is higher by now; or it goes back, and then no mark but this one. None: whatever there is.
    pub replaced: Option<Seq>,
}

impl MarkChange {
    /// Of a room whatever its mark is.
    pub fn new(room: RoomId, seq: Seq) -> Self {
        MarkChange {
            room,
            seq,
            replaced: None,
        }
    }

    /// What it makes of the present mark.
    pub fn applied_to(self, present: Seq) -> Seq {
        match self.replaced {
            Some(replaced) if self.seq >= replaced => self.seq.max(present),
            Some(replaced) if replaced != present => present,
            _ => self.seq,
        }
    }
}

impl TryFrom<Vec<i64>> for MarkChange {
    type Error = &'static str;

    fn try_from(numbers: Vec<i64>) -> Result<Self, Self::Error> {
        let (room, seq, replaced) = match numbers[..] {
            [room, seq] => (room, seq, None),
            [room, seq, replaced] => (room, seq, Some(Seq(replaced))),
            _ => return Err("a mark has two or three numbers"),
        };
        Ok(MarkChange {
            room: RoomId(room),
            seq: Seq(seq),
            replaced,
        })
    }
}

impl From<MarkChange> for Vec<i64> {
    fn from(mark: MarkChange) -> Self {
        let replaced = mark.replaced.map(|seq| seq.0);
        [mark.room.0, mark.seq.0]
            .into_iter()
            .chain(replaced)
            .collect()
    }
}

/// What a person needs to know of a room that is not open, to count what is unread there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadHead {
    /// The room.
    pub room: RoomId,
    /// The `seq` of its last message.
    #[serde(default)]
    pub seq: Seq,
    /// When its last message was posted; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Micros>,
    /// The room's revision that last changed its name, topic or existence: the `rev` of the
    /// [`Room`](super::Room). Who knows an older one asks for the room again.
    #[serde(default)]
    pub room_rev: Rev,
    /// Which messages count as unread for who has not read them: the newest hundred, as ranges
    /// from one `seq` through another, ascending. Deleted messages and lines about the room do not
    /// count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<(Seq, Seq)>,
}

impl UnreadHead {
    /// How many messages `counted` names at most.
    pub const MAX_COUNTED: usize = 100;

    /// How many messages above a read mark count. Exact up to 99; 100 means 100 or more.
    pub fn unread_above(&self, read: Seq) -> usize {
        count_within(&self.counted, read.next(), Seq(i64::MAX)).min(Self::MAX_COUNTED)
    }
}

/// How many messages of these ranges are from one `seq` through another.
pub(crate) fn count_within(counted: &[(Seq, Seq)], from: Seq, through: Seq) -> usize {
    let lengths = counted.iter().map(|(first, last)| {
        let (first, last) = ((*first).max(from), (*last).min(through));
        usize::try_from(last.0.saturating_sub(first.0).saturating_add(1)).unwrap_or(0)
    });
    lengths.fold(0, usize::saturating_add)
}
