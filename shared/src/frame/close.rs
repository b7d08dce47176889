//! The codes with which the server closes a WebSocket (RFC 6455 §7.4, and 4000 up for
//! Madang's own).

/// The server restarts or stops: come back after a jittered wait.
pub const RESTART: u16 = 1012;
/// The frame was no valid WebSocket frame.
pub const PROTOCOL: u16 = 1002;
/// A text frame was not UTF-8.
pub const NOT_UTF8: u16 = 1007;
/// The frame was larger than `frame_bytes`.
pub const TOO_LARGE: u16 = 1009;
/// No session, or it has ended: sign in before coming back.
pub const UNAUTHORIZED: u16 = 4001;
/// `hello` did not come in time, or named a version that is not spoken.
pub const NO_HELLO: u16 = 4002;
/// Nothing was heard for `dead_after_ms`.
pub const SILENT: u16 = 4003;
/// On the simple protocol: what waited was dropped, as it was not read in time or what
/// became of a commit is not known. There is no history to ask for.
pub const SLOW_READER: u16 = 4004;
/// Too many frames in a row were refused as they were read, or more came than
/// [`crate::limits::intake`] allows.
pub const FLOOD: u16 = 4005;
/// A message was begun and not finished in time.
pub const UNFINISHED: u16 = 4006;
/// The operator has blocked the address for a time.
pub const BLOCKED: u16 = 4007;
