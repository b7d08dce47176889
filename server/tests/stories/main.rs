//! Tests of the server's behaviour, over real sockets and a real database file. One file for each
//! subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here fails the test, and says where"
)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod accounts;
mod admin;
mod audit;
mod backpressure;
mod backup;
mod blocks;
mod brought_forward;
mod client_ids;
mod clock;
mod connections;
mod control;
mod edits;
mod epochs;
mod foreign_pages;
mod frames;
mod full;
mod headers;
mod health;
mod heartbeat;
mod history;
mod log;
mod mail;
mod marks;
mod metrics;
mod names;
mod oidc;
mod one_commit;
mod openapi;
mod pace;
mod people;
mod places;
mod private_rooms;
mod proxies;
mod questions;
mod rate;
mod readers;
mod refusals;
mod requests;
mod restore;
mod resume;
mod retry;
mod returning;
mod room_guests;
mod rooms;
mod sessions;
mod sign_in_form;
mod slow_clients;
mod start;
mod stop;
mod sweep;
mod talk;
mod texts;
mod watch;
mod wire;
