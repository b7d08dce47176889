//! Where a message is written, and the rules of Enter for every text field.
//!
//! ```text
//! form.composer  .composer--editing (inside a message)
//!   div.composer__frame
//!     textarea.composer__input[rows=1]
//!     span.composer__counter[data-over=true|false]   near the limit only
//!     button.composer__send.icon-button
//!   p.composer__error[role=alert]
//! p.typing                                           above the composer, of constant height
//! ```
pub mod composition;
