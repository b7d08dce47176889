//! What an invitation of the operator offers, from the command line.

use clap::builder::TypedValueParser;
use clap::value_parser;
use serde::{Deserialize, Serialize};
use shared::id::RoomId;
use shared::model::Role;

use crate::accounts::InviteRequest;
use crate::mail::MailLanguage;

/// What the operator wants an invitation to offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, clap::Args)]
pub struct InviteWish {
    /// The role of the accounts, member or administrator; or guest, for one room and no account.
    #[arg(long, default_value = "member", value_parser = parse_role)]
    pub role: Role,
    /// A private room that they will be members of; may be given several times. With the role guest
    /// the one room, private or public, that will exist for them.
    #[arg(long = "room", value_name = "ROOM", value_parser = value_parser!(i64).map(RoomId))]
    pub rooms: Vec<RoomId>,
    /// Let guests see what was written before they came.
    #[arg(long)]
    pub with_history: bool,
    /// For how many days it works, or `unlimited`.
    #[arg(long, default_value = "7", value_parser = parse_bound)]
    pub days: Bound,
    /// How many accounts it makes at most, or `unlimited`.
    #[arg(long, default_value = "1", value_parser = parse_bound)]
    pub uses: Bound,
    /// Mail the link to this address, and show it to nobody: whoever follows it has proved the
    /// address.
    #[arg(long, value_name = "ADDRESS")]
    pub mail: Option<String>,
    /// The language of the mail.
    #[arg(long, value_enum, default_value = "en")]
    pub language: MailLanguage,
}

impl From<InviteWish> for InviteRequest {
    fn from(wish: InviteWish) -> Self {
        InviteRequest {
            role: wish.role,
            rooms: wish.rooms,
            with_history: wish.with_history,
            days: wish.days.0,
            uses: wish.uses.0,
        }
    }
}

/// A number that may be without limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound(pub Option<u32>);

fn parse_bound(text: &str) -> Result<Bound, String> {
    if text == "unlimited" {
        return Ok(Bound(None));
    }
    let number: Option<u32> = text.parse().ok().filter(|number| *number > 0);
    let number = number.ok_or("give a number above 0, or `unlimited`")?;
    Ok(Bound(Some(number)))
}

fn parse_role(text: &str) -> Result<Role, String> {
    match text {
        "member" => Ok(Role::Member),
        "administrator" => Ok(Role::Administrator),
        "guest" => Ok(Role::Guest),
        _ => Err("give member, administrator or guest".to_owned()),
    }
}
