//! How far opening a room has come, and going to the person's last message.

use shared::id::Seq;

/// The progress of opening the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// At the first unread message, or the end.
    Unread,
    /// At a message that a link names.
    At(Seq),
    /// One of the above, after its history was requested.
    Asked(Seq, OpeningTarget),
    /// Going to the end, after it was requested.
    Latest,
    /// Done.
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpeningTarget {
    Unread,
    Message,
}

/// Whether everything is shown that came before the room was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CaughtUp {
    No,
    /// The room is shown as it was, perhaps at an earlier visit: the server has not answered yet.
    AsItWas,
    Yes,
}

/// The search for the person's last message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// Nobody looks for it.
    Off,
    /// It is looked for; messages may have to be requested.
    On,
    /// Found: its row will be rendered.
    Found(Seq),
}
