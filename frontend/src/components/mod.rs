//! The components of the page. Each shows signals of `state` and calls its actions. Network
//! requests, and state that outlives a component, do not belong here.
//!
//! The page as a whole (`pages`):
//!
//! ```text
//! div.shell[data-sidebar=open|closed][data-people=open|closed]
//!   nav.shell__sidebar      the sidebar; a drawer on phones
//!   main.shell__main.conversation
//!     header.conversation__header > button.icon-button (rooms), button.conversation__details,
//!                                   h1.conversation__name, p.conversation__topic,
//!                                   button.icon-button (people, menu)
//!     section.timeline, div.typing, form.composer
//!   aside.shell__people     the people pane; a drawer on narrow screens
//!   button.shell__scrim     behind an open drawer
//! ```
//!
//! Other components, each with its root element:
//! `sidebar::Sidebar` (`nav.shell__sidebar`), `room_header::RoomHeader room=RoomId`
//! (`header.conversation__header`, with menu), `people::PeoplePane room=RoomId`
//! (`aside.shell__people`), `settings::SettingsPage section=SettingsRoute` (`main.settings`, in the shell), `rooms::DirectoryPage`
//! (`main.directory`, likewise), `sign_in::SignIn reason=SignedOut` and `account::AccountPage` (whole pages), and
//! `overlays::Overlays` (toasts, offline notice; once, in the root), `dialogs::DialogHost`
//! (the open dialog; once, in the shell). `dialogs::use_dialogs().open(Dialog::…)` opens a dialog from anywhere.

pub mod account;
pub mod avatar;
pub mod composer;
mod countdown;
pub mod dialogs;
mod document;
pub mod drawers;
pub mod failure;
pub mod first_frame;
mod focus;
pub mod form;
pub mod icons;
mod keys;
mod long_press;
pub mod menu;
pub mod message;
mod notices;
pub mod overlays;
pub mod page_keys;
pub mod people;
pub mod person_status;
pub mod piece_view;
mod press;
pub mod provider_link;
pub mod room_bar;
pub mod room_context;
pub mod room_header;
mod room_summary;
pub mod rooms;
pub mod settings;
mod shortcuts;
pub mod sidebar;
pub mod sign_in;
mod skeleton;
pub mod skip_links;
pub mod timeline;
pub mod tools;
mod viewport;
pub mod wordmark;
