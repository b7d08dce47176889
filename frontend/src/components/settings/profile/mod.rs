//! How others see the person: name, username, colour, status; and what follows the person to
//! every device.

mod colour;
mod names;
mod own_data;
mod place_and_time;
mod status;

use std::mem::discriminant;

use leptos::prelude::*;
use shared::model::Role;

use super::saving::Change;
use crate::api::Failure;
use crate::api::profile::ProfileChange;
use crate::state::use_client;
use crate::view::{memo, optional_view};
use colour::ColourPart;
use names::{NamePart, UsernamePart};
use own_data::OwnDataPart;
use place_and_time::PlaceAndTimePart;
use status::StatusPart;

impl Change for ProfileChange {
    async fn make(&self) -> Result<(), Failure> {
        ProfileChange::make(self).await
    }

    fn replaces(&self, earlier: &Self) -> bool {
        discriminant(self) == discriminant(earlier)
    }
}

/// The section.
#[component]
pub(super) fn ProfileSection() -> impl IntoView {
    let me = use_client().me();
    let has_account = memo(move || me.read().as_ref().is_some_and(|me| me.role != Role::Guest));
    view! {
        <NamePart />
        {optional_view(move || has_account.get().then(|| view! { <UsernamePart /> }))}
        <ColourPart />
        {optional_view(move || {
            has_account
                .get()
                .then(|| {
                    view! {
                        <StatusPart />
                        <PlaceAndTimePart />
                    }
                })
        })}
        <OwnDataPart />
    }
}
