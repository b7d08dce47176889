//! Mails: when one is queued, and what an address counts for.

use super::accounts::{CLAIMED_IN, LATER, by_actor};
use super::invites::people;
use super::links::reset;
use super::*;
use crate::store::{
    AskedAddress, MailAction, MailAddressCommand, MailDelivery, MailId, MailRecipient, MailText,
    PasswordHash,
};

/// The most mails that wait. The test would not notice another number if it took the rules' own.
const MOST: u16 = 1_000;

fn text(number: u16) -> MailText {
    let mut id = [0; 16];
    id[..2].copy_from_slice(&number.to_be_bytes());
    MailText {
        id: MailId(id),
        subject: "Hello".into(),
        body: "Hello".into(),
        expires_at: LATER,
    }
}

fn on_address(user: UserId, command: MailAddressCommand) -> WriteRequest {
    by_actor(
        Actor::User(user),
        AccountCommand::Mail(MailAction::Address(command)),
    )
}

fn ask_for(user: UserId, address: &str, token: u8, mail: u16) -> WriteRequest {
    ask_until(user, address, token, mail, LATER)
}

fn ask_until(user: UserId, address: &str, token: u8, mail: u16, until: Micros) -> WriteRequest {
    let asked = AskedAddress {
        address: address.into(),
        token: [token; 32],
        until,
    };
    let (session, mail) = (CLAIMED_IN, text(mail));
    on_address(
        user,
        MailAddressCommand::Ask {
            session,
            asked,
            mail,
        },
    )
}

fn prove(user: UserId, token: u8) -> WriteRequest {
    let (session, token) = (CLAIMED_IN, [token; 32]);
    on_address(user, MailAddressCommand::Prove { session, token })
}

fn reset_by_mail(user: UserId, link: u8, mail: u16) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::Mail(MailAction::Reset {
        user,
        link: [link; 32],
        expires_at: LATER,
        mail: text(mail),
    }))
}

fn deliver(delivery: MailDelivery) -> WriteRequest {
    by_operator_on_accounts(AccountCommand::Mail(MailAction::Deliver(delivery)))
}

/// Begins an attempt: it is refused for a mail that does not wait.
fn begin(mail: u16) -> WriteRequest {
    deliver(MailDelivery::Begin {
        mail: text(mail).id,
        next_at: LATER,
    })
}

#[test]
fn a_link_is_mailed_to_a_proved_address_alone_and_ends_with_it() {
    let mut transaction = Transaction::new();
    let [owner, _, member] = people(&mut transaction);
    assert_eq!(
        transaction.refused(&reset_by_mail(owner, 1, 1)),
        ErrorCode::Forbidden
    );
    transaction.done(&ask_until(owner, "olga@example.org", 49, 6, NOW));
    assert_eq!(
        transaction.refused(&prove(owner, 49)),
        ErrorCode::LinkInvalid
    );
    transaction.done(&ask_for(owner, "olga@example.org", 50, 2));
    assert_eq!(
        transaction.refused(&reset_by_mail(owner, 1, 1)),
        ErrorCode::Forbidden
    );
    assert_eq!(
        transaction.refused(&prove(owner, 51)),
        ErrorCode::LinkInvalid
    );
    transaction.done(&prove(owner, 50));
    assert_eq!(
        transaction.refused(&prove(owner, 50)),
        ErrorCode::LinkInvalid
    );
    transaction.done(&reset_by_mail(owner, 1, 1));
    transaction.done(&begin(1));
    // Another link by mail does not end it: a stranger has asked for that.
    transaction.done(&reset_by_mail(owner, 2, 3));
    assert_eq!(
        transaction.refused(&reset_by_mail(member, 3, 4)),
        ErrorCode::Forbidden
    );
    let by_member = by_actor(
        Actor::User(member),
        AccountCommand::Mail(MailAction::Reset {
            user: owner,
            link: [4; 32],
            expires_at: LATER,
            mail: text(5),
        }),
    );
    assert_eq!(transaction.refused(&by_member), ErrorCode::Forbidden);
    let session = CLAIMED_IN;
    transaction.done(&on_address(owner, MailAddressCommand::Remove { session }));
    for link in [1, 2] {
        let refused = transaction.refused(&reset(link, "new", 9));
        assert_eq!(refused, ErrorCode::LinkInvalid);
    }
}

#[test]
fn a_notice_goes_with_its_change_to_a_proved_address_or_not_at_all() {
    let mut transaction = Transaction::new();
    let [owner, ..] = people(&mut transaction);
    let change = |mail, session| {
        let command = AccountCommand::Mail(MailAction::With {
            to: MailRecipient::Person(owner),
            mail: text(mail),
            command: Box::new(AccountCommand::SetPassword {
                session,
                password: PasswordHash("new".into()),
            }),
        });
        by_actor(Actor::User(owner), command)
    };
    transaction.done(&change(1, CLAIMED_IN));
    assert_eq!(transaction.refused(&begin(1)), ErrorCode::NotFound);
    transaction.done(&ask_for(owner, "olga@example.org", 50, 2));
    transaction.done(&prove(owner, 50));
    // What is refused is no news.
    assert_eq!(
        transaction.refused(&change(3, [9; 32])),
        ErrorCode::Unauthorized
    );
    assert_eq!(transaction.refused(&begin(3)), ErrorCode::NotFound);
    transaction.done(&change(4, CLAIMED_IN));
    transaction.done(&begin(4));
}

#[test]
fn so_many_mails_wait_and_a_change_is_not_refused_for_its_notice() {
    let mut transaction = Transaction::new();
    let [owner, ..] = people(&mut transaction);
    transaction.done(&ask_for(owner, "olga@example.org", 50, 0));
    transaction.done(&prove(owner, 50));
    for number in 1..MOST {
        transaction.done(&ask_for(owner, "olga@example.org", 51, number));
    }
    let too_many = ErrorCode::TooMany;
    assert_eq!(
        transaction.refused(&ask_for(owner, "b@example.org", 52, 2_001)),
        too_many
    );
    assert_eq!(
        transaction.refused(&reset_by_mail(owner, 1, 2_002)),
        ErrorCode::Forbidden
    );
    let notice = by_actor(
        Actor::User(owner),
        AccountCommand::Mail(MailAction::With {
            to: MailRecipient::Person(owner),
            mail: text(2_003),
            command: Box::new(AccountCommand::SetPassword {
                session: CLAIMED_IN,
                password: PasswordHash("new".into()),
            }),
        }),
    );
    transaction.done(&notice);
    assert_eq!(transaction.refused(&begin(2_003)), ErrorCode::NotFound);
    transaction.done(&deliver(MailDelivery::End(text(1).id)));
    transaction.done(&ask_for(owner, "b@example.org", 52, 2_001));
}
