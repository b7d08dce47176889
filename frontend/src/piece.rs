//! The pieces of the page that load after its start.
//!
//! The page's build takes the code that only a *piece* uses out of the program, into a file of its
//! own (`xtask/src/page/pieces.rs`). A piece is a table of functions. [`piece_table!`] declares
//! the function that loads the file and returns the table; [`Piece`] is what the page knows about
//! it. Which pieces there are, and how to add one, is in `docs/ARCHITECTURE.md`.
//!
//! Without the feature `split` (`trunk serve`, tests) everything is in one program, and the
//! tables are there at once.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::browser;

/// Declares `async fn name() -> Result<Table, _>`, which loads a piece and returns its table.
///
/// Only code that nothing but the table leads to is in the piece. Two functions of one piece share its
/// file.
macro_rules! piece_table {
    ($piece:ident, fn $name:ident() -> $table:ty { $value:expr }) => {
        #[cfg(feature = "split")]
        #[leptos::wasm_split::wasm_split(
                                                            $piece,
                                                            wasm_split_path = leptos::wasm_split,
                                                            fallible
                                                        )]
        fn $name() -> Result<$table, leptos::wasm_split::SplitLoaderError> {
            Ok($value)
        }

        #[cfg(not(feature = "split"))]
        async fn $name() -> Result<$table, std::convert::Infallible> {
            Ok($value)
        }
    };
}
pub(crate) use piece_table;

/// Loads a piece; returns whether it is here.
pub type LoadPiece = fn() -> Pin<Box<dyn Future<Output = bool>>>;

/// Why a piece could not be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceFailure {
    /// No answer, or not now: it may load another time.
    Unreachable,
    /// The server has another version of the page, and not this piece any more.
    Outdated,
}

/// A piece, as far as this page has it.
#[derive(Clone, Copy)]
pub struct Piece {
    load: LoadPiece,
    is_here: RwSignal<bool>,
    is_loading: RwSignal<bool>,
    has_failed: RwSignal<bool>,
}

impl Piece {
    /// A piece that is not loaded yet.
    pub fn new(load: LoadPiece) -> Self {
        Piece {
            load,
            is_here: RwSignal::new(false),
            is_loading: RwSignal::new(false),
            has_failed: RwSignal::new(false),
        }
    }

    /// Whether it is here; tracked.
    pub fn is_here(self) -> bool {
        self.is_here.get()
    }

    /// Whether it is being loaded; tracked.
    pub fn is_loading(self) -> bool {
        self.is_loading.get()
    }

    /// Why the last attempt to load it failed; tracked.
    pub fn failure(self) -> Option<PieceFailure> {
        self.has_failed.get().then(why_not)
    }

    /// The last failure does not count any more: nobody has seen it.
    pub fn forget_failure(self) {
        if self.has_failed.get_untracked() {
            self.has_failed.set(false);
        }
    }

    /// Loads it, unless it is here or being loaded. The last failure stays until it is here, or the
    /// attempt has failed too.
    pub fn load(self) {
        let is_loading = self.is_loading.try_get_untracked();
        if is_loading != Some(false) || self.is_here.get_untracked() {
            return;
        }
        self.is_loading.set(true);
        spawn_local(async move {
            let is_here = (self.load)().await;
            let _ = self.is_loading.try_set(false);
            let _ = self.has_failed.try_set(!is_here);
            if is_here {
                let _ = self.is_here.try_set(true);
            }
        });
    }
}

/// Why a piece did not load. The script that loads it notes on the root element if the server does not have
/// it (`xtask/src/page/pieces/fetch.js`).
fn why_not() -> PieceFailure {
    let root = browser::document().document_element();
    if root.is_some_and(|root| root.has_attribute("data-outdated")) {
        PieceFailure::Outdated
    } else {
        PieceFailure::Unreachable
    }
}
