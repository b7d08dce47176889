//! What the page shows of the world, in the words that the components use.

use shared::error::{ErrorCode, Field};
use shared::frame::Refusal;
use shared::id::{RoomId, Seq};
use shared::model::{Profile, Room};

/// Who sits in front of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// Not known yet: the first answer of the server is awaited.
    Unknown,
    /// Nobody: show the sign-in page.
    SignedOut(SignedOut),
    /// This person.
    SignedIn(Profile),
}

/// Why nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedOut {
    /// A first visit, or a deliberate sign-out.
    Fresh,
    /// A session that was there has ended.
    Ended,
    /// Someone signed in, and the browser did not keep the session: it takes no cookies.
    NotKept,
    /// The server does not take this page or this address ([`ErrorCode::OriginForbidden`],
    /// [`ErrorCode::HostForbidden`]): signing in would not help, the operator has to.
    Forbidden(ErrorCode),
}

/// How the line to the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Being made. Short ones are normal; see [`super::Client::offline_notice`].
    Connecting,
    /// Up, and the server has welcomed us.
    Live,
    /// Down; the next attempt is made at this time (milliseconds since 1970), or
    /// earlier when the browser says that it is online or the person asks for it.
    Waiting {
        /// When the next attempt starts.
        until_ms: u64,
    },
}

/// What the offline notice has to say, once the grace is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfflineNotice {
    /// What is the case.
    pub why: OfflineReason,
    /// When the next attempt starts (milliseconds since 1970); `None` while one is
    /// running.
    pub until_ms: Option<u64>,
}

/// Why there is no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfflineReason {
    /// The device has no network.
    NoNetwork,
    /// The server does not answer.
    NoAnswer,
    /// The server answers, but no WebSocket comes up.
    NoSocket,
    /// The server answers, and says why not.
    Refused(ErrorCode),
}

/// One line of the list of rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRow {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// What it is for; may be empty.
    pub topic: String,
    /// How many messages lie above the read mark.
    pub unread: u64,
    /// The last message's place.
    pub last: Seq,
}

/// What is known of a room that the address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomStatus {
    /// The directory has not arrived yet.
    Unknown,
    /// It exists.
    Here(Room),
    /// It was removed.
    Gone,
    /// There never was one.
    Missing,
}

impl RoomStatus {
    /// The room, if it exists.
    pub fn here(&self) -> Option<&Room> {
        match self {
            RoomStatus::Here(room) => Some(room),
            _ => None,
        }
    }
}

/// Who is in a room now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomPresence {
    /// How many people.
    pub count: usize,
    /// Who they are, by name; `None` where only the number is told.
    pub people: Option<Vec<Profile>>,
}

/// Why something that a person asked for was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server could not be reached, or did not answer.
    Unreachable,
    /// The server said no. `i18n` has a sentence for each code; the refusal names
    /// the field that was wrong and, when it was stale, the present state.
    Refused(Box<Refusal>),
}

impl Failure {
    /// The field at which a form shows the failure.
    pub fn field(&self) -> Option<Field> {
        match self {
            Failure::Unreachable => None,
            Failure::Refused(refusal) => refusal.field,
        }
    }

    /// How long to wait before the same may be accepted, in milliseconds.
    pub fn wait_ms(&self) -> Option<u64> {
        match self {
            Failure::Unreachable => None,
            Failure::Refused(refusal) => refusal.retry_after_ms,
        }
    }

    /// The stable code, if the server gave one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Failure::Unreachable => None,
            Failure::Refused(refusal) => Some(refusal.code),
        }
    }
}

/// A short word to the person that belongs to no form; shown as a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToastMessage {
    /// Something was not done.
    Failed(Failure),
    /// An edit met a newer text; what was typed is still in the editor.
    EditStale,
    /// An edit was not done and cannot be; what was typed is where messages are written.
    EditReturned,
    /// A link stands in the clipboard.
    LinkCopied,
    /// The browser did not let us copy; this is the link.
    CopyByHand(String),
}

/// Who types in a room besides oneself.
pub type TypingPeople = Vec<Profile>;

/// What the browser says of desktop notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationPermission {
    /// It cannot show any here (no support, or no secure context).
    Unsupported,
    /// It has not been asked.
    Unasked,
    /// Allowed.
    Granted,
    /// Refused; only the browser's own settings can change that.
    Denied,
}
