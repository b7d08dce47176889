//! Requests about the place, of those who manage it.

use serde::{Deserialize, Serialize};
use shared::model::SignUp;

use super::{Failure, ask};
use crate::wire;

/// Somebody who has asked for an account.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Application {
    /// Its number.
    pub id: i64,
    /// The name to sign in with.
    pub username: String,
    /// The name for others to see.
    pub name: String,
    /// What the person says.
    pub note: String,
}

#[derive(Deserialize)]
struct Applications {
    applications: Vec<Application>,
}

/// A change of the place. What is none stays as it is.
#[derive(Default, Serialize)]
pub struct PlaceChange {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who gets an account without an invitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_up: Option<SignUp>,
}

/// Those who have asked for an account, the oldest first.
///
/// # Errors
/// If the person may not decide about them, or the server cannot be reached.
pub async fn applications() -> Result<Vec<Application>, Failure> {
    let answer = ask("GET", "/api/v1/applications", None).await?;
    let read: Applications = wire::from_str(&answer.text).map_err(|_| Failure::Unreachable)?;
    Ok(read.applications)
}

/// Makes the account that somebody has asked for, or deletes the application.
///
/// # Errors
/// If the person may not decide, or the server cannot be reached.
pub async fn decide(id: i64, is_approved: bool) -> Result<(), Failure> {
    let path = format!("/api/v1/applications/{id}");
    let decided = if is_approved {
        ask("POST", &format!("{path}/approval"), None).await
    } else {
        ask("DELETE", &path, None).await
    };
    decided.map(drop)
}

/// Changes the place.
///
/// # Errors
/// If the server refuses the change, or cannot be reached.
pub async fn change(change: &PlaceChange) -> Result<(), Failure> {
    let body = wire::to_string(change).ok();
    ask("PATCH", "/api/v1/place", body).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_is_sent() {
        let change = PlaceChange {
            sign_up: Some(SignUp::Approval),
            ..PlaceChange::default()
        };
        assert_eq!(
            wire::to_string(&change).unwrap(),
            r#"{"sign_up":"approval"}"#
        );
    }
}
