//! The language of a mail, on the command line.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The language of a mail, on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
pub enum MailLanguageWish {
    /// English.
    En,
    /// Korean.
    Ko,
}
