//! The mails that the server sends, where the operator has named a mail server.
//!
//! A mail is written ([`Mailer`], `texts`) and stored in the commit of what causes it. One task
//! takes what waits, one mail after the other, and gives it to the mail server ([`worker`]). So
//! nothing that a person asks for waits for the mail server, and nothing is lost with the process.
//! Nothing here knows accounts or routes.

mod address;
mod bounded_stream;
mod language;
mod mailer;
mod message;
mod retry;
mod sender;
mod settings;
mod texts;
mod worker;

pub use address::MailAddress;
pub use language::MailLanguage;
pub use mailer::Mailer;
pub use sender::{MailSender, SendError};
pub use settings::{SmtpPassword, SmtpSecurity, SmtpSettings};
pub use texts::{AccountChange, MailContent};
pub use worker::MailWorker;
