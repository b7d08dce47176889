//! The texts about one's own passkeys.

/// The texts of one language. The name of a field says where it is used.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct PasskeyStrings {
    pub title: &'static str,
    pub lead: &'static str,
    pub add: &'static str,
    /// On which day it was added.
    pub added: fn(&str) -> String,
    /// On which day it was last used.
    pub used: fn(&str) -> String,
    pub unused: &'static str,
    /// The host name that it is for.
    pub elsewhere: fn(&str) -> String,
    pub rename: &'static str,
    /// The passkey's name.
    pub rename_label: fn(&str) -> String,
    pub name: &'static str,
    pub save: &'static str,
    pub cancel: &'static str,
    pub remove: &'static str,
    /// The passkey's name.
    pub remove_label: fn(&str) -> String,
    /// The passkey's name.
    pub remove_sure: fn(&str) -> String,
    pub is_added: &'static str,
    pub is_removed: &'static str,
    pub cancelled: &'static str,
    pub already_there: &'static str,
    pub failed: &'static str,
    pub no_support: &'static str,
}

pub(super) static ENGLISH: PasskeyStrings = PasskeyStrings {
    title: "Passkeys",
    lead: "Sign in with a fingerprint, a face or a device’s PIN, without a password.",
    add: "Add a passkey",
    added: |day| format!("Added: {day}"),
    used: |day| format!("last used: {day}"),
    unused: "never used",
    elsewhere: |host| format!("Made for {host}: it doesn’t work at this address."),
    rename: "Rename",
    rename_label: |name| format!("Rename {name}"),
    name: "Name of the passkey",
    save: "Save",
    cancel: "Cancel",
    remove: "Remove",
    remove_label: |name| format!("Remove {name}"),
    remove_sure: |name| {
        format!("Remove “{name}”? It won’t sign you in any more. Delete it from your device, too.")
    },
    is_added: "The passkey is added. You can sign in with it from now on.",
    is_removed: "The passkey is removed.",
    cancelled: "No passkey was added. Choose “Add a passkey” to try again.",
    already_there: "This device has a passkey for your account already. Use it, or another device.",
    failed: "The browser couldn’t do it. Try another browser or device.",
    no_support: "This browser can’t make passkeys here. Use a newer one to add another.",
};

pub(super) static KOREAN: PasskeyStrings = PasskeyStrings {
    title: "패스키",
    lead: "비밀번호 없이 지문, 얼굴, 기기의 PIN으로 로그인해요.",
    add: "패스키 추가",
    added: |day| format!("추가: {day}"),
    used: |day| format!("마지막 사용: {day}"),
    unused: "아직 안 썼어요",
    elsewhere: |host| format!("{host}에서 만든 패스키라 이 주소에서는 쓸 수 없어요."),
    rename: "이름 바꾸기",
    rename_label: |name| format!("{name} 이름 바꾸기"),
    name: "패스키 이름",
    save: "저장",
    cancel: "취소",
    remove: "삭제",
    remove_label: |name| format!("{name} 삭제"),
    remove_sure: |name| {
        format!("‘{name}’ 패스키를 삭제할까요? 더는 로그인할 수 없으니 기기에서도 지워 주세요.")
    },
    is_added: "패스키를 추가했어요. 이제 이 패스키로 로그인할 수 있어요.",
    is_removed: "패스키를 삭제했어요.",
    cancelled: "패스키를 추가하지 않았어요. 다시 하려면 ‘패스키 추가’를 눌러 주세요.",
    already_there: "이 기기에는 이미 이 계정의 패스키가 있어요. 그 패스키를 쓰거나 다른 기기에서 추가해 주세요.",
    failed: "브라우저가 처리하지 못했어요. 다른 브라우저나 기기에서 시도해 주세요.",
    no_support: "이 브라우저에서는 패스키를 만들 수 없어요. 새 브라우저에서 추가해 주세요.",
};
