//! Commands that change an account that there is: its profile, and its credentials.

use super::*;

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
    let command = AccountCommand::SetProfile { user, change };
    (Actor::User(user), WriteCommand::from(command))
}

/// What the owner changes about the own credentials, in two sessions of which one ends by it.
pub(super) fn credential_commands() -> Vec<(Actor, WriteCommand)> {
    let sign_in = |token| AccountCommand::SignIn {
        proof: proof("hash"),
        session: session(token),
    };
    let confirm = |token: u8, hash| AccountCommand::ConfirmSession {
        session: [token; 32],
        proof: proof(hash),
    };
    let set_password = |token: u8, hash: &str| AccountCommand::SetPassword {
        session: [token; 32],
        password: PasswordHash(hash.into()),
    };
    [
        sign_in(20),
        sign_in(21),
        confirm(20, "hash"),
        confirm(20, "other"),
        confirm(99, "hash"),
        set_password(99, "new"),
        set_password(20, "new"),
        // It has ended.
        confirm(21, "new"),
        confirm(20, "new"),
        set_password(20, "hash"),
    ]
    .map(|command| (Actor::User(OWNER), WriteCommand::from(command)))
    .into()
}

/// The owner adds two passkeys, of which one is used and one removed.
pub(super) fn passkey_commands() -> Vec<(Actor, WriteCommand)> {
    let add = |number: u8| AccountCommand::AddPasskey {
        session: [20; 32],
        passkey: RegisteredPasskey {
            credential: vec![number; 16],
            public_key: vec![2],
            algorithm: -7,
            counter: 3,
            relying_party: "chat.example.org".into(),
            name: "phone".into(),
        },
    };
    let sign_in = |number: u8, token| AccountCommand::SignIn {
        proof: SignInProof::Passkey {
            user: OWNER,
            credential: vec![number; 16],
            counter: 9,
        },
        session: session(token),
    };
    let rename = |number: u8| AccountCommand::RenamePasskey {
        credential: vec![number; 16],
        name: "laptop".into(),
    };
    let remove = |number: u8| AccountCommand::RemovePasskey {
        session: [20; 32],
        credential: vec![number; 16],
    };
    let handle = |number: u8| AccountCommand::StoreUserHandle {
        handle: vec![number; 64],
    };
    [
        handle(1),
        handle(2),
        add(1),
        add(1),
        add(2),
        sign_in(1, 30),
        rename(1),
        remove(2),
        sign_in(2, 31),
        rename(2),
        remove(2),
    ]
    .map(|command| (Actor::User(OWNER), WriteCommand::Account(Box::new(command))))
    .into()
}

pub(super) fn proof(hash: &str) -> SignInProof {
    SignInProof::Password {
        user: OWNER,
        verified: PasswordHash(hash.into()),
    }
}
