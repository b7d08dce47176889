//! Accounts without an invitation, the place's settings, and a guest who becomes an account.

use shared::model::{Role, SignUp};

use super::ADA;
use crate::store::sqlite::test_store::{account, session};
use crate::store::{
    AccountCommand, Actor, ApplicationId, NewApplication, NewInvite, PasswordHash, PlaceChange,
    WriteCommand,
};

pub fn commands() -> Vec<(Actor, WriteCommand)> {
    let set_place = |name: Option<&str>, sign_up| {
        AccountCommand::SetPlace(PlaceChange {
            name: name.map(str::to_owned),
            sign_up: Some(sign_up),
        })
    };
    let invite = AccountCommand::CreateInvite {
        session: None,
        invite: NewInvite {
            mailed_to: None,
            token: [6; 32],
            role: Role::Member,
            rooms: Vec::new(),
            with_history: false,
            expires_at: None,
            max_uses: None,
        },
    };
    let commands = [
        set_place(None, SignUp::Approval),
        apply("nia"),
        apply("nia"),
        apply("ora"),
        apply("pia"),
        AccountCommand::Approve(ApplicationId(1)),
        AccountCommand::Approve(ApplicationId(1)),
        AccountCommand::Decline(ApplicationId(2)),
        set_place(Some("Garden"), SignUp::Open),
        AccountCommand::JoinBySignUp {
            account: account("kip", "kip"),
            session: session(40),
        },
        invite,
    ];
    // Ada manages a private room.
    let become_member = AccountCommand::JoinByInvite {
        invite: [6; 32],
        account: account("ada", "ada"),
        session: session(41),
    };
    let by = |actor, command| (actor, WriteCommand::from(command));
    let mut commands = commands
        .map(|command| by(Actor::Operator, command))
        .to_vec();
    commands.push(by(Actor::User(ADA), become_member));
    commands
}

fn apply(word: &str) -> AccountCommand {
    let account = account(word, word);
    AccountCommand::Apply(NewApplication {
        username: account.username,
        name: account.name,
        password: PasswordHash(word.into()),
        note: "please".into(),
    })
}
