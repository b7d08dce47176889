//! Counts refusals by their error code.

use shared::error::ErrorCode;

use super::counter::Counter;

/// All codes, in the order of the enum.
const CODES: [ErrorCode; ErrorCode::Unknown as usize + 1] = [
    ErrorCode::BadJson,
    ErrorCode::BadCommand,
    ErrorCode::UnknownCommand,
    ErrorCode::NotText,
    ErrorCode::HelloFirst,
    ErrorCode::HelloTwice,
    ErrorCode::UnsupportedVersion,
    ErrorCode::Unauthorized,
    ErrorCode::OriginForbidden,
    ErrorCode::HostForbidden,
    ErrorCode::GuestsOff,
    ErrorCode::SimpleOff,
    ErrorCode::NotAuthor,
    ErrorCode::NotPermitted,
    ErrorCode::Blocked,
    ErrorCode::NoSuchRoom,
    ErrorCode::RoomGone,
    ErrorCode::NoSuchMessage,
    ErrorCode::MessageDeleted,
    ErrorCode::Stale,
    ErrorCode::NameTaken,
    ErrorCode::TextEmpty,
    ErrorCode::TextTooLong,
    ErrorCode::TextCharacters,
    ErrorCode::ClientIdReused,
    ErrorCode::Cancelled,
    ErrorCode::RateLimited,
    ErrorCode::TooManySubscriptions,
    ErrorCode::TooManyRooms,
    ErrorCode::TooManyConnections,
    ErrorCode::TooLarge,
    ErrorCode::RequestTimeout,
    ErrorCode::NotFound,
    ErrorCode::MethodNotAllowed,
    ErrorCode::StorageFull,
    ErrorCode::StorageFailed,
    ErrorCode::ShuttingDown,
    ErrorCode::Unknown,
];

/// The list is in the order of the enum, so that a code is the index of its counter. It is
/// checked when the program is compiled.
const _: () = {
    let mut index = 0;
    while index < CODES.len() {
        assert!(CODES[index] as usize == index);
        index += 1;
    }
};

/// How often each code was answered.
#[derive(Debug)]
pub struct Refusals([Counter; CODES.len()]);

impl Default for Refusals {
    fn default() -> Self {
        Refusals(std::array::from_fn(|_| Counter::default()))
    }
}

impl Refusals {
    /// Counts one refusal.
    pub fn count(&self, code: ErrorCode) {
        if let Some(counter) = self.0.get(code as usize) {
            counter.add(1);
        }
    }

    /// Each code that was answered, and how often.
    pub fn counts(&self) -> impl Iterator<Item = (ErrorCode, u64)> {
        let counts = self.0.iter().map(Counter::get);
        CODES
            .into_iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0)
    }
}
