//! The simple protocol: ten lines of JavaScript and a WebSocket at `/`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::ErrorCode;

/// What a simple client sends: its name and its words, for the lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimplePost<'a> {
    /// The name to show.
    #[serde(borrow)]
    pub user: Cow<'a, str>,
    /// The text.
    #[serde(borrow)]
    pub content: Cow<'a, str>,
}

/// What every other simple client receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimpleMessage<'a> {
    /// Who wrote it.
    #[serde(borrow)]
    pub user: Cow<'a, str>,
    /// The text.
    #[serde(borrow)]
    pub content: Cow<'a, str>,
}

/// What a simple client receives when its frame was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimpleRefusal<'a> {
    /// Always empty: nobody of that name speaks.
    #[serde(borrow)]
    pub user: Cow<'a, str>,
    /// What to do, as a sentence.
    #[serde(borrow)]
    pub content: Cow<'a, str>,
    /// The stable code.
    pub error: ErrorCode,
    /// For a refusal for now: the milliseconds after which the same may be taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}
