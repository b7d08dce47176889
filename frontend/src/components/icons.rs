//! The icons: one family, on a grid of 24, with round lines of one weight.
//!
//! An icon is never the only label: its button has one.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// Something is wrong.
    Alert,
    /// An archived room.
    Archive,
    /// Leads back.
    Back,
    /// Chosen, done.
    Check,
    /// Opens and closes what is below.
    Chevron,
    /// Waits for its turn.
    Clock,
    /// Closes what it stands in.
    Close,
    /// Copies.
    Copy,
    /// Leads to the end.
    Down,
    /// Edits.
    Edit,
    /// Keyboard shortcuts.
    Keyboard,
    /// Languages.
    Globe,
    /// What something is.
    Info,
    /// A room.
    Room,
    /// Goes out.
    Leave,
    /// A link.
    Link,
    /// A private room.
    Lock,
    /// Opens the sidebar.
    Menu,
    /// A direct conversation.
    Message,
    /// More actions.
    More,
    /// Puts it elsewhere.
    Move,
    /// Draws no attention.
    Mute,
    /// No network.
    Offline,
    /// People.
    People,
    /// Makes something.
    Plus,
    /// Does it again.
    Retry,
    /// Looks for something.
    Search,
    /// Sends.
    Send,
    /// Settings.
    PageSettings,
    /// A favourite.
    Star,
    /// Removes.
    Trash,
    /// Not read yet.
    Unread,
    /// One place up.
    Up,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Glyph::Alert => "M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17v.1",
            Glyph::Archive => "M3.5 5h17v4h-17ZM5 9v10.5h14V9M10 13h4",
            Glyph::Back => "M14.5 5.5 8 12l6.5 6.5",
            Glyph::Check => "m5 12.5 4.5 4.5L19 7.5",
            Glyph::Chevron => "m7 9.5 5 5 5-5",
            Glyph::Clock => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5V12l3 2",
            Glyph::Close => "m6.5 6.5 11 11m0-11-11 11",
            Glyph::Copy => "M9 9h10.5v10.5H9ZM5.5 15h-1V4.5H15v1",
            Glyph::Down => "M12 5v14m-6-6 6 6 6-6",
            Glyph::Edit => {
                "M4.5 19.5 5.4 15 16 4.4a1.9 1.9 0 0 1 2.7 0l.9.9a1.9 1.9 0 0 1 0 2.7L9 18.6ZM14 6.5l3.5 3.5"
            }
            Glyph::Keyboard => "M3.5 6.5h17v11h-17ZM7 10v.1m3.3-.1v.1m3.4-.1v.1m3.3-.1v.1M8.5 14h7",
            Glyph::Globe => {
                "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM3.8 12h16.4M12 3.5c5 5.2 5 11.8 0 17-5-5.2-5-11.8 0-17"
            }
            Glyph::Info => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5.5M12 7.7v.1",
            Glyph::Room => "M9.5 4.5 8 19.5m8-15-1.5 15M4.8 9h15m-15.6 6h15",
            Glyph::Leave => "M10 4.5H4.5v15H10M15 8l4 4-4 4M19 12H9",
            Glyph::Link => {
                "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 1 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 1 0 11 18.7l1-1"
            }
            Glyph::Lock => "M5.5 10.5h13v9h-13ZM8 10.5V8a4 4 0 0 1 8 0v2.5",
            Glyph::Menu => "M4 7h16M4 12h16M4 17h10",
            Glyph::Message => "M4 5h16v11.5h-8L7.5 20v-3.5H4Z",
            Glyph::More => {
                "M5 12a.6.6 0 1 0 1.2 0A.6.6 0 1 0 5 12Zm6.4 0a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0Zm6.4 0a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0Z"
            }
            Glyph::Move => "M3.5 6.5h6l2 2.5h9v9.5h-17ZM9 14h6m-2.5-2.5L15 14l-2.5 2.5",
            Glyph::Mute => "M4 9.5v5h3.5L12 19V5L7.5 9.5ZM16 9.5l5 5m0-5-5 5",
            Glyph::Offline => {
                "M4 4l16 16M7.5 9.2A5 5 0 0 0 8 19h9.5M19.8 17a4 4 0 0 0-2.8-6.9 5.5 5.5 0 0 0-6.2-4"
            }
            Glyph::People => {
                "M9.5 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 19.5c.5-3.5 3-5.5 6.5-5.5s6 2 6.5 5.5M15.5 4.8a3.5 3.5 0 0 1 0 6.4M18 14.5c1.7.8 2.7 2.5 3 5"
            }
            Glyph::Plus => "M12 5v14M5 12h14",
            Glyph::Retry => "M5 12a7 7 0 1 1 2 5M5 17.5V12h5.5",
            Glyph::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm4.7 11.2 4.8 4.8",
            Glyph::Send => "M12 19.5v-15M5.5 11 12 4.5l6.5 6.5",
            Glyph::PageSettings => {
                "M4 8h9m5 0h2M4 16h2m5 0h9M15.5 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM8.5 13.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z"
            }
            Glyph::Star => "m12 4 2.4 5.2 5.6.6-4.2 3.8 1.2 5.6-5-2.9-5 2.9 1.2-5.6L4 9.8l5.6-.6Z",
            Glyph::Trash => "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7M10.3 11v5m3.4-5v5",
            Glyph::Unread => {
                "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z"
            }
            Glyph::Up => "M12 19V5m-6 6 6-6 6 6",
        }
    }
}

/// An icon. Hidden from screen readers: the button has a label.
#[component]
pub fn Icon(
    /// What it shows.
    glyph: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=glyph.path() />
        </svg>
    }
}
