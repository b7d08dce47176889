//! Error codes: why the server refuses something.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The stable code of a refusal. Programs decide by it; the text beside it is for logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The frame is not JSON, or nested too deeply.
    #[error("the frame is not valid JSON")]
    BadJson,
    /// The frame is JSON, but a field is missing or of the wrong type.
    #[error("the command lacks a field or has one of the wrong type")]
    BadCommand,
    /// The `type` is not one that this version knows.
    #[error("there is no command of this type")]
    UnknownCommand,
    /// A binary frame; the protocol is text.
    #[error("send text frames; binary ones are not read")]
    NotText,
    /// The first frame of a connection must be `hello`.
    #[error("say hello first")]
    HelloFirst,
    /// `hello` was sent a second time.
    #[error("hello was said already")]
    HelloTwice,
    /// The server does not speak the version that `hello` named.
    #[error("this server does not speak that protocol version")]
    UnsupportedVersion,
    /// No valid session: no cookie, no token, or one that has ended.
    #[error("sign in first: the session is missing or has ended")]
    Unauthorized,
    /// The request comes from a page (Origin) that this server does not allow.
    #[error("this origin is not allowed")]
    OriginForbidden,
    /// The `Host` of the request is not one of this server's names.
    #[error("this host name is not one that the server answers to")]
    HostForbidden,
    /// Guests are turned off here.
    #[error("this server does not admit guests")]
    GuestsOff,
    /// The simple protocol is turned off here.
    #[error("this server does not speak the simple protocol")]
    SimpleOff,
    /// Only the author may do this.
    #[error("only the author of the message may change it")]
    NotAuthor,
    /// The person lacks the permission for this.
    #[error("only who made or manages the room, or the operator, may do this")]
    NotPermitted,
    /// The person only reads for a time: until `retry_after_ms` is over.
    #[error("who manages the place lets this person only read for a time")]
    TimedOut,
    /// The operator has blocked the address for a time.
    #[error("the operator has blocked this address for a time")]
    Blocked,
    /// The room does not exist.
    #[error("there is no such room")]
    NoSuchRoom,
    /// The room was removed.
    #[error("the room was removed")]
    RoomGone,
    /// The room is archived.
    #[error("the room is archived: it can be read, and nothing else")]
    RoomArchived,
    /// The person does not exist.
    #[error("there is no such person")]
    NoSuchPerson,
    /// More people than one command changes, or than a direct conversation has.
    #[error("these are more people than one command, or a direct conversation, may have")]
    TooManyPeople,
    /// The section of the person's rooms does not exist.
    #[error("there is no such section")]
    NoSuchSection,
    /// The arrangement of the person's rooms has as many sections and rooms as it may.
    #[error("there are as many sections and rooms in it as there may be")]
    SidebarFull,
    /// The message does not exist.
    #[error("there is no such message")]
    NoSuchMessage,
    /// The message was deleted before.
    #[error("the message was deleted")]
    MessageDeleted,
    /// What the command changes has changed in the meantime. The refusal holds the current
    /// state.
    #[error("it has changed since; look at the present state and try again")]
    Stale,
    /// Another room has that name, or one that looks like it.
    #[error("another room or section has this name, or one that looks like it")]
    NameTaken,
    /// A text that may not be empty is empty.
    #[error("the text is empty")]
    TextEmpty,
    /// A text is longer than its limit.
    #[error("the text is too long")]
    TextTooLong,
    /// A text holds control characters. Or a name holds characters that hide, turn or cover
    /// others, or words of mixed scripts.
    #[error("the text holds characters that are not allowed here")]
    TextCharacters,
    /// The `client_id` was used before for another command.
    #[error("this client_id was used for another command")]
    ClientIdReused,
    /// The sender cancelled the command before it arrived.
    #[error("this command was cancelled by its sender")]
    Cancelled,
    /// A rate limit; wait for `retry_after_ms`.
    #[error("too many commands at once; wait a little")]
    RateLimited,
    /// The connection has as many subscriptions, or watches as many rooms, as allowed.
    #[error("this connection has as many subscriptions as it may")]
    TooManySubscriptions,
    /// The server has as many rooms as allowed.
    #[error("this server holds as many rooms as it may")]
    TooManyRooms,
    /// The server has as many connections as it accepts, in all or from one address.
    #[error("too many connections; try again later")]
    TooManyConnections,
    /// The request was larger than its limit.
    #[error("the request is too large")]
    TooLarge,
    /// An HTTP request took too long: its body did not arrive in time, or the server was too
    /// busy to answer in time.
    #[error("the request took too long; try again")]
    RequestTimeout,
    /// There is nothing at this address.
    #[error("there is nothing at this address")]
    NotFound,
    /// The address does not support this method.
    #[error("this address does not take this method")]
    MethodNotAllowed,
    /// The link of an invitation, a claim, a reset or a transfer does not work: it never existed,
    /// was revoked, used up, or has ended.
    #[error("the link does not work, or no longer")]
    LinkInvalid,
    /// Somebody else has this username, or one that looks like it.
    #[error("somebody has this username, or one that looks like it")]
    UsernameTaken,
    /// The text cannot be a username.
    #[error("this cannot be a username")]
    UsernameInvalid,
    /// The username, or what was to prove the person, is wrong. Which one is not said.
    #[error("the username or what proves it is wrong")]
    WrongCredentials,
    /// The password is right, and a second factor is needed.
    #[error("a code of the second factor is needed")]
    CodeRequired,
    /// The code of the second factor is wrong, or was used before.
    #[error("the code is wrong or was used before")]
    CodeInvalid,
    /// The person has to prove a credential again before this change.
    #[error("prove a credential again before this change")]
    ConfirmationRequired,
    /// The password is too easy to guess.
    #[error("the password is too easy to guess")]
    PasswordWeak,
    /// The password is too short, too long, or holds characters that it may not.
    #[error("the password has a form that is not allowed")]
    PasswordInvalid,
    /// The passkey was not accepted.
    #[error("the passkey was not accepted")]
    PasskeyInvalid,
    /// Passkeys do not work at the address of this server.
    #[error("passkeys need a server that is reached over https by a name")]
    PasskeysOff,
    /// Without this credential the person could not sign in again.
    #[error("without this credential the person could not sign in again")]
    LastCredential,
    /// The last owner can neither leave nor lose this role.
    #[error("the last owner has to stay")]
    LastOwner,
    /// Nobody has claimed this server yet.
    #[error("nobody has claimed this server yet")]
    NotClaimed,
    /// This server has an owner already.
    #[error("this server has an owner already")]
    AlreadyClaimed,
    /// Nobody can apply for an account here.
    #[error("this server takes no applications")]
    SignUpOff,
    /// The account is deactivated. Only who has proved the credentials is told.
    #[error("the account is deactivated")]
    AccountDeactivated,
    /// There are as many of these as allowed.
    #[error("there are as many of these as allowed")]
    TooMany,
    /// The person's role in this server does not permit it.
    #[error("the role of this person does not permit it")]
    Forbidden,
    /// The identity provider does not answer.
    #[error("the identity provider does not answer; try again later")]
    ProviderUnavailable,
    /// The identity provider, or the person there, said no.
    #[error("the identity provider sent the person back without a sign-in")]
    ProviderDenied,
    /// The sign-in at the identity provider took too long, was used before, or began in another
    /// browser.
    #[error("this sign-in is over; start again")]
    ProviderExpired,
    /// Something about the identity provider's answer is not right. The operator's log says what.
    #[error("the sign-in at the identity provider failed; the server's log says why")]
    ProviderFailed,
    /// The identity provider knows the person, and nobody here has that identity, or the provider
    /// gives this person no access.
    #[error("nobody here has this identity, or its provider gives it no access")]
    NoExternalAccount,
    /// The identity provider is the only way in. Only owners use another one.
    #[error("the identity provider is the only way in here")]
    ProviderOnly,
    /// The identity at the provider belongs to another person here.
    #[error("this identity belongs to somebody else here")]
    ExternalTaken,
    /// The server sends no mail.
    #[error("this server sends no mail")]
    MailOff,
    /// The text cannot be an address of mail, or not one that this server sends to.
    #[error("this cannot be an address of mail")]
    MailAddressInvalid,
    /// The mail server did not take a mail. Only the operator is told.
    #[error("the mail server did not take the mail")]
    MailFailed,
    /// The disk is full, or the store has reached its limit. Nothing was written.
    #[error("the server's disk is full; nothing was stored")]
    StorageFull,
    /// The store failed. Whether the command was carried out is unknown: send it again with
    /// the same `client_id`.
    #[error("the store failed; send the same command again")]
    StorageFailed,
    /// The server is stopping.
    #[error("the server is stopping; come back in a moment")]
    ShuttingDown,
    /// A code that this version does not know.
    #[serde(other)]
    #[error("the server refused")]
    Unknown,
}

impl ErrorCode {
    /// All codes, in the order of the enum: the place of a code is `code as usize`.
    pub const ALL: [ErrorCode; ErrorCode::Unknown as usize + 1] = [
        ErrorCode::BadJson,
        ErrorCode::BadCommand,
        ErrorCode::UnknownCommand,
        ErrorCode::NotText,
        ErrorCode::HelloFirst,
        ErrorCode::HelloTwice,
        ErrorCode::UnsupportedVersion,
        ErrorCode::Unauthorized,
        ErrorCode::OriginForbidden,
        ErrorCode::HostForbidden,
        ErrorCode::GuestsOff,
        ErrorCode::SimpleOff,
        ErrorCode::NotAuthor,
        ErrorCode::NotPermitted,
        ErrorCode::TimedOut,
        ErrorCode::Blocked,
        ErrorCode::NoSuchRoom,
        ErrorCode::RoomGone,
        ErrorCode::RoomArchived,
        ErrorCode::NoSuchPerson,
        ErrorCode::TooManyPeople,
        ErrorCode::NoSuchSection,
        ErrorCode::SidebarFull,
        ErrorCode::NoSuchMessage,
        ErrorCode::MessageDeleted,
        ErrorCode::Stale,
        ErrorCode::NameTaken,
        ErrorCode::TextEmpty,
        ErrorCode::TextTooLong,
        ErrorCode::TextCharacters,
        ErrorCode::ClientIdReused,
        ErrorCode::Cancelled,
        ErrorCode::RateLimited,
        ErrorCode::TooManySubscriptions,
        ErrorCode::TooManyRooms,
        ErrorCode::TooManyConnections,
        ErrorCode::TooLarge,
        ErrorCode::RequestTimeout,
        ErrorCode::NotFound,
        ErrorCode::MethodNotAllowed,
        ErrorCode::LinkInvalid,
        ErrorCode::UsernameTaken,
        ErrorCode::UsernameInvalid,
        ErrorCode::WrongCredentials,
        ErrorCode::CodeRequired,
        ErrorCode::CodeInvalid,
        ErrorCode::ConfirmationRequired,
        ErrorCode::PasswordWeak,
        ErrorCode::PasswordInvalid,
        ErrorCode::PasskeyInvalid,
        ErrorCode::PasskeysOff,
        ErrorCode::LastCredential,
        ErrorCode::LastOwner,
        ErrorCode::NotClaimed,
        ErrorCode::AlreadyClaimed,
        ErrorCode::SignUpOff,
        ErrorCode::AccountDeactivated,
        ErrorCode::TooMany,
        ErrorCode::Forbidden,
        ErrorCode::ProviderUnavailable,
        ErrorCode::ProviderDenied,
        ErrorCode::ProviderExpired,
        ErrorCode::ProviderFailed,
        ErrorCode::NoExternalAccount,
        ErrorCode::ProviderOnly,
        ErrorCode::ExternalTaken,
        ErrorCode::MailOff,
        ErrorCode::MailAddressInvalid,
        ErrorCode::MailFailed,
        ErrorCode::StorageFull,
        ErrorCode::StorageFailed,
        ErrorCode::ShuttingDown,
        ErrorCode::Unknown,
    ];

    /// Whether the same command may be accepted later without a change.
    ///
    /// A client sends such a command again later. Any other refusal is final.
    pub fn is_temporary(self) -> bool {
        matches!(
            self,
            ErrorCode::RateLimited
                | ErrorCode::TooManyConnections
                | ErrorCode::RequestTimeout
                | ErrorCode::StorageFull
                | ErrorCode::StorageFailed
                | ErrorCode::ShuttingDown
        )
    }
}

/// The text of a command that a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// A message's text.
    Body,
    /// A person's or a room's name.
    Name,
    /// A room's topic.
    Topic,
    /// The name of the place.
    Place,
    /// The words or the emoji of a status.
    Status,
}
