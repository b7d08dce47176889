//! The commands by which people come in, and by which sessions and links end, for the list of all
//! commands.

use super::*;
use crate::store::{
    ExternalRole, ExternalSession, ExternalSignIn, InviteId, LinkTarget, NewExternalAccount,
    NewInvite, NewSession, SecondFactorFate, TokenHash,
};

/// Somebody claims the place, and one of two comes in by an invite to a private room.
pub fn commands() -> Vec<(Actor, WriteCommand)> {
    let one_time = |token: u8, target| AccountCommand::CreateLink {
        token: [token; 32],
        target,
        expires_at: Micros(i64::MAX),
    };
    let reset = |link: u8| AccountCommand::ResetPassword {
        link: [link; 32],
        second: None,
        password: PasswordHash("newer".into()),
        session: session(24),
    };
    let claim = AccountCommand::Claim {
        link: [2; 32],
        place: "Yard".into(),
        account: account("owner", "owner"),
        session: session(10),
    };
    let invite = |token: u8, max_uses| AccountCommand::CreateInvite {
        session: None,
        invite: NewInvite {
            mailed_to: None,
            token: [token; 32],
            role: Role::Member,
            rooms: vec![LOBBY, DEN],
            with_history: false,
            expires_at: None,
            max_uses,
        },
    };
    let join = |key: &str, token| AccountCommand::JoinByInvite {
        invite: [3; 32],
        account: account(key, key),
        session: session(token),
    };
    let sign_in = |hash: &str, token| AccountCommand::SignIn {
        proof: credentials::proof(hash),
        session: session(token),
    };
    let by_provider = |subject: &str, role, token| by_provider_as(subject, role, token, None);
    let id = InviteId(2);
    [
        one_time(1, LinkTarget::Claim),
        one_time(2, LinkTarget::Claim),
        claim,
        invite(3, Some(1)),
        invite(4, None),
        join("may", 11),
        join("late", 12),
        sign_in("hash", 13),
        sign_in("other", 14),
        AccountCommand::TouchSession { token: [13; 32] },
        one_time(20, LinkTarget::Transfer { session: [13; 32] }),
        AccountCommand::SignInByLink {
            link: [20; 32],
            session: session(21),
        },
        one_time(
            22,
            LinkTarget::Reset {
                user: JOINED,
                by: None,
                second_factor: SecondFactorFate::Remove,
            },
        ),
        one_time(
            23,
            LinkTarget::Reset {
                user: JOINED,
                by: None,
                second_factor: SecondFactorFate::Remove,
            },
        ),
        reset(22),
        reset(23),
        AccountCommand::EndSessions(SessionSelector::Token([10; 32])),
        AccountCommand::RevokeInvite(id),
        one_time(5, LinkTarget::Claim),
        by_provider("kim", ExternalRole::Given(Role::Administrator), 15),
        by_provider("kim", ExternalRole::Unsaid, 16),
        by_provider("kim", ExternalRole::Given(Role::Member), 17),
        by_provider("lee", ExternalRole::Unsaid, 18),
        // Ben, who was a guest.
        by_provider_as("ben", ExternalRole::Unsaid, 19, Some([2; 32])),
        by_provider("ben", ExternalRole::Unsaid, 50),
        by_provider("lee", ExternalRole::Unsaid, 51),
        // One of Ben's, all of Lee's, and those of a session that is nobody's.
        end_external(Some("ben"), Some("50")),
        end_external(Some("lee"), None),
        end_external(None, Some("17")),
        end_external(Some("lee"), Some("19")),
    ]
    .map(on_accounts)
    .into()
}

/// Somebody whom the provider vouches for, who may have been a guest in a session.
pub fn by_provider_as(
    subject: &str,
    role: ExternalRole,
    token: u8,
    guest: Option<TokenHash>,
) -> AccountCommand {
    AccountCommand::SignInByExternal(ExternalSignIn {
        identity: ExternalIdentity {
            issuer: "https://login.example".into(),
            subject: subject.into(),
        },
        name: format!("{subject} {token}"),
        role,
        account: Some(NewExternalAccount {
            usernames: [account("may", "may"), account(subject, subject)]
                .map(|account| account.username)
                .into(),
            name: subject.into(),
        }),
        guest,
        session: NewSession {
            external: Some(ExternalSession {
                issuer: "https://login.example".into(),
                sid: Some(token.to_string()),
            }),
            ..session(token)
        },
    })
}

fn end_external(subject: Option<&str>, sid: Option<&str>) -> AccountCommand {
    AccountCommand::EndExternalSessions {
        issuer: "https://login.example".into(),
        subject: subject.map(str::to_owned),
        sid: sid.map(str::to_owned),
    }
}
