//! All texts. The name of a field says where it is used. Functions take the values to insert and
//! choose the plural.

use shared::error::{ErrorCode, Field};

/// All texts of one language.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct Strings {
    /// The language's tag (BCP 47), for `lang` and `Intl`.
    pub tag: &'static str,
    /// The sentence for a refusal: what happened and what to do.
    pub refusal: fn(ErrorCode, Option<Field>) -> &'static str,
    /// A name or topic is too long: the limit in characters.
    pub too_long: fn(u64) -> String,
    /// The server could not be reached.
    pub unreachable: &'static str,
    /// The server asks to wait; seconds until the next attempt.
    pub wait: fn(u64) -> String,
    pub app: App,
    pub sign_in: SignIn,
    pub sidebar: Sidebar,
    pub room: Room,
    pub people: People,
    pub timeline: Timeline,
    pub message: Message,
    pub composer: Composer,
    pub settings: Settings,
    pub shortcuts: Shortcuts,
    pub connection: Connection,
    pub toast: Toast,
    pub notification: Notification,
    pub when: When,
}

macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident $(: $kind:ty)?,)* })*) => {
        $(
            $(#[$meta])*
            pub struct $name {
                $($(#[$field_meta])* pub $field: texts!(@type $($kind)?),)*
            }
        )*
    };
    (@type) => { &'static str };
    (@type $kind:ty) => { $kind };
}

texts! {
    /// The page as a whole.
    App {
        name,
        /// The settings of the account and of the place.
        account,
        skip_to_messages,
        skip_to_composer,
        close,
        cancel,
        save,
        failed_title,
        failed_text,
        /// If the browser stores nothing.
        failed_text_unkept,
        reload,
        /// A piece of the page is being loaded.
        loading,
        piece_failed_title,
        piece_failed_text,
        /// The server has a newer version of the page.
        outdated_title,
        outdated_text,
        not_found_title,
        not_found_text,
        /// The name of the lobby, before it is known.
        lobby,
        /// The link to the lobby, with its name.
        to_lobby: fn(&str) -> String,
        /// The page with all public rooms.
        directory,
    }
    /// The sign-in page.
    SignIn {
        title,
        lead,
        name,
        name_hint,
        guest,
        submit,
        submitting,
        language,
        ended,
        /// The browser accepts no cookies.
        not_kept,
        /// Leads to the form of those who have one.
        account,
        /// What the identity provider is called.
        provider: fn(&str) -> String,
        guests_off_title,
        guests_off_text,
        forbidden_title,
        forbidden_text,
        try_again,
    }
    /// The sidebar.
    Sidebar {
        label,
        /// The menu of the whole list.
        menu,
        mark_all_read,
        search,
        favourites,
        rooms,
        /// Direct conversations.
        direct,
        new_message,
        open,
        close,
        /// The button with what makes or finds a room.
        add_room,
        new_room,
        section_menu,
        /// The label of a row's button, with the room's name.
        place_menu: fn(&str) -> String,
        /// For screen readers, in place of the lock.
        private,
        /// The same for the signs of rooms that draw no attention.
        muted,
        archived,
        own,
        profile,
        browser_settings,
        unread: fn(u64) -> String,
        /// For the buttons that scroll to unread rooms out of sight.
        more_unread: fn(u64) -> String,
        /// For the button that opens the sidebar on phones.
        open_unread: fn(u64) -> String,
    }
    /// The header of a room.
    Room {
        show_people,
        hide_people,
        menu,
        details,
        edit,
        add_topic,
        invite,
        mark_read,
        gone_title,
        gone_text,
        /// The person was a member a moment ago.
        lost_title,
        lost_text,
        /// The same, for a guest of this room.
        only_gone_text,
        /// The same, for who reads it without a session.
        reader_gone_text,
        missing_title,
        missing_text,
        /// Above the draft of a room without a composer.
        unsent_draft,
        /// In place of the composer, with the room's name: the person is no member.
        reading: fn(&str) -> String,
        /// The same for who has no session.
        reading_signed_out: fn(&str) -> String,
        sign_in,
        sign_in_to_write,
        /// In place of the composer, with a moment: until then the person only reads.
        timed_out: fn(&str) -> String,
        join,
        joining,
        /// In place of the composer: only managers post.
        announcements,
        archived,
        restore,
    }
    /// The people pane.
    People {
        title,
        close,
        count: fn(u64) -> String,
        too_many,
        empty,
        /// Unknown while disconnected.
        unknown,
        you,
        /// Of a conversation with oneself.
        with_you: fn(&str) -> String,
        /// For the button that shows who somebody is, with the name.
        about: fn(&str) -> String,
        guest,
        app,
        /// In the place of the name of who was deleted.
        deleted,
        typing: fn(&[&str]) -> String,
        is_typing,
    }
    /// The messages.
    Timeline {
        /// The label of the log, with the room's name.
        label: fn(&str) -> String,
        new_messages,
        jump_to_latest,
        jump_to_new: fn(u64) -> String,
        loading,
        load_failed,
        retry,
        beginning: fn(&str) -> String,
        empty_title,
        /// The announcement of a new message: author, text.
        announce: fn(&str, &str) -> String,
    }
    /// One message.
    Message {
        edited,
        edited_at: fn(&str) -> String,
        deleted,
        pending,
        waiting,
        failed,
        retry,
        discard,
        cancel,
        edit,
        delete,
        delete_sure,
        delete_text,
        /// Not sent by itself: too old, or from before the server was restored; the age in days.
        expired: fn(u64) -> String,
        /// The question for an expired message.
        send_it,
        send_anyway,
        copy_text,
        copy_link,
        unread_from_here,
        more,
        /// The label of the buttons, with the author's name.
        actions: fn(&str) -> String,
        copy_code,
    }
    /// The composer.
    Composer {
        /// With the name of the room, and whether it is called by its people.
        label: fn(&str, bool) -> String,
        /// With the same.
        placeholder: fn(&str, bool) -> String,
        /// For narrow screens, without the room's name.
        placeholder_short,
        send,
        hint_enter,
        /// With the name of the modifier key.
        hint_mod_enter: fn(&str) -> String,
        editing,
        edit_label,
        edit_save,
        edit_cancel,
        edit_hint,
        /// The browser stores nothing.
        unkept,
    }
    /// The settings of this browser.
    Settings {
        title,
        language,
        language_auto,
        theme,
        theme_system,
        theme_light,
        theme_dark,
        density,
        density_comfortable,
        density_compact,
        send_key,
        send_enter,
        send_enter_hint,
        send_mod_enter_hint,
        notifications,
        notifications_hint,
        notifications_on,
        notifications_off,
        notifications_allow,
        notifications_denied,
        notifications_unsupported,
        sign_out,
        sign_out_sure,
        sign_out_text,
        sign_out_guest,
    }
    /// The keyboard shortcuts.
    Shortcuts {
        title,
        anywhere,
        writing,
        reading,
        show,
        switcher,
        next_unread,
        previous_unread,
        next_room,
        previous_room,
        mark_read,
        mark_all_read,
        place_menu,
        next_pane,
        send,
        new_line,
        edit_last,
        cancel,
        step,
        edit,
        copy_link,
        unread_from_here,
        delete,
        latest,
        write,
    }
    /// The connection to the server.
    Connection {
        no_network,
        unreachable,
        /// The server answers HTTP requests, but no WebSocket can be opened.
        no_socket,
        /// Seconds until the next attempt.
        next_attempt: fn(u64) -> String,
        connecting,
        reconnect,
        waits,
        /// Like `waits`, if the browser stores nothing.
        waits_open,
    }
    /// Toasts.
    Toast {
        edit_stale,
        edit_returned,
        edit_kept,
        /// How many rooms were marked as read.
        all_read: fn(u64) -> String,
        undo,
        nothing_unread,
        /// The link to what was kept.
        show,
        delete_expired,
        already_sent,
        /// With the room's name.
        left: fn(&str) -> String,
        link_copied,
        code_copied,
        text_copied,
        language_missing,
        copy_by_hand,
        dismiss,
    }
    /// Desktop notifications.
    Notification {
        /// Author, room.
        title: fn(&str, &str) -> String,
    }
    /// Days.
    When {
        today,
        yesterday,
    }
}
