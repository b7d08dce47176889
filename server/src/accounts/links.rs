//! The links that work once: of the owner who claims the place.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::Micros;

use super::Token;
use crate::store::{AccountCommand, LinkPurpose, Store, StoreError, WriteCommand};

/// Where the page takes the link with which the place is claimed. The secret follows as the
/// fragment, which browsers send to nobody: it is in no log and in no `Referer`.
pub const CLAIM_PATH: &str = "/claim#";
/// How long such a link works: a day, in microseconds.
const CLAIM_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// Makes the link with which the place is claimed; those before it end. Returns its secret.
///
/// # Errors
/// `already_claimed`, or the store's.
pub async fn claim_link(store: &dyn Store, now: Micros) -> Result<Token, Refusal> {
    let token = Token::random().ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
    let command = AccountCommand::CreateLink {
        token: token.hash(),
        purpose: LinkPurpose::Claim,
        user: None,
        expires_at: Micros(now.0.saturating_add(CLAIM_MICROS)),
    };
    let created = store.carry_out(WriteCommand::from(command)).await;
    created.map_err(StoreError::into_refusal)?;
    Ok(token)
}
