//! The texts with which somebody is asked again who it is.

/// The texts of one language. The name of a field says where it is used.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct ConfirmationStrings {
    pub title: &'static str,
    pub lead: &'static str,
    pub password: &'static str,
    pub no_password: &'static str,
    pub code: &'static str,
    pub code_hint: &'static str,
    pub submit: &'static str,
    pub passkey: &'static str,
    pub passkey_failed: &'static str,
    pub wrong: &'static str,
}

pub(super) static ENGLISH: ConfirmationStrings = ConfirmationStrings {
    title: "Confirm that it’s you",
    lead: "You confirmed more than ten minutes ago.",
    password: "Your password",
    no_password: "Enter your password.",
    code: "Code",
    code_hint: "From your authenticator app, or a recovery code.",
    submit: "Confirm",
    passkey: "Confirm with a passkey",
    passkey_failed: "No passkey was used. Try again.",
    wrong: "This isn’t your password. Try again.",
};

pub(super) static KOREAN: ConfirmationStrings = ConfirmationStrings {
    title: "본인 확인",
    lead: "여기의 설정을 바꾸려면 10분마다 다시 확인해요.",
    password: "비밀번호",
    no_password: "비밀번호를 적어 주세요.",
    code: "코드",
    code_hint: "인증 앱에 나온 코드나 복구 코드를 적어 주세요.",
    submit: "확인",
    passkey: "패스키로 확인",
    passkey_failed: "패스키를 쓰지 않았어요. 다시 시도해 주세요.",
    wrong: "비밀번호가 맞지 않아요. 다시 적어 주세요.",
};
