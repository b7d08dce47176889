//! The settings of this browser.

use serde::{Deserialize, Serialize};

use crate::i18n::Language;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// The system's theme.
    #[default]
    System,
    /// Warm paper.
    Light,
    /// Deep ink.
    Dark,
}

impl Theme {
    /// The value of `data-theme` on the root element; absent for the system's.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        }
    }
}

/// How much space messages take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// The author above the text.
    #[default]
    Comfortable,
    /// The author in the line of the text.
    Compact,
}

impl Density {
    /// The value of `data-density` on the root element; absent for the comfortable one.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Density::Comfortable => None,
            Density::Compact => Some("compact"),
        }
    }
}

/// The key that sends a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendKey {
    /// Enter sends, Shift+Enter breaks the line.
    #[default]
    Enter,
    /// Ctrl+Enter or Cmd+Enter sends, Enter breaks the line.
    ModEnter,
}

/// The settings, stored in `localStorage` under [`PageSettings::KEY`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageSettings {
    /// The language; absent: the browser's.
    pub language: Option<Language>,
    /// The language of the account that signed in here last, for a browser without a choice.
    pub account_language: Option<Language>,
    /// The theme.
    pub theme: Theme,
    /// The density.
    pub density: Density,
    /// The key that sends.
    pub send_key: SendKey,
    /// Whether messages show desktop notifications. Needs the browser's permission too.
    pub notifications: bool,
}

impl PageSettings {
    /// The storage key. `assets/first.js` reads `theme`, `density` and `language` from it before
    /// the first paint.
    pub const KEY: &'static str = "madang.settings";
}
