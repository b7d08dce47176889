//! The commands about mail, for the list of all commands.

use shared::id::Micros;
use shared::model::Role;

use super::{JOINED, OWNER};
use crate::store::{
    AccountCommand, Actor, AskedAddress, MailAction, MailAddressCommand, MailDelivery, MailId,
    MailRecipient, MailText, NewInvite, PasswordHash, WriteCommand,
};

const LATER: Micros = Micros(i64::MAX);

fn text(number: u8) -> MailText {
    MailText {
        id: MailId([number; 16]),
        subject: format!("subject {number}"),
        body: "text".into(),
        expires_at: LATER,
    }
}

/// What becomes of the owner's address and of mails, in the session with this token.
pub fn commands(token: u8) -> Vec<(Actor, WriteCommand)> {
    let session = [token; 32];
    let ask = |address: &str, token: u8, mail| MailAddressCommand::Ask {
        session,
        asked: AskedAddress {
            address: address.into(),
            token: [token; 32],
            until: LATER,
        },
        mail: text(mail),
    };
    let prove = |token: u8| MailAddressCommand::Prove {
        session,
        token: [token; 32],
    };
    let reset = |user, link: u8| {
        AccountCommand::Mail(MailAction::Reset {
            user,
            link: [link; 32],
            expires_at: LATER,
            mail: text(link),
        })
    };
    let begin = |mail| MailDelivery::Begin {
        mail: MailId([mail; 16]),
        next_at: Micros(7),
    };
    let end = |mail| MailDelivery::End(MailId([mail; 16]));
    let notice = AccountCommand::Mail(MailAction::With {
        to: MailRecipient::Person(OWNER),
        mail: text(3),
        command: Box::new(AccountCommand::SetPassword {
            session,
            password: PasswordHash("hash".into()),
        }),
    });
    let invite = AccountCommand::Mail(MailAction::With {
        to: MailRecipient::Address {
            address: "new@example.org".into(),
            user: Some(JOINED),
        },
        mail: text(4),
        command: Box::new(AccountCommand::CreateInvite {
            session: None,
            invite: NewInvite {
                mailed_to: Some("new@example.org".into()),
                with_history: false,
                token: [90; 32],
                role: Role::Member,
                rooms: Vec::new(),
                expires_at: None,
                max_uses: Some(1),
            },
        }),
    });
    let own = |command| AccountCommand::Mail(MailAction::Address(command));
    let deliver = |delivery| AccountCommand::Mail(MailAction::Deliver(delivery));
    let by_owner = [
        own(ask("olga@example.org", 80, 1)),
        own(prove(81)),
        own(prove(80)),
        notice,
        own(ask("other@example.org", 82, 2)),
    ];
    let by_operator = [
        reset(OWNER, 91),
        // Who has no address.
        reset(JOINED, 92),
        deliver(begin(1)),
        deliver(end(1)),
        deliver(begin(1)),
        deliver(end(1)),
        deliver(begin(91)),
        invite,
    ];
    let of = |actor: Actor| move |command| (actor.clone(), WriteCommand::from(command));
    let by_owner = by_owner.map(of(Actor::User(OWNER)));
    by_owner
        .into_iter()
        .chain(by_operator.map(of(Actor::Operator)))
        .collect()
}
