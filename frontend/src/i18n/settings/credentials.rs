//! The texts about one's own password and its second factor.

/// The texts of one language. The name of a field says where it is used.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct CredentialStrings {
    pub password_title: &'static str,
    pub password_lead: &'static str,
    /// For who signs in by other means.
    pub no_password_lead: &'static str,
    pub new_password: &'static str,
    pub change: &'static str,
    pub set: &'static str,
    pub is_changed: &'static str,
    pub totp_title: &'static str,
    pub off_lead: &'static str,
    /// Recovery codes that are left.
    pub on_lead: fn(u64) -> String,
    pub set_up: &'static str,
    pub another_app: &'static str,
    pub new_codes: &'static str,
    pub turn_off: &'static str,
    pub setup_lead: &'static str,
    pub qr: &'static str,
    pub key: &'static str,
    pub open_app: &'static str,
    pub turn_on: &'static str,
    pub cancel: &'static str,
    pub codes_lead: &'static str,
    pub copy: &'static str,
    pub is_copied: &'static str,
    pub download: &'static str,
    pub done: &'static str,
    pub off_sure: &'static str,
    pub is_off: &'static str,
}

pub(super) static ENGLISH: CredentialStrings = CredentialStrings {
    password_title: "Password",
    password_lead: "A new password signs out all your other devices.",
    no_password_lead: "You sign in without a password. You can set one besides.",
    new_password: "New password",
    change: "Change password",
    set: "Set password",
    is_changed: "Password changed. Your other devices are signed out.",
    totp_title: "Two-step sign-in",
    off_lead: "With an authenticator app, signing in with your password asks for a code too. \
        Then your password alone lets nobody in.",
    on_lead: |codes| {
        let left = match codes {
            0 => "no recovery codes".to_owned(),
            1 => "1 recovery code".to_owned(),
            _ => format!("{codes} recovery codes"),
        };
        format!("On: your password needs a code of your app. You have {left} left.")
    },
    set_up: "Set up an authenticator app",
    another_app: "Use another app",
    new_codes: "New recovery codes",
    turn_off: "Turn off",
    setup_lead: "Scan this with your authenticator app, then enter the code that it shows.",
    qr: "QR code for your authenticator app",
    key: "Or type this key into the app:",
    open_app: "Open the app on this device",
    turn_on: "Turn on",
    cancel: "Cancel",
    codes_lead: "Keep these recovery codes in a safe place. \
        Each signs you in once when you don’t have the app. \
        They are shown only here, until you have kept them.",
    copy: "Copy",
    is_copied: "Copied.",
    download: "Download",
    done: "I have kept them",
    off_sure: "Turn it off? Your password alone will then sign you in. \
        Your recovery codes will work no more.",
    is_off: "Two-step sign-in is off.",
};

pub(super) static KOREAN: CredentialStrings = CredentialStrings {
    password_title: "비밀번호",
    password_lead: "비밀번호를 바꾸면 다른 기기에서는 모두 로그아웃돼요.",
    no_password_lead: "비밀번호 없이 로그인하고 있어요. 비밀번호를 함께 쓸 수도 있어요.",
    new_password: "새 비밀번호",
    change: "비밀번호 변경",
    set: "비밀번호 설정",
    is_changed: "이제 새 비밀번호를 써요. 다른 기기에서는 로그아웃됐어요.",
    totp_title: "2단계 인증",
    off_lead: "인증 앱을 쓰면 비밀번호로 로그인할 때 코드도 확인해요. \
        비밀번호만 알아서는 아무도 들어오지 못해요.",
    on_lead: |codes| {
        format!("켜짐: 비밀번호에 인증 앱의 코드가 필요해요. 남은 복구 코드는 {codes}개예요.")
    },
    set_up: "인증 앱 설정",
    another_app: "다른 앱으로 변경",
    new_codes: "새 복구 코드",
    turn_off: "끄기",
    setup_lead: "인증 앱으로 이 코드를 찍은 다음 앱에 나온 숫자를 적어 주세요.",
    qr: "인증 앱에 쓸 QR 코드",
    key: "또는 앱에 이 키를 적어 주세요.",
    open_app: "이 기기의 앱 열기",
    turn_on: "켜기",
    cancel: "취소",
    codes_lead: "이 복구 코드를 안전한 곳에 보관해 주세요. \
        앱이 없을 때 하나로 한 번씩 로그인할 수 있어요. 보관할 때까지 여기에서만 보여요.",
    copy: "복사",
    is_copied: "복사했어요.",
    download: "내려받기",
    done: "보관했어요",
    off_sure: "2단계 인증을 끌까요? 비밀번호만으로 로그인하게 되고, 복구 코드는 쓸 수 없게 돼요.",
    is_off: "2단계 인증을 껐어요.",
};
