//! Rooms that are closed and opened again, joined and left.
