//! Requests about one's own profile and settings.

use serde::{Deserialize, Serialize};
use shared::model::ProfileStatus;

use super::{Failure, ask, parse};
use crate::wire;

const ACCOUNT: &str = "/api/v1/account";
/// Where the file with everything about oneself comes from.
pub const EXPORT: &str = "/api/v1/account/export";

/// One change of one's own profile or settings. `None` takes a value away.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileChange {
    /// The display name.
    Name(String),
    /// The name to sign in with.
    Username(String),
    /// The colour of the avatar.
    Colour(Option<u8>),
    /// The status.
    Status(Option<ProfileStatus>),
    /// The language of the page, as a tag.
    Language(Option<String>),
    /// The time zone.
    TimeZone(Option<String>),
}

impl ProfileChange {
    /// Makes the change. Others, and this page, learn of it by the directory.
    ///
    /// # Errors
    /// If the server refuses it or cannot be reached.
    pub async fn make(&self) -> Result<(), Failure> {
        let body = wire::to_string(self).ok();
        ask("PATCH", ACCOUNT, body).await.map(drop)
    }
}

/// Deletes the own account, for ever.
///
/// # Errors
/// If the person has to prove a credential first or is the last owner, or the server cannot be
/// reached.
pub async fn delete_account() -> Result<(), Failure> {
    ask("DELETE", ACCOUNT, None).await.map(drop)
}

/// The settings that follow a person to every device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct OwnSettings {
    /// The language of the page, as a tag.
    #[serde(default)]
    pub language: Option<String>,
    /// The time zone.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// The settings of the person who is signed in.
///
/// # Errors
/// If nobody is signed in, or the server cannot be reached.
pub async fn settings() -> Result<OwnSettings, Failure> {
    parse(&ask("GET", ACCOUNT, None).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_names_one_value_and_null_takes_it_away() {
        for (change, text) in [
            (ProfileChange::Name("Ada".into()), r#"{"name":"Ada"}"#),
            (ProfileChange::Colour(Some(4)), r#"{"colour":4}"#),
            (ProfileChange::Status(None), r#"{"status":null}"#),
            (ProfileChange::TimeZone(None), r#"{"time_zone":null}"#),
        ] {
            assert_eq!(wire::to_string(&change).unwrap(), text);
        }
    }

    #[test]
    fn settings_are_read_out_of_the_account() {
        let text =
            r#"{"user":{"id":1,"name":"A","rev":0,"role":"member"},"language":"ko","totp":false}"#;
        let read: OwnSettings = wire::from_str(text).unwrap();
        assert_eq!(
            (read.language.as_deref(), read.time_zone),
            (Some("ko"), None)
        );
    }
}
