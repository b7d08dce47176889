//! The page in a real Chromium (crate `chromium`).
//!
//! `measured_page` is a tab in which `watch.js` runs and notes when rows are painted. `fixture` is a
//! server with messages. `figures` runs the repetitions, and the other modules measure. They only
//! know of the page what it promises: rows have `data-seq`, and rooms are links to `/rooms/ID`.

pub mod burst;
mod figures;
mod fixture;
pub mod live;
mod measured_page;
pub mod room;
mod trace;
pub mod visit;
