//! The whole thing: the real binary, and people in front of real browsers.
//!
//! `stage` has the server and who else is there, `person` what someone does and sees,
//! `helpers.js` what a page is asked, `line` a line between page and server that can
//! be cut and tampered with. The other files are stories, by subject. `engines` has those that
//! also run in Firefox and in WebKitGTK.
//!
//! Nothing here sleeps. What is waited for is looked at within the page, with a
//! deadline. A word of complaint in a page's console fails its test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what goes wrong here fails the test, and says where"
)]

#[path = "../support/mod.rs"]
mod support;

mod axe;
mod complaints;
mod held;
mod history;
mod keep;
mod line;
mod person;
mod sign_up;
mod stage;

mod accounts;
mod arranging;
mod attention;
mod barriers;
mod composer;
mod composition;
mod deception;
mod delivery;
mod devices;
mod direct;
mod directory;
mod engines;
mod first_paint;
mod focus;
mod hostile;
mod identity_provider;
mod keyboard;
mod languages;
mod layout;
mod lines;
mod looks;
mod mail;
mod managing;
mod missed;
mod namesakes;
mod opening;
mod outage;
mod passkeys;
mod people;
mod phone;
mod pieces;
mod portrait;
mod profiles;
mod readers;
mod reading;
mod room_details;
mod room_guests;
mod room_list;
mod rooms;
mod rooms_look;
mod safety;
mod scrolling;
mod second_factor;
mod shown;
mod states;
mod stranger;
mod switcher;
mod tabs;
mod touch;
mod unread;
mod visits;
mod weight;
