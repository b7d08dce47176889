//! x
pub mod visit; pub mod live; pub mod room; pub mod burst;
