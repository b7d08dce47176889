//! English.

use shared::error::{ErrorCode, Field};

#[expect(clippy::too_many_lines, reason = "one sentence for each code")]
pub(in crate::i18n) fn refusal(code: ErrorCode, field: Option<Field>) -> &'static str {
    match code {
        ErrorCode::TextEmpty => match field {
            Some(Field::Name | Field::Place) => "Enter a name.",
            _ => "Write something first.",
        },
        ErrorCode::TextTooLong => match field {
            Some(Field::Name | Field::Place) => "The name is too long. Shorten it.",
            Some(Field::Topic) => "The topic is too long. Shorten it.",
            _ => "The text is too long. Shorten it or send it in parts.",
        },
        ErrorCode::TextCharacters => match field {
            Some(Field::Body) => "The text holds control characters. Remove them and send again.",
            _ => {
                "It holds characters that are invisible or heaped up, or letters of two alphabets in one word. Type it again without them."
            }
        },
        ErrorCode::NameTaken => {
            "Another one has this name or one that looks like it. Choose a different one."
        }
        ErrorCode::Stale => "Someone has changed it meanwhile. Look at it once more and try again.",
        ErrorCode::NotAuthor => "Only the person who wrote a message can change it.",
        ErrorCode::NotPermitted => {
            "You may not do that here. Ask the people who manage the room, or this server."
        }
        ErrorCode::TimedOut => {
            "For a time you can only read here. Send it again when that is over."
        }
        ErrorCode::Blocked => {
            "Your address is blocked here for a time. Ask the people who run this server."
        }
        ErrorCode::NoSuchRoom => "There is no such room. Choose one from the list.",
        ErrorCode::RoomGone => "The room was removed. Choose another one from the list.",
        ErrorCode::RoomArchived => "The room is archived. Restore it first, to write in it.",
        ErrorCode::TooManyPeople | ErrorCode::SidebarFull => "That is too many. Choose fewer.",
        ErrorCode::NoSuchSection => "There is no such section any more. Choose another one.",
        ErrorCode::NoSuchPerson => "There is no such person. Choose someone else.",
        ErrorCode::NoSuchMessage => "There is no such message. It may have been removed.",
        ErrorCode::MessageDeleted => "The message was deleted. There is nothing left to change.",
        ErrorCode::Cancelled => "It was cancelled. Do it again if you still want to.",
        ErrorCode::RateLimited => "That was a lot at once. Wait a moment, then try again.",
        ErrorCode::TooManySubscriptions => "You have too many rooms open. Close other tabs.",
        ErrorCode::TooManyRooms => {
            "No more rooms can be made here. Use one that exists, or ask the people who run it."
        }
        ErrorCode::TooManyConnections => "The server is full. Try again in a few minutes.",
        ErrorCode::RequestTimeout => "The server took too long. Try again.",
        ErrorCode::TooLarge => "That was too large. Make it smaller and try again.",
        ErrorCode::LinkInvalid => "The link does not work, or no longer. Ask for a new one.",
        ErrorCode::UsernameTaken => {
            "Someone has this username or one that looks like it. Choose a different one."
        }
        ErrorCode::UsernameInvalid => {
            "This cannot be a username. Use letters, digits and a few signs."
        }
        ErrorCode::WrongCredentials => "The username or the password is wrong. Try again.",
        ErrorCode::CodeRequired => "Enter the code from your authenticator app.",
        ErrorCode::CodeInvalid => "The code is wrong or was used before. Wait for the next one.",
        ErrorCode::ConfirmationRequired => "Confirm that it is you, then try again.",
        ErrorCode::PasswordWeak => "This password is easy to guess. Choose a longer one.",
        ErrorCode::PasswordInvalid => "This password is too short or too long. Choose another one.",
        ErrorCode::PasskeyInvalid => "The passkey was not accepted. Try again.",
        ErrorCode::LastCredential => "It’s your last way to sign in. Add another one first.",
        ErrorCode::LastOwner => "This is the last owner. Make someone else an owner first.",
        ErrorCode::NotClaimed => {
            "This server has no owner yet. Open the link that it printed at its start."
        }
        ErrorCode::AlreadyClaimed => {
            "This server has an owner already. Sign in, or ask for an invitation."
        }
        ErrorCode::MailOff => "This server sends no mail. Ask the people who run it.",
        ErrorCode::MailAddressInvalid => "This is no address of mail. Look at it again.",
        ErrorCode::SignUpOff => "Nobody can sign up here without an invitation. Ask for one.",
        ErrorCode::AccountDeactivated => {
            "Your account is turned off. Ask the people who run this server."
        }
        ErrorCode::TooMany => "There are as many of these as allowed. Remove one first.",
        ErrorCode::Forbidden => "You may not do this here. Ask the people who run this server.",
        ErrorCode::StorageFull => {
            "The server’s disk is full; nothing was stored. Tell the people who run it."
        }
        ErrorCode::StorageFailed => "The server could not store it. Try again.",
        ErrorCode::ShuttingDown => "The server is restarting. It will be back in a moment.",
        ErrorCode::Unauthorized => "Your session has ended. Reload the page to sign in again.",
        ErrorCode::OriginForbidden | ErrorCode::HostForbidden | ErrorCode::PasskeysOff => {
            "The server does not answer to this address. Use the one that its operator gave you."
        }
        ErrorCode::GuestsOff => "This server does not let guests in. Ask the people who run it.",
        ErrorCode::SimpleOff => "The simple protocol is off here. Ask the people who run it.",
        ErrorCode::UnsupportedVersion => {
            "This page is older than the server. Reload it to get the new one."
        }
        ErrorCode::NotFound | ErrorCode::MethodNotAllowed => {
            "The server has nothing at this address. Reload the page."
        }
        ErrorCode::BadJson
        | ErrorCode::BadCommand
        | ErrorCode::UnknownCommand
        | ErrorCode::NotText
        | ErrorCode::HelloFirst
        | ErrorCode::HelloTwice
        | ErrorCode::ClientIdReused => {
            "The page and the server misunderstood each other. Reload the page."
        }
        // `provider.rs` has their sentences, which few need.
        ErrorCode::ProviderUnavailable
        | ErrorCode::ProviderDenied
        | ErrorCode::ProviderExpired
        | ErrorCode::ProviderFailed
        | ErrorCode::NoExternalAccount
        | ErrorCode::ProviderOnly
        | ErrorCode::ExternalTaken
        | ErrorCode::MailFailed
        | ErrorCode::Unknown => "The server refused. Reload the page and try again.",
    }
}
