//! Requests about invitations, for who may invite.

use serde::{Deserialize, Serialize};
use shared::id::{Micros, RoomId};
use shared::model::{Profile, Role};

use super::{Failure, ask, parse};
use crate::wire;

const INVITES: &str = "/api/v1/invites";

/// A new invitation.
#[derive(Clone, Debug, Serialize)]
pub struct NewInvite {
    /// The role of the accounts.
    pub role: Role,
    /// The private rooms that they will be members of; of a guest, the one room.
    pub rooms: Vec<RoomId>,
    /// Whether guests see what was written before they came.
    pub with_history: bool,
    /// For how many days it works; none: for ever.
    pub days: Option<u32>,
    /// How many accounts it makes at most; none: any number.
    pub uses: Option<u32>,
    /// To whom its link is mailed; none: it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
}

/// An invitation that was made. Its link is known to nobody afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CreatedInvite {
    /// The path and fragment of the link; none: it is mailed.
    #[serde(default)]
    pub link: Option<String>,
    /// The whole link as a QR code, an SVG picture; none: it could not be drawn.
    #[serde(default)]
    pub qr: Option<String>,
}

/// An invitation in the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ListedInvite {
    /// Its number.
    pub id: i64,
    /// Who made it; none: the operator.
    #[serde(default)]
    pub by: Option<Profile>,
    /// The role of the accounts.
    pub role: Role,
    /// The rooms that they will be members of.
    #[serde(default)]
    pub rooms: Vec<InviteRoom>,
    /// Whether guests see what was written before they came.
    #[serde(default)]
    pub with_history: bool,
    /// When it ends by itself.
    #[serde(default)]
    pub expires_at: Option<Micros>,
    /// How many accounts it makes at most.
    #[serde(default)]
    pub max_uses: Option<u32>,
    /// How many accounts it has made.
    pub uses: u32,
    /// When it was revoked.
    #[serde(default)]
    pub revoked_at: Option<Micros>,
    /// To whom it was mailed.
    #[serde(default)]
    pub mailed_to: Option<String>,
}

/// A room that an invitation leads to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InviteRoom {
    /// The room.
    pub id: RoomId,
    /// Its name.
    pub name: String,
}

/// The newest invitations, and where the person may invite to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InvitePage {
    /// The newest ones.
    pub invites: Vec<ListedInvite>,
    /// Whether an invitation can be mailed.
    #[serde(default)]
    pub sends_mail: bool,
    /// The private rooms that the person manages.
    #[serde(default)]
    pub rooms: Vec<InviteRoom>,
}

/// The newest invitations, and where the person may invite to.
///
/// # Errors
/// If the person may not invite, or the server cannot be reached.
pub async fn list() -> Result<InvitePage, Failure> {
    parse(&ask("GET", INVITES, None).await?)
}

impl NewInvite {
    /// Makes it.
    ///
    /// # Errors
    /// If the person may not invite to this, or the server cannot be reached.
    pub async fn create(&self) -> Result<CreatedInvite, Failure> {
        let body = wire::to_string(self).ok();
        parse(&ask("POST", INVITES, body).await?)
    }
}

/// Ends an invitation.
///
/// # Errors
/// If the person may not, or the server cannot be reached.
pub async fn revoke(id: i64) -> Result<(), Failure> {
    let path = format!("{INVITES}/{id}");
    ask("DELETE", &path, None).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_invitations_is_read_as_the_server_writes_it() {
        let text = r#"{"invites":[{"id":3,"by":{"id":1,"name":"Olga","rev":4,"role":"owner"},
            "created_at":1,"role":"member","rooms":[{"id":9,"name":"정원"}],"max_uses":1,"uses":0}]}"#;
        let page: InvitePage = wire::from_str(text).unwrap();
        let invite = &page.invites[0];
        assert_eq!(
            (invite.id, invite.max_uses, invite.expires_at),
            (3, Some(1), None)
        );
        assert_eq!(invite.rooms[0].name, "정원");
    }

    #[test]
    fn no_end_and_any_number_are_said_by_null() {
        let invite = NewInvite {
            role: Role::Member,
            rooms: vec![RoomId(9)],
            with_history: false,
            days: None,
            uses: Some(1),
            mail: None,
        };
        let text = r#"{"role":"member","rooms":[9],"with_history":false,"days":null,"uses":1}"#;
        assert_eq!(wire::to_string(&invite).unwrap(), text);
    }
}
