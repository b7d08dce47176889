//! Why the store did not carry out a command or answer a query.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use thiserror::Error;

/// A command or a query that failed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// It is refused, and will be until something else changes.
    #[error("{}", .0.message)]
    Refused(Box<Refusal>),
    /// The disk is full, or the store is at its limit. Nothing was stored.
    #[error("the disk is full")]
    Full,
    /// The store failed, and it is unknown whether the command was carried out. The sender can
    /// send it again with the same `client_id` to find out.
    #[error("the store failed")]
    Failed,
    /// The store is shutting down and takes no more commands.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// A refusal with the message of its code.
    pub fn refused(code: ErrorCode) -> Self {
        StoreError::Refused(Box::new(Refusal::new(code)))
    }

    /// The code of [`StoreError::into_refusal`].
    pub fn code(&self) -> ErrorCode {
        match self {
            StoreError::Refused(refusal) => refusal.code,
            StoreError::Full => ErrorCode::StorageFull,
            StoreError::Failed => ErrorCode::StorageFailed,
            StoreError::Closed => ErrorCode::ShuttingDown,
        }
    }

    /// The refusal that the client gets.
    pub fn into_refusal(self) -> Refusal {
        match self {
            StoreError::Refused(refusal) => *refusal,
            StoreError::Full => Refusal {
                retry_after_ms: Some(5_000),
                ..Refusal::new(ErrorCode::StorageFull)
            },
            StoreError::Failed => Refusal {
                retry_after_ms: Some(1_000),
                ..Refusal::new(ErrorCode::StorageFailed)
            },
            StoreError::Closed => Refusal::new(ErrorCode::ShuttingDown),
        }
    }
}
