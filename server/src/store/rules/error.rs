//! Why a command was not carried out.

use shared::error::ErrorCode;
use shared::frame::Refusal;

use super::tables::{RowKey, Tables, TablesError};
use crate::store::Outcome;

/// Why a rule ended without an outcome. `F` is how the database fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleError<F> {
    /// The command is refused; nothing was changed.
    Refused(Box<Refusal>),
    /// There is no space for it; nothing was changed.
    Full,
    /// It needs a row that has not been fetched; nothing was changed.
    Missing(RowKey),
    /// The database failed; the whole transaction is void.
    Failed(F),
}

impl<F> From<TablesError<F>> for RuleError<F> {
    fn from(error: TablesError<F>) -> Self {
        match error {
            TablesError::Missing(key) => RuleError::Missing(key),
            TablesError::Failed(failure) => RuleError::Failed(failure),
        }
    }
}

impl<F> From<ErrorCode> for RuleError<F> {
    fn from(code: ErrorCode) -> Self {
        RuleError::Refused(Box::new(Refusal::new(code)))
    }
}

impl<F> From<Refusal> for RuleError<F> {
    fn from(refusal: Refusal) -> Self {
        RuleError::Refused(Box::new(refusal))
    }
}

/// What a rule over the tables `T` returns.
pub type RuleResult<R, T> = Result<R, RuleError<<T as Tables>::Failure>>;

/// The result of one command.
pub type Applied<T> = RuleResult<Outcome, T>;
