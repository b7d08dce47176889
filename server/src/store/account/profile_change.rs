//! A change of a person's profile and settings.

use shared::model::ProfileStatus;

use super::identifier::UsernameKeys;

/// A change of a profile and of its person's settings. A name that is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileChange {
    /// The display name.
    pub name: Option<String>,
    /// The name to sign in with.
    pub username: Option<UsernameKeys>,
    /// The colour of the avatar.
    pub colour: ValueChange<u8>,
    /// The status.
    pub status: ValueChange<ProfileStatus>,
    /// The language of the page.
    pub language: ValueChange<String>,
    /// The time zone.
    pub time_zone: ValueChange<String>,
}

impl ProfileChange {
    /// Whether others get to see what the person has written.
    pub fn is_shown(&self) -> bool {
        self.name.is_some() || self.username.is_some() || self.status.value().is_some()
    }
}

/// What happens to a value that a person may have or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ValueChange<T> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is taken away.
    Clear,
    /// It becomes this.
    Set(T),
}

impl<T> ValueChange<T> {
    /// What it becomes, if that is something.
    pub fn value(&self) -> Option<&T> {
        match self {
            ValueChange::Set(value) => Some(value),
            ValueChange::Keep | ValueChange::Clear => None,
        }
    }

    /// What there is afterwards.
    pub fn applied_to(self, before: Option<T>) -> Option<T> {
        match self {
            ValueChange::Keep => before,
            ValueChange::Clear => None,
            ValueChange::Set(value) => Some(value),
        }
    }
}
