//! One message.
//!
//! ```text
//! article.message  .message--head (shows its author) .message--deleted .message--own
//!   span.message__avatar[data-tone=0..7]           initials; heads only
//!   header.message__head > span.message__author, span.message__badge, time.message__time
//!   time.message__time.message__time--aside        rows that follow a head: shown on hover
//!   div.message__body[dir=auto]  code.message__code  pre.message__pre>code  a.message__link
//!   span.message__edited
//!   p.message__tombstone
//!   div.message__status[data-delivery]  span.message__note + button.link-button (Retry, Delete, Cancel)
//!   div.message__actions[role=toolbar] > button.icon-button      where a pointer hovers, or on focus
//!   button.message__more.icon-button                             where nothing hovers; opens
//!     div.menu[popover][role=menu] > button.menu__item[role=menuitem]
//!   form.message__editor                           a composer in place of the body
//! ```
