//! What a browser keeps for us. A browser that refuses keeps nothing, quietly: the
//! page works without, only less of it outlives a reload.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::window;
use crate::wire;

/// One of the browser's two stores of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserStorage {
    /// Shared by all tabs, kept until it is removed.
    Local,
    /// This tab's, kept over a reload.
    Tab,
}

impl BrowserStorage {
    fn open(self) -> Option<web_sys::Storage> {
        match self {
            BrowserStorage::Local => window().local_storage(),
            BrowserStorage::Tab => window().session_storage(),
        }
        .ok()
        .flatten()
    }

    /// The text kept under a key.
    pub fn text(self, key: &str) -> Option<String> {
        self.open()?.get_item(key).ok().flatten()
    }

    /// What is kept under a key; `None` too where it cannot be read any more.
    pub fn get<T: DeserializeOwned>(self, key: &str) -> Option<T> {
        wire::from_str(&self.text(key)?).ok()
    }

    /// Keeps a text. Says whether the browser took it.
    pub fn set_text(self, key: &str, text: &str) -> bool {
        self.open()
            .is_some_and(|store| store.set_item(key, text).is_ok())
    }

    /// Keeps a value as JSON. Says whether the browser took it.
    pub fn set<T: Serialize>(self, key: &str, value: &T) -> bool {
        serde_json::to_string(value).is_ok_and(|text| self.set_text(key, &text))
    }

    /// Forgets a key. Says whether there is a store at all.
    pub fn remove(self, key: &str) -> bool {
        self.open()
            .is_some_and(|store| store.remove_item(key).is_ok())
    }

    /// All keys with this beginning.
    pub fn keys(self, prefix: &str) -> Vec<String> {
        let Some(store) = self.open() else {
            return Vec::new();
        };
        (0..store.length().unwrap_or(0))
            .filter_map(|index| store.key(index).ok().flatten())
            .filter(|key| key.starts_with(prefix))
            .collect()
    }
}
