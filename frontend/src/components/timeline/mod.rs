//! The conversation: rows of messages in a bounded piece of DOM.
//!
//! ```text
//! section.timeline[data-state=loading|ready|empty|failed]
//!   div.timeline__scroller[tabindex=0]            the only thing that scrolls
//!     div.timeline__content                       at least as tall as the scroller
//!       div.timeline__edge[data-edge=older]       skeleton | p.timeline__begin | failed + button
//!       ol.timeline__rows
//!         li.row[data-seq][data-delivery=pending|waiting|failed|sent]  .row--marked .row--own
//!           div.row__day > span                   "Today"
//!           div.row__unread > span                "New messages"
//!           article.message                       see `message`
//!       div.timeline__edge[data-edge=newer]
//!   button.timeline__jump  > span.timeline__jump-count
//!   div.visually-hidden[role=log]                 text of new messages only
//! ```
