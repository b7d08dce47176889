//! English.

use super::content::{AccountChange, MailContent, moment, named};

pub fn write(content: &MailContent<'_>) -> (String, String) {
    match *content {
        MailContent::Test { place } => {
            let place = named(place);
            (
                format!("{place}: mail works"),
                format!(
                    "This mail was sent by {place}, because whoever runs it wanted to see whether mail works. \
                     It does.\n"
                ),
            )
        }
        MailContent::Reset {
            place,
            username,
            link,
            until,
        } => {
            let (place, until) = (named(place), moment(until));
            (
                format!("{place}: a new password"),
                format!(
                    "Somebody, probably you, wants to set a new password for the account {username} at {place}.\n\n\
                     Set it here:\n\n{link}\n\n\
                     The link works once, until {until}. Whoever opens it can get into the account: give it to nobody.\n\n\
                     If it was not you, there is nothing to do. Nothing has changed.\n"
                ),
            )
        }
        MailContent::Proof {
            place,
            username,
            link,
            until,
        } => {
            let (place, until) = (named(place), moment(until));
            (
                format!("{place}: confirm this address"),
                format!(
                    "{username} at {place} wants to get mail at this address, such as a link for a forgotten password.\n\n\
                     If that is you, open this link where you are signed in:\n\n{link}\n\n\
                     It works once, until {until}.\n\n\
                     If it is not you, there is nothing to do: without the link the address is not used.\n"
                ),
            )
        }
        MailContent::Invitation {
            place,
            by,
            link,
            until,
        } => {
            let place = named(place);
            let who = by.map_or_else(
                || format!("You are invited to {place}."),
                |by| format!("{by} invites you to {place}."),
            );
            let until = until.map_or_else(
                || "The link works once.".to_owned(),
                |until| format!("The link works once, until {}.", moment(until)),
            );
            (
                format!("An invitation to {place}"),
                format!(
                    "{who}\n\nMake your account here:\n\n{link}\n\n{until}\n\n\
                     This address will be the one of your account, for a forgotten password. \
                     You can change it there.\n"
                ),
            )
        }
        MailContent::Changed {
            place,
            username,
            change,
            at,
        } => {
            let (place, at, change) = (named(place), moment(at), changed(change));
            (
                format!("{place}: {change}"),
                format!(
                    "For the account {username} at {place}: {change} ({at}).\n\n\
                     If it was you, there is nothing to do. If not, set a new password at once \
                     and look where you are signed in, or ask the people who run {place}.\n"
                ),
            )
        }
    }
}

fn changed(change: AccountChange) -> &'static str {
    match change {
        AccountChange::Password => "the password was changed",
        AccountChange::SecondFactorOn => "two-step sign-in was set up",
        AccountChange::SecondFactorOff => "two-step sign-in was turned off",
        AccountChange::PasskeyAdded => "a passkey was added",
        AccountChange::PasskeyRemoved => "a passkey was removed",
        AccountChange::PasswordAlone => {
            "the password was changed and two-step sign-in was turned off"
        }
        AccountChange::RecoveryCodes => "there are new recovery codes",
        AccountChange::ProviderLinked => "another way to sign in was linked",
        AccountChange::ProviderUnlinked => "a way to sign in was unlinked",
        AccountChange::Address => "the mail address was changed",
    }
}
