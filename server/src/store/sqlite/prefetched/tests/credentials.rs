//! The commands about credentials, for the list of all commands.

use super::OWNER;
use crate::store::sqlite::test_store::session;
use crate::store::{
    AccountCommand, Actor, PasswordHash, SecondFactor, SignInProof, TotpKey, WriteCommand,
};

/// What the owner changes about the own credentials, in two sessions of which one ends by it.
pub fn commands() -> Vec<(Actor, WriteCommand)> {
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
    let set_totp = |token: u8, step| AccountCommand::SetTotp {
        session: [token; 32],
        key: TotpKey(vec![7]),
        step,
        codes: vec![[1; 32], [2; 32], [3; 32]],
    };
    let set_codes = |token: u8| AccountCommand::SetRecoveryCodes {
        session: [token; 32],
        codes: vec![[4; 32]],
    };
    let code = |step| SecondFactor::Totp {
        key: TotpKey(vec![7]),
        step,
    };
    let sign_in_with = |token, second| AccountCommand::SignIn {
        proof: SignInProof::Password {
            user: OWNER,
            verified: PasswordHash("hash".into()),
            second: Some(second),
            rehashed: None,
        },
        session: session(token),
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
        set_totp(20, 5),
        sign_in(22),
        sign_in_with(23, code(5)),
        sign_in_with(23, code(6)),
        sign_in_with(24, code(6)),
        sign_in_with(25, SecondFactor::RecoveryCode([2; 32])),
        sign_in_with(26, SecondFactor::RecoveryCode([2; 32])),
        set_codes(20),
        sign_in_with(27, SecondFactor::RecoveryCode([4; 32])),
        set_totp(20, 9),
        sign_in_with(28, code(8)),
        AccountCommand::ClearSecondFactor { user: OWNER },
        AccountCommand::RemoveTotp { session: [20; 32] },
        set_codes(20),
        sign_in(29),
    ]
    .map(|command| (Actor::User(OWNER), WriteCommand::from(command)))
    .into()
}

pub fn proof(hash: &str) -> SignInProof {
    SignInProof::Password {
        user: OWNER,
        verified: PasswordHash(hash.into()),
        second: None,
        rehashed: None,
    }
}
