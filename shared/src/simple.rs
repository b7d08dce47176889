//! The frames of the simple protocol: a WebSocket at `/`, without history.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::ErrorCode;

/// A frame of a simple client: a message for the lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimplePost<'a> {
    /// The name to show.
    #[serde(borrow)]
    pub user: Cow<'a, str>,
    /// The text.
    #[serde(borrow)]
    pub content: Cow<'a, str>,
}

/// The frame that every other simple client receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimpleMessage<'a> {
    /// Who wrote it.
    #[serde(borrow)]
    pub user: Cow<'a, str>,
    /// The text.
    #[serde(borrow)]
    pub content: Cow<'a, str>,
}

/// The frame that a simple client receives when its message was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimpleRefusal<'a> {
    /// Always empty: the frame is no message.
    #[serde(borrow)]
    pub user: Cow<'a, str>,
    /// What to do, as a sentence.
    #[serde(borrow)]
    pub content: Cow<'a, str>,
    /// The stable code.
    pub error: ErrorCode,
    /// For a temporary refusal: how long to wait before trying again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}
