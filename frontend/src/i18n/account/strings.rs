//! The texts of the forms of accounts.

/// The texts of one language. The name of a field says where it is used.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct AccountStrings {
    pub claim_title: &'static str,
    pub claim_lead: &'static str,
    pub claim_submit: &'static str,
    /// Who invites.
    pub join_title: fn(&str) -> String,
    /// The same for an invitation of the operator.
    pub join_title_operator: &'static str,
    /// Of which room.
    pub guest_lead: fn(&str) -> String,
    pub guest_from_now: &'static str,
    pub guest_history: &'static str,
    pub guest_submit: &'static str,
    pub join_lead: &'static str,
    /// The names of the rooms.
    pub join_rooms: fn(&str) -> String,
    pub join_submit: &'static str,
    pub sign_in_title: &'static str,
    pub sign_in_lead: &'static str,
    pub sign_in_submit: &'static str,
    pub ended: &'static str,
    pub forgot_link: &'static str,
    pub forgot_title: &'static str,
    pub forgot_lead: &'static str,
    pub forgot_name: &'static str,
    pub no_forgot_name: &'static str,
    pub forgot_submit: &'static str,
    pub forgot_sent_title: &'static str,
    pub forgot_sent_text: &'static str,
    pub email_title: &'static str,
    pub email_lead: &'static str,
    pub email_submit: &'static str,
    pub email_done: &'static str,
    pub email_done_text: &'static str,
    pub email_sign_in: &'static str,
    /// Whose password it is.
    pub reset_title: fn(&str) -> String,
    pub reset_lead: &'static str,
    pub reset_submit: &'static str,
    /// Who goes on.
    pub transfer_title: fn(&str) -> String,
    pub transfer_lead: &'static str,
    pub transfer_submit: &'static str,
    pub passkey_sign_in: &'static str,
    pub passkey_join: &'static str,
    pub passkey_not_made: &'static str,
    pub passkey_cancelled: &'static str,
    pub passkey_unknown: &'static str,
    pub passkey_failed: &'static str,
    pub submitting: &'static str,
    pub as_guest: &'static str,
    pub place: &'static str,
    pub place_hint: &'static str,
    pub username: &'static str,
    pub username_hint: &'static str,
    pub no_username: &'static str,
    pub name: &'static str,
    pub name_hint: &'static str,
    pub password: &'static str,
    pub password_hint: &'static str,
    pub no_password: &'static str,
    pub short_password: &'static str,
    pub code: &'static str,
    pub code_hint: &'static str,
    pub no_code: &'static str,
    pub recovery_code: &'static str,
    pub recovery_hint: &'static str,
    pub use_recovery: &'static str,
    pub use_app: &'static str,
    pub show: &'static str,
    pub show_label: &'static str,
    pub hide: &'static str,
    pub hide_label: &'static str,
    pub dead_title: &'static str,
    pub dead_text: &'static str,
    pub failed_title: &'static str,
    /// Seconds until the next attempt is allowed.
    pub wait: fn(u64) -> String,
    /// As whom somebody is signed in.
    pub signed_in_title: fn(&str) -> String,
    pub signed_in_text: &'static str,
    pub guest_text: &'static str,
    pub guest_provider: &'static str,
    /// The guest's name.
    pub become_member: fn(&str) -> String,
    /// The guest's name.
    pub become_owner: fn(&str) -> String,
    /// The guest's name.
    pub keeps: fn(&str) -> String,
    pub start_fresh: &'static str,
    pub sign_up_title: &'static str,
    pub sign_up_lead: &'static str,
    pub sign_up_submit: &'static str,
    /// Where everybody may have an account.
    pub sign_up_open_title: &'static str,
    pub sign_up_open_lead: &'static str,
    pub sign_up_open_submit: &'static str,
    pub note: &'static str,
    pub note_hint: &'static str,
    pub sent_title: &'static str,
    pub sent_text: &'static str,
    pub go_to_chat: &'static str,
    pub sign_out_first: &'static str,
    pub strength: StrengthStrings,
}

/// How strong a password is, and what makes it weak.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct StrengthStrings {
    pub weak: &'static str,
    pub fair: &'static str,
    pub good: &'static str,
    pub strong: &'static str,
    pub personal_word: &'static str,
    pub common_word: &'static str,
    pub keyboard: &'static str,
    pub repetition: &'static str,
    pub sequence: &'static str,
    pub date: &'static str,
}
