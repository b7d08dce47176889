//! Requests of the forms with which somebody gets an account or signs in with it.
//!
//! The secret of a link goes into the body: addresses are written into logs.

use serde::{Deserialize, Serialize};
use shared::id::RoomId;
use shared::model::{Profile, Role};

use super::{Failure, ask, profile, send};
use crate::wire;

/// What somebody types to get an account.
#[derive(Serialize)]
pub struct NewAccount {
    /// The secret of the link.
    pub token: String,
    /// The name of the place, from whoever claims it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The name to sign in with.
    pub username: String,
    /// The name for others to see.
    pub name: String,
    /// The password.
    pub password: String,
    /// Whether the guest who is signed in becomes the account.
    pub keep: bool,
}

impl NewAccount {
    /// Makes the account, which signs in: the owner's if it names the place, else a member's.
    ///
    /// # Errors
    /// If the server refuses something of it or the link, or cannot be reached.
    pub async fn create(&self) -> Result<Profile, Failure> {
        let path = match self.place {
            Some(_) => "/api/v1/claim",
            None => "/api/v1/invitation/account",
        };
        profile(&post(path, wire::to_string(self).ok()).await?)
    }
}

/// What a guest of one room types.
#[derive(Serialize)]
pub struct NewGuest {
    /// The secret of the invitation.
    pub token: String,
    /// The name for others to see.
    pub name: String,
}

impl NewGuest {
    /// Lets the guest in.
    ///
    /// # Errors
    /// If the server refuses the name or the link, or cannot be reached.
    pub async fn come_in(&self) -> Result<Profile, Failure> {
        let body = wire::to_string(self).ok();
        profile(&post("/api/v1/invitation/guest", body).await?)
    }
}

/// What somebody types to ask for an account.
#[derive(Serialize)]
pub struct NewApplication {
    /// The name to sign in with.
    pub username: String,
    /// The name for others to see.
    pub name: String,
    /// The password.
    pub password: String,
    /// For those who decide.
    pub note: String,
}

/// Asks for an account. The person, if it is made at once; none if somebody decides about it.
///
/// # Errors
/// If the server refuses something of it, or cannot be reached.
pub async fn sign_up(application: &NewApplication) -> Result<Option<Profile>, Failure> {
    const ACCEPTED: u16 = 202;
    let answer = post("/api/v1/applications", wire::to_string(application).ok()).await?;
    if answer.status == ACCEPTED {
        return Ok(None);
    }
    profile(&answer).map(Some)
}

#[derive(Serialize)]
struct Credentials<'a> {
    username: &'a str,
    password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
}

/// Signs in with a password, and a code if one was asked for.
///
/// # Errors
/// If they do not belong together, a code is needed, or the server cannot be reached.
pub async fn sign_in(
    username: &str,
    password: &str,
    code: Option<&str>,
) -> Result<Profile, Failure> {
    let body = wire::to_string(&Credentials {
        username,
        password,
        code,
    });
    profile(&post("/api/v1/session/password", body.ok()).await?)
}

#[derive(Serialize)]
struct ForgottenPassword<'a> {
    name: &'a str,
}

/// Asks for a link by mail to set a new password of an account, which is named by its username or
/// its address.
///
/// # Errors
/// If the server sends no mail, too many ask, or it cannot be reached.
pub async fn forgot_password(name: &str) -> Result<(), Failure> {
    let body = wire::to_string(&ForgottenPassword { name });
    let answer = post("/api/v1/password_reset/mail", body.ok()).await;
    answer.map(drop)
}

#[derive(Serialize)]
struct NewPassword<'a> {
    password: &'a str,
    names: [&'a str; 2],
}

/// How strong a password is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct PasswordStrength {
    /// From 0 to 4.
    pub score: u8,
    /// Whether an account may have it.
    pub is_accepted: bool,
    /// What makes it weak.
    #[serde(default)]
    pub hint: Option<StrengthHint>,
}

/// What makes a password weak. What a later server may name is a common word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrengthHint {
    /// A name of the person or of the place.
    PersonalWord,
    /// Neighbouring keys.
    Keyboard,
    /// The same again and again.
    Repetition,
    /// Letters or digits in their order.
    Sequence,
    /// A date or a year.
    Date,
    /// A common word, name or password.
    #[serde(other)]
    CommonWord,
}

/// Judges a password of somebody with these names.
///
/// # Errors
/// If too many are being judged, or the server cannot be reached.
pub async fn password_strength(
    password: &str,
    names: [&str; 2],
) -> Result<PasswordStrength, Failure> {
    let body = NewPassword { password, names };
    send("POST", "/api/v1/password_strength", &body).await
}

#[derive(Serialize)]
struct Secret<'a> {
    token: &'a str,
}

/// What an invitation offers, as far as the page says so.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Invitation {
    /// Who invites; none: the operator.
    #[serde(default)]
    pub by: Option<Profile>,
    /// What who follows it becomes.
    pub role: Role,
    /// The rooms that it leads to.
    pub rooms: Vec<InvitedRoom>,
    /// Whether a guest sees what was written before.
    #[serde(default)]
    pub with_history: bool,
}

/// A room that an invitation leads to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InvitedRoom {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: String,
}

/// Looks an invitation up.
///
/// # Errors
/// If it does not work, or the server cannot be reached.
pub async fn invitation(token: &str) -> Result<Invitation, Failure> {
    let body = wire::to_string(&Secret { token });
    let answer = post("/api/v1/invitation", body.ok()).await?;
    wire::from_str(&answer.text).map_err(|_| Failure::Unreachable)
}

async fn post(path: &str, body: Option<String>) -> Result<crate::browser::HttpResponse, Failure> {
    ask("POST", path, body).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_read_as_the_server_writes_it() {
        let text = r#"{"by":{"id":1,"name":"Olga","rev":4,"role":"owner","username":"olga"},
            "role":"member","rooms":[{"id":3,"name":"정원"}],"expires_at":1700000000000000}"#;
        let read: Invitation = wire::from_str(text).unwrap();
        assert_eq!(read.by.unwrap().name, "Olga");
        assert!(!read.with_history && read.role == Role::Member);
        assert_eq!(read.rooms[0].name, "정원");
        let text = r#"{"role":"guest","rooms":[{"id":3,"name":"정원"}],"with_history":true}"#;
        let read: Invitation = wire::from_str(text).unwrap();
        assert!(read.with_history && read.role == Role::Guest);
        // By the operator.
        assert_eq!(read.by, None);
        assert!(wire::from_str::<Invitation>(r#"{"rooms":[]}"#).is_err());
    }

    #[test]
    fn only_who_claims_names_the_place() {
        let mut account = NewAccount {
            token: "0f".to_owned(),
            place: None,
            username: "ada".to_owned(),
            name: "Ada".to_owned(),
            password: "a long one".to_owned(),
            keep: false,
        };
        let text = wire::to_string(&account).unwrap();
        assert!(!text.contains("place"), "{text}");
        account.place = Some("마당".to_owned());
        let text = wire::to_string(&account).unwrap();
        assert!(text.contains(r#""place":"마당""#), "{text}");
    }
}
