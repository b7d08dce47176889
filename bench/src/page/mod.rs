//! The page in a real Chromium, driven through its debugging protocol.
//!
//! `chromium` starts the browser, `cdp` speaks with it, `tab` is one page in it,
//! `watch.js` runs in that page and notes when rows are painted; `stage` is a server
//! with something to read. `figures` names what is measured and runs the repetitions;
//! the other modules measure. Of the page itself they know only what it promises: rows
//! carry `data-seq`, rooms are links to `/rooms/ID`.

pub mod burst;
mod cdp;
mod chromium;
mod figures;
mod fixture;
pub mod live;
pub mod room;
mod tab;
mod trace;
pub mod visit;
