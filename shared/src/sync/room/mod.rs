//! One room as a client holds it.

mod ahead;
mod history;
mod loading;
mod state;
mod timeline;
mod window;

pub use history::Load;
pub(super) use state::{Context, Delta, RoomState};
pub use timeline::Timeline;
