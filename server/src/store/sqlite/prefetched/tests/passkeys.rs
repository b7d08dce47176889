//! The commands about passkeys, for the list of all commands.

use super::OWNER;
use crate::store::sqlite::test_store::session;
use crate::store::{AccountCommand, Actor, RegisteredPasskey, SignInProof, WriteCommand};

/// The owner adds two passkeys, of which one is used and one removed.
pub fn commands() -> Vec<(Actor, WriteCommand)> {
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
        provider: None,
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
    .map(|command| (Actor::User(OWNER), WriteCommand::from(command)))
    .into()
}
