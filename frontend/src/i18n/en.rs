//! English.

use super::format;
use super::refusals::en::refusal;
use super::strings::{
    App, Composer, Connection, Message, Notification, People, Room, Settings, Shortcuts, Sidebar,
    SignIn, Strings, Timeline, Toast, When,
};

const TAG: &str = "en";

/// The number and the noun in its form: `1 person`, `1,204 people`.
fn count(n: u64, one: &str, many: &str) -> String {
    let noun = if n == 1 { one } else { many };
    format!("{} {noun}", format::number(TAG, n))
}

/// The same for a number that is exact up to 99: `99+ unread messages`.
fn count_to_99(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", format::badge(n), if n == 1 { one } else { many })
}

pub(super) static STRINGS: Strings = Strings {
    tag: TAG,
    refusal,
    too_long: |most| {
        format!(
            "That is too long: {} at most.",
            count(most, "character", "characters")
        )
    },
    unreachable: "The server did not answer. Check your connection, then try again.",
    wait: |seconds| {
        format!(
            "Many people are coming in at once. Trying again in {} s.",
            format::number(TAG, seconds)
        )
    },
    app: App {
        name: "Madang",
        account: "Account and place",
        skip_to_messages: "Skip to messages",
        skip_to_composer: "Skip to writing",
        close: "Close",
        cancel: "Cancel",
        save: "Save",
        failed_title: "Something went wrong on this page",
        failed_text: "Your messages are safe. Reload the page to go on.",
        failed_text_unkept: "This browser keeps nothing: copy what you have not sent. \
            Then reload the page to go on.",
        reload: "Reload",
        loading: "Loading…",
        piece_failed_title: "This could not be loaded",
        piece_failed_text: "Check your connection, then try again.",
        outdated_title: "There is a new version of this page",
        outdated_text: "Reload to go on. What you have written is kept.",
        not_found_title: "There is nothing here",
        not_found_text: "This address leads nowhere. The rooms that exist are in the list.",
        lobby: "lobby",
        to_lobby: |lobby| format!("Go to {lobby}"),
        directory: "Browse rooms",
    },
    sign_in: SignIn {
        title: "Come in",
        lead: "Choose a name for others to see.",
        name: "Your name",
        name_hint: "You can change it later.",
        guest: "You’re joining as a guest. Only this browser remembers you.",
        submit: "Enter",
        submitting: "Entering…",
        language: "Language",
        ended: "Your session has ended. Pick a name to come back.",
        not_kept: "This browser keeps no cookies here, so you cannot stay signed in. \
            Allow cookies for this site in the browser’s settings, then enter.",
        account: "I have an account",
        provider: |label| format!("Sign in with {label}"),
        guests_off_title: "No guests here",
        guests_off_text: "This server does not let guests in. Ask the people who run it.",
        forbidden_title: "This address is not allowed",
        forbidden_text: "The server does not answer to pages from here. \
            Use the address that its operator gave you.",
        try_again: "Try again",
    },
    sidebar: Sidebar {
        label: "Places",
        menu: "Menu of places",
        mark_all_read: "Mark all as read",
        search: "Search",
        favourites: "Favourites",
        rooms: "Rooms",
        direct: "Direct messages",
        new_message: "New message",
        open: "Show places",
        close: "Hide places",
        add_room: "Add a room",
        new_room: "New room",
        section_menu: "Section actions",
        place_menu: |room| format!("Actions for {room}"),
        private: "Private room:",
        muted: "muted",
        archived: "archived",
        own: "Your menu",
        profile: "Profile",
        browser_settings: "Browser settings",
        unread: |n| count_to_99(n, "unread message", "unread messages"),
        more_unread: |n| format!("{} unread", format::badge(n)),
        open_unread: |n| {
            format!(
                "Show places, {}",
                count_to_99(n, "unread message", "unread messages")
            )
        },
    },
    room: Room {
        show_people: "Show people",
        hide_people: "Hide people",
        menu: "Room menu",
        details: "Room details",
        add_topic: "Add topic",
        invite: "Copy invite link",
        edit: "Edit name and topic",
        mark_read: "Mark as read",
        gone_title: "This room was removed",
        gone_text: "Its messages are gone with it. The other rooms are in the list.",
        lost_title: "You are not in this room any more",
        lost_text: "You have left it, or someone has removed you. Your other rooms are in the list.",
        only_gone_text: "As its guest you see no other. Ask whoever invited you for a new link.",
        missing_title: "There is no such room",
        missing_text: "The link may be wrong. The rooms that exist are in the list.",
        unsent_draft: "What you wrote here and did not send:",
        reading: |room| format!("You are reading {room}"),
        join: "Join room",
        joining: "Joining…",
        announcements: "Only those who manage this room post here.",
        archived: "This room is archived: it can be read.",
        restore: "Restore",
    },
    people: People {
        title: "Here now",
        close: "Hide people",
        count: |n| count(n, "person", "people"),
        too_many: "Too many to list by name.",
        empty: "Nobody is here now.",
        unknown: "Shown again when the connection is back.",
        you: "you",
        with_you: |name| format!("{name} (you)"),
        about: |name| format!("About {name}"),
        guest: "guest",
        app: "app",
        deleted: "Deleted person",
        typing: |names| match names {
            [] => String::new(),
            [one] => format!("{one} is typing"),
            [one, two] => format!("{one} and {two} are typing"),
            more => format!(
                "{} people are typing",
                format::number(TAG, more.len() as u64)
            ),
        },
        is_typing: "typing",
    },
    timeline: Timeline {
        label: |room| format!("Messages in {room}"),
        new_messages: "New messages",
        jump_to_latest: "Jump to latest",
        jump_to_new: |n| count_to_99(n, "new message", "new messages"),
        loading: "Loading messages…",
        load_failed: "These messages could not be loaded.",
        retry: "Try again",
        beginning: |room| format!("This is the beginning of {room}"),
        empty_title: "Nothing has been said here yet",
        announce: |author, text| format!("{author}: {text}"),
    },
    message: Message {
        edited: "edited",
        edited_at: |when| format!("Edited {when}"),
        deleted: "Message deleted",
        pending: "Sending…",
        waiting: "Waiting for the connection",
        failed: "Not sent",
        retry: "Retry",
        discard: "Delete",
        cancel: "Cancel",
        edit: "Edit",
        delete: "Delete",
        delete_sure: "Delete this message?",
        delete_text: "It will be gone for everyone. This can’t be undone.",
        expired: |days| {
            format!(
                "Written before the server was restored, or more than {} ago; perhaps sent then.",
                count(days, "day", "days")
            )
        },
        send_it: "Send it now?",
        send_anyway: "Send anyway",
        copy_text: "Copy text",
        copy_link: "Copy link",
        unread_from_here: "Unread from here",
        more: "Message actions",
        actions: |author| format!("Actions for the message from {author}"),
        copy_code: "Copy",
    },
    composer: Composer {
        label: |room, _| format!("Message to {room}"),
        placeholder: |room, _| format!("Write to {room}"),
        placeholder_short: "Message",
        send: "Send",
        hint_enter: "Enter sends, Shift+Enter breaks the line",
        hint_mod_enter: |modifier| format!("{modifier}+Enter sends, Enter breaks the line"),
        editing: "Editing",
        edit_label: "Edit your message",
        edit_save: "Save",
        edit_cancel: "Cancel",
        edit_hint: "Esc cancels",
        unkept: "This browser keeps nothing. Send before closing.",
    },
    settings: Settings {
        title: "Settings",
        language: "Language",
        language_auto: "Browser default",
        theme: "Appearance",
        theme_system: "System",
        theme_light: "Light",
        theme_dark: "Dark",
        density: "Density",
        density_comfortable: "Comfortable",
        density_compact: "Compact",
        send_key: "Send with",
        send_enter: "Enter",
        send_enter_hint: "Shift+Enter breaks the line.",
        send_mod_enter_hint: "Enter breaks the line.",
        notifications: "Notifications",
        notifications_hint: "For messages in rooms that you are not looking at.",
        notifications_on: "On",
        notifications_off: "Off",
        notifications_allow: "Allow…",
        notifications_denied: "The browser blocks them. Allow notifications \
            for this page in the browser’s own settings.",
        notifications_unsupported: "This browser cannot show them here.",
        sign_out: "Sign out",
        sign_out_sure: "Sign out of this browser?",
        sign_out_text: "Drafts and unsent messages are dropped.",
        sign_out_guest: "A guest’s name cannot be taken up again afterwards. \
            Drafts and unsent messages are dropped.",
    },
    shortcuts: Shortcuts {
        title: "Keyboard shortcuts",
        anywhere: "Anywhere",
        writing: "While writing",
        reading: "On a message (↑ from the messages)",
        show: "Show this list",
        switcher: "Go to a room or person",
        next_unread: "Next unread room",
        previous_unread: "Previous unread room",
        next_room: "Next room",
        previous_room: "Previous room",
        mark_read: "Mark room as read",
        mark_all_read: "Mark all rooms as read",
        place_menu: "Actions of a room in the list",
        next_pane: "Next area",
        send: "Send",
        new_line: "New line",
        edit_last: "Edit your last message",
        cancel: "Cancel or close",
        step: "Message above or below",
        edit: "Edit it",
        copy_link: "Copy its link",
        unread_from_here: "Unread from here",
        delete: "Delete it",
        latest: "Latest message",
        write: "Back to writing",
    },
    connection: Connection {
        no_network: "You are offline",
        unreachable: "The server does not answer",
        no_socket: "Something on the way blocks live connections",
        next_attempt: |seconds| format!("Retrying in {} s", format::number(TAG, seconds)),
        connecting: "connecting…",
        reconnect: "Try now",
        waits: "What you write is kept and goes out by itself.",
        waits_open: "Sent later if this page stays open.",
    },
    toast: Toast {
        edit_stale: "The message changed meanwhile. Your text is still in the editor.",
        edit_returned: "The message was not changed. Your text is where you write.",
        edit_kept: "The message was not changed. Your text is kept in its room.",
        all_read: |rooms| format!("{} marked as read", count(rooms, "room", "rooms")),
        undo: "Undo",
        nothing_unread: "Nothing is unread",
        show: "Show it",
        delete_expired: "A message was not deleted: you asked long ago, or before the server was \
            restored. Delete it again if you still want to.",
        already_sent: "It was sent already and can no longer be taken back.",
        left: |room| format!("You have left {room}"),
        link_copied: "Link copied",
        code_copied: "Code copied",
        text_copied: "Text copied",
        language_missing: "This language could not be loaded. Choose it again to try again.",
        copy_by_hand: "The browser did not allow copying. Copy it here:",
        dismiss: "Dismiss",
    },
    notification: Notification {
        title: |author, room| format!("{author} in {room}"),
    },
    when: When {
        today: "Today",
        yesterday: "Yesterday",
    },
};
