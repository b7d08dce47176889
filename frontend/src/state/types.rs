//! The values of the client's signals.

use shared::error::ErrorCode;
use shared::id::{RoomId, Seq};
use shared::model::{Profile, Room};

use crate::api::Failure;

/// The storage key of the last open room.
pub(crate) const LAST_ROOM: &str = "madang.room";

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// Unknown before the first answer of the server.
    Unknown,
    /// Nobody: the sign-in page is shown.
    SignedOut(SignedOut),
    /// Nobody, who reads this public room without a session.
    Reading(RoomId),
    /// A person.
    SignedIn(Profile),
}

/// Why nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedOut {
    /// A first visit, or a deliberate sign-out.
    Fresh,
    /// The session of a guest has ended.
    Ended,
    /// The session of somebody with an account has ended: here or on another device.
    AccountEnded,
    /// After signing in the session was missing: the browser accepts no cookies.
    NotKept,
    /// The server does not allow this page or this address ([`ErrorCode::OriginForbidden`],
    /// [`ErrorCode::HostForbidden`]). Signing in would not help; the operator has to act.
    Forbidden(ErrorCode),
}

/// A person whose session can start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticated {
    /// The person.
    pub profile: Profile,
    /// Whether they signed in just now: it is not proven yet that the browser stored the cookie.
    pub is_new: bool,
}

/// The state of the connection to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Connecting. Short interruptions are normal; see [`super::Client::offline_notice`].
    Connecting,
    /// Connected, and the server sent `welcome`.
    Live,
    /// Disconnected. The next attempt starts at this time (milliseconds since 1970), or
    /// earlier if the browser comes online or the person asks for it.
    Waiting {
        /// When the next attempt starts.
        until_ms: u64,
    },
}

/// The content of the offline notice, after the grace period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfflineNotice {
    /// The reason.
    pub why: OfflineReason,
    /// When the next attempt starts (milliseconds since 1970); `None` while one is
    /// running.
    pub until_ms: Option<u64>,
}

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfflineReason {
    /// The device has no network.
    NoNetwork,
    /// The server does not answer.
    NoAnswer,
    /// The server answers HTTP requests, but no WebSocket can be opened.
    NoSocket,
    /// The server refuses the connection, for this reason.
    Refused(ErrorCode),
}

/// Whether a room exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomStatus {
    /// The directory has not arrived yet.
    Unknown,
    /// It exists.
    Here(Room),
    /// It was removed.
    Gone,
    /// It never existed.
    Missing,
}

impl RoomStatus {
    /// Whether it exists, as far as is known.
    pub fn may_exist(&self) -> bool {
        !matches!(self, RoomStatus::Gone | RoomStatus::Missing)
    }

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
    /// Who they are, sorted by name; `None` if the server sends only the number.
    pub people: Option<Vec<Profile>>,
}

/// A short message that belongs to no form, shown as a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToastMessage {
    /// An action failed.
    Failed(Failure),
    /// The edited message was changed in the meantime; the typed text is still in the editor.
    EditStale,
    /// The message cannot be edited any more; the typed text is in the composer.
    EditReturned,
    /// The same, in a room that has no composer or is not shown: the typed text is its draft.
    EditKept(RoomId),
    /// A deletion was not sent: it is too old, or was given before the server was restored.
    DeleteExpired,
    /// So many rooms were marked as read. It can be undone.
    AllRead(u64),
    /// There was nothing to mark as read.
    NothingUnread,
    /// A closed form had sent its command already.
    AlreadySent,
    /// The person has left a private room of this name.
    Left(String),
    /// The texts of the chosen language could not be loaded.
    LanguageMissing,
    /// A link was copied.
    LinkCopied,
    /// The code of a message was copied.
    CodeCopied,
    /// The text of a message was copied.
    TextCopied,
    /// The browser did not allow copying; this is what was to be copied.
    CopyByHand(String),
}

/// Other people who are typing in a room.
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

/// The marks of a room that was marked as read together with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MarkedRoom {
    pub(super) room: RoomId,
    pub(super) before: Seq,
    pub(super) now: Seq,
}
