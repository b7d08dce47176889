//! The texts about the identity at the identity provider.

/// The texts of one language. The name of a field says where it is used. What the provider is
/// called is the first argument.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct IdentityStrings {
    pub title: fn(&str) -> String,
    pub lead: fn(&str) -> String,
    /// Besides, the person's name there and the day.
    pub linked: fn(&str, &str, &str) -> String,
    pub link: fn(&str) -> String,
    pub unlink: &'static str,
    pub is_unlinked: &'static str,
    pub confirm: fn(&str) -> String,
}

pub(super) static ENGLISH: IdentityStrings = IdentityStrings {
    title: |label| format!("Account at {label}"),
    lead: |label| format!("Link your account at {label}, and sign in here with it."),
    linked: |label, name, day| format!("You sign in with {name} at {label}. Linked: {day}"),
    link: |label| format!("Link {label}"),
    unlink: "Unlink",
    is_unlinked: "Unlinked.",
    confirm: |label| format!("Confirm with {label}"),
};

pub(super) static KOREAN: IdentityStrings = IdentityStrings {
    title: |label| format!("{label} 계정"),
    lead: |label| format!("{label} 계정을 연결하면 그 계정으로 로그인할 수 있어요."),
    linked: |label, name, day| {
        format!("{label}의 {name} 계정으로 로그인할 수 있어요. 연결한 날: {day}")
    },
    link: |label| format!("{label} 연결"),
    unlink: "연결 해제",
    is_unlinked: "연결을 해제했어요.",
    confirm: |label| format!("{label} 계정으로 확인"),
};
