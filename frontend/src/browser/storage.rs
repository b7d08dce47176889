//! `localStorage` and `sessionStorage`. In a browser that refuses storage nothing is stored,
//! without an error: the page works, but less of it survives a reload.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::window;
use crate::wire;

/// One of the browser's two storages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserStorage {
    /// `localStorage`: shared by all tabs, kept until removed.
    Local,
    /// `sessionStorage`: of this tab, kept over a reload.
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

    /// The text of a key.
    pub fn text(self, key: &str) -> Option<String> {
        self.open()?.get_item(key).ok().flatten()
    }

    /// The value of a key; `None` also if it cannot be parsed.
    pub fn get<T: DeserializeOwned>(self, key: &str) -> Option<T> {
        wire::from_str(&self.text(key)?).ok()
    }

    /// Stores a text. Returns whether the browser accepted it.
    pub fn set_text(self, key: &str, text: &str) -> bool {
        self.open()
            .is_some_and(|store| store.set_item(key, text).is_ok())
    }

    /// Stores a value as JSON. Returns whether the browser accepted it.
    pub fn set<T: Serialize>(self, key: &str, value: &T) -> bool {
        wire::to_string(value).is_ok_and(|text| self.set_text(key, &text))
    }

    /// Removes a key. Returns whether there is a storage at all.
    pub fn remove(self, key: &str) -> bool {
        self.open()
            .is_some_and(|store| store.remove_item(key).is_ok())
    }

    /// All keys with this prefix.
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
