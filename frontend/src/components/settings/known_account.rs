//! What the parts about signing in know of the account, and change.

use leptos::prelude::*;

use crate::api::own_account::OwnAccount;

/// What the account has, once it is known.
pub(super) type KnownAccount = RwSignal<Option<OwnAccount>>;
