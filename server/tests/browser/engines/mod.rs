//! The page in two more engines: Firefox and WebKitGTK.
//!
//! `webdriver` is what a story needs of a browser, as W3C WebDriver defines it. `firefox` speaks
//! WebDriver BiDi for it, `webkit` classic WebDriver. `visitor` is someone in front of such a
//! browser: what they do and see. The other modules are stories, by subject; each runs in both
//! engines. Whatever depends on no browser is tested in Chromium only (the modules beside this one).
//!
//! Keys, pointer and wheel are real: the browser gets them as if from the system. So is what an
//! input method does (`input_method`).

mod actions;
mod child;
mod firefox;
mod input_method;
mod visitor;
mod webdriver;
mod webkit;

mod dialogs;
mod offline;
mod reading;
mod starting;
mod storage;
mod talking;
mod writing;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserEngine {
    /// Gecko, in Firefox without a window.
    Firefox,
    /// WebKit, in the small browser of WebKitGTK, on a screen that nobody sees.
    WebKit,
}

/// Makes each story a test of both engines.
macro_rules! in_both_engines {
    ($($(#[$note:meta])* $story:ident),* $(,)?) => {
        mod firefox {
            $(
                #[test]
                #[ignore = "needs a browser"]
                $(#[$note])*
                fn $story() {
                    super::$story(crate::engines::BrowserEngine::Firefox);
                }
            )*
        }

        mod webkit {
            $(
                #[test]
                #[ignore = "needs a browser"]
                $(#[$note])*
                fn $story() {
                    super::$story(crate::engines::BrowserEngine::WebKit);
                }
            )*
        }
    };
}
use in_both_engines;
