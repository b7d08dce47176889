//! The codes with which the server closes a WebSocket (RFC 6455 §7.4; Madang's own start
//! at 4000).

/// The server restarts or stops: reconnect after a random wait.
pub const RESTART: u16 = 1012;
/// A frame was not a valid WebSocket frame.
pub const PROTOCOL: u16 = 1002;
/// A text frame was not UTF-8.
pub const NOT_UTF8: u16 = 1007;
/// A frame was larger than `frame_bytes`.
pub const TOO_LARGE: u16 = 1009;
/// There is no session, or it has ended: sign in before reconnecting.
pub const UNAUTHORIZED: u16 = 4001;
/// `hello` did not arrive in time, or named an unsupported version.
pub const NO_HELLO: u16 = 4002;
/// Nothing was received for `dead_after_ms`.
pub const SILENT: u16 = 4003;
/// Simple protocol only: frames for this client were dropped, because it did not read them
/// in time or because the outcome of a commit is unknown. It has no history to request.
pub const SLOW_READER: u16 = 4004;
/// Too many frames in a row were invalid, or the client sent more than
/// [`crate::limits::intake`] allows.
pub const FLOOD: u16 = 4005;
/// A fragmented message was not finished in time.
pub const UNFINISHED: u16 = 4006;
/// The operator has blocked the address for a time.
pub const BLOCKED: u16 = 4007;
