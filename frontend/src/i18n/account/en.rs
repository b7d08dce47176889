//! English.

use super::strings::{AccountStrings, StrengthStrings};

pub(super) static STRINGS: AccountStrings = AccountStrings {
    claim_title: "Make this place yours",
    claim_lead: "Name it, and make the first account: the owner’s.",
    claim_submit: "Open the place",
    join_title: |who| format!("{who} invites you"),
    join_lead: "Make an account to come in.",
    join_rooms: |rooms| format!("You will be in {rooms}."),
    join_submit: "Join",
    sign_in_title: "Sign in",
    sign_in_lead: "With the username and the password of your account.",
    sign_in_submit: "Sign in",
    submitting: "One moment…",
    as_guest: "Come in as a guest",
    place: "Name of the place",
    place_hint: "Everyone who comes here sees it.",
    username: "Username",
    username_hint: "You sign in with it.",
    no_username: "Enter your username.",
    name: "Your name",
    name_hint: "For others to see. You can change it later.",
    password: "Password",
    password_hint: "At least 8 characters. Several words are easy to remember.",
    no_password: "Enter your password.",
    short_password: "Use at least 8 characters.",
    show: "Show",
    show_label: "Show password",
    hide: "Hide",
    hide_label: "Hide password",
    dead_title: "This link does not work",
    dead_text: "It was used, has run out, or is not complete. Ask for a new link.",
    failed_title: "The invitation could not be looked up",
    wait: |seconds| {
        let (n, unit) = match seconds {
            0..=1 => (1, "second"),
            2..60 => (seconds, "seconds"),
            _ => (seconds.div_ceil(60), "minutes"),
        };
        format!("Too many attempts. Try again in {n} {unit}.")
    },
    signed_in_title: |who| format!("You’re signed in as {who}"),
    signed_in_text: "To use another account, sign out first. \
        A guest’s name cannot be taken up again afterwards.",
    guest_text: "You can keep what you wrote as a guest, or start fresh. \
        A guest’s name cannot be taken up again after signing out.",
    become_member: |who| format!("Become a member as {who}"),
    become_owner: |who| format!("Become the owner as {who}"),
    keeps: |who| format!("What you wrote as {who} stays yours."),
    start_fresh: "Sign out and start fresh",
    go_to_chat: "Go to the chat",
    sign_out_first: "Sign out first",
    strength: StrengthStrings {
        weak: "Too easy to guess.",
        fair: "Good enough.",
        good: "Good.",
        strong: "Strong.",
        personal_word: "It has your name or this place’s in it.",
        common_word: "It has a common word in it.",
        keyboard: "It follows the keys.",
        repetition: "It repeats itself.",
        sequence: "It follows the alphabet or the digits.",
        date: "It has a date in it.",
    },
};
