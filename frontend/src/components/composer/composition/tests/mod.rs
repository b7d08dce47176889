//! One press of Enter: the events of each browser, with the public source of each table.

mod field;
mod japanese;
mod korean;
mod plain;

use field::{Step, enter, enter_composing, enter_handled, run};
