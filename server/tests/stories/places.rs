//! Rooms of every kind: who is in them, what happens there, and how people arrange them.

mod announcements;
mod command;
mod direct;
mod lists;
mod marks;
mod members;
mod permissions;
mod sidebar;
mod unread;
