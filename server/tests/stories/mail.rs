//! Mail: what is sent, to whom, and what becomes of it when the mail server misbehaves.

mod addresses;
mod forgotten;
mod invitations;
mod misbehaviour;
mod notices;
mod queue;
mod tls;
mod try_it;

use serde_json::json;

use crate::support::account::{ask_as, claim, invite, join, signed_in};
use crate::support::guest::Guest;
use crate::support::mail_server::{MailServer, TakenMail};
use crate::support::server::{Folder, Server, folder};
use crate::support::time::Time;

/// A server that sends by a mail server.
async fn server_with(mails: &MailServer, more: &[&str]) -> Server {
    start(&Time::default(), folder(), mails, more).await
}

/// The same on a folder, with a clock of its own.
async fn start(time: &Time, folder: Folder, mails: &MailServer, more: &[&str]) -> Server {
    let arguments = mails.arguments();
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    arguments.extend(more);
    Server::start_by(time.clock(), folder, &arguments).await
}

async fn owner(server: &Server) -> Guest {
    claim(server.address, server.folder.path()).await
}

/// A member with this username, who was invited by a link.
async fn member(server: &Server, owner: &Guest, name: &str) -> Guest {
    let secret = invite(server.address, owner, &json!({})).await;
    signed_in(&join(server.address, &secret, name).await)
}

/// Asks for an address, which is the `count`th mail, and proves it.
async fn has_address(
    server: &Server,
    who: &Guest,
    address: &str,
    mails: &MailServer,
    count: usize,
) {
    let mail = asks_for(server, who, address, mails, count).await;
    let body = json!({ "token": mail.secret("/email") });
    let proved = ask_as(server.address, who, "POST", PROOF, &body).await;
    assert_eq!(proved.status, 204, "{proved:?}");
}

/// Asks for an address, and gets the mail to it.
async fn asks_for(
    server: &Server,
    who: &Guest,
    address: &str,
    mails: &MailServer,
    count: usize,
) -> TakenMail {
    let body = json!({ "address": address });
    let asked = ask_as(server.address, who, "PUT", ADDRESS, &body).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    mails.taken(count).await
}

const ADDRESS: &str = "account/mail_address";
const PROOF: &str = "account/mail_address/proof";
