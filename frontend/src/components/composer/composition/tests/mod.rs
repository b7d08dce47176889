//! One press of Enter, as the browsers tell it, with each table's public source.

mod field;
mod japanese;
mod korean;
mod plain;

use field::{Step, enter, enter_composing, enter_handled, run};
