//! Receipts: a command with an author and a `client_id` is carried out once. A retry gets the
//! first result.

use shared::error::ErrorCode;
use shared::id::{ClientId, UserId};

use super::command_properties::CANCELLED;
use super::tables::{ReceiptRow, Tables};
use super::{Applied, RuleResult, Rules};
use crate::store::{Outcome, WriteRequest};

/// Receipts that one author may have. Above that, the oldest are deleted, this many at once.
pub const MAX_RECEIPTS: u32 = 10_000;
const DELETED_AT_ONCE: u32 = 1_000;

impl<T: Tables> Rules<T> {
    /// The first result, if this command was carried out before.
    pub(super) fn find_receipt(
        &mut self,
        request: &WriteRequest,
    ) -> RuleResult<Option<Applied<T>>, T> {
        let (Some(client_id), Some(author)) = (request.client_id, request.actor.user()) else {
            return Ok(None);
        };
        let found = self.tables.receipt(author, client_id)?;
        Ok(found.map(|receipt| match receipt.digest {
            CANCELLED => Err(ErrorCode::Cancelled.into()),
            digest if digest == request.digest() => Ok(receipt.outcome),
            _ => Err(ErrorCode::ClientIdReused.into()),
        }))
    }

    /// Carries out a command and stores its receipt. A post needs none: its message is the
    /// receipt, and the store leaves one when it erases the message.
    pub(super) fn with_receipt(
        &mut self,
        request: &WriteRequest,
        rule: impl FnOnce(&mut Self) -> Applied<T>,
    ) -> Applied<T> {
        let (Some(client_id), Some(author)) = (request.client_id, request.actor.user()) else {
            return rule(self);
        };
        // `insert_receipt` needs it, when nothing may be missing any more.
        self.tables.receipt_count(author)?;
        let outcome = rule(self)?;
        self.insert_receipt(author, client_id, request.digest(), outcome.clone())?;
        Ok(outcome)
    }

    /// Makes a post that may still be on its way be refused when it comes. If another command
    /// was carried out under this id, it cannot be cancelled.
    pub(super) fn store_cancellation(
        &mut self,
        author: UserId,
        target: ClientId,
        stored: Option<ReceiptRow>,
    ) -> RuleResult<(), T> {
        match stored {
            Some(receipt) if receipt.digest == CANCELLED => Ok(()),
            Some(_) => Err(ErrorCode::ClientIdReused.into()),
            None => {
                self.tables.receipt_count(author)?;
                self.insert_receipt(author, target, CANCELLED, Outcome::Done)
            }
        }
    }

    /// Stores a receipt, and deletes the oldest of an author who has too many.
    fn insert_receipt(
        &mut self,
        author: UserId,
        client_id: ClientId,
        digest: i64,
        outcome: Outcome,
    ) -> RuleResult<(), T> {
        let receipt = ReceiptRow {
            digest,
            outcome,
            is_message: false,
        };
        let now = self.config.now;
        self.tables
            .insert_receipt(author, client_id, &receipt, now)?;
        if self.tables.receipt_count(author)? > MAX_RECEIPTS {
            self.tables
                .delete_oldest_receipts(author, DELETED_AT_ONCE)?;
        }
        Ok(())
    }
}
