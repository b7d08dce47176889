//! The settings of the place.

use shared::error::Field;
use shared::frame::Refusal;
use shared::id::UserId;
use shared::limits::Limits;
use shared::model::SignUp;

use super::{Accounts, carry_out};
use crate::store::{AccountCommand, Actor, PlaceChange};

impl Accounts {
    /// Changes the place's name, and who gets an account without an invitation.
    ///
    /// # Errors
    /// `forbidden`, a code about the name, or the store's.
    pub async fn set_place(
        &self,
        by: UserId,
        name: Option<&str>,
        sign_up: Option<SignUp>,
    ) -> Result<(), Refusal> {
        let name = name
            .map(|name| place_name(name, &self.limits))
            .transpose()?;
        let change = AccountCommand::SetPlace(PlaceChange { name, sign_up });
        let done = carry_out(self.store.as_ref(), Actor::User(by), change).await;
        done.map(drop)
    }
}

/// The name of the place. A refusal names its own field: a form may have another name too.
///
/// # Errors
/// Codes about the name.
pub fn place_name(name: &str, limits: &Limits) -> Result<String, Refusal> {
    crate::names::person(name, limits).map_err(|error| Refusal {
        field: Some(Field::Place),
        ..crate::chat::refuse_text(error)
    })
}
