//! Commands that change a profile.

use shared::model::ProfileStatus;

use super::*;
use crate::store::{ProfileChange, ValueChange};

/// Changes a username and all the rest of a profile.
pub(super) fn profile(user: UserId, username: &str, colour: u8) -> (Actor, WriteCommand) {
    let change = ProfileChange {
        name: None,
        username: Some(account(username, username).username),
        colour: ValueChange::Set(colour),
        status: ValueChange::Set(ProfileStatus {
            emoji: "🍵".into(),
            text: "tea".into(),
            until: Some(Micros(i64::MAX)),
        }),
        language: ValueChange::Set("ko".into()),
        time_zone: ValueChange::Clear,
    };
    let command = AccountCommand::SetProfile {
        user,
        change,
        session: None,
    };
    // The operator needs no proof.
    (Actor::Operator, WriteCommand::from(command))
}
