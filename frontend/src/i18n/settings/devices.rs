//! The texts about where somebody is signed in.

/// The texts of one language. The name of a field says where it is used.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct DeviceStrings {
    pub lead: &'static str,
    /// A device whose name is not known.
    pub unnamed: &'static str,
    pub current: &'static str,
    /// The day of the last use.
    pub used: fn(&str) -> String,
    pub sign_out: &'static str,
    /// The device.
    pub sign_out_label: fn(&str) -> String,
    pub sign_out_others: &'static str,
    pub phone_title: &'static str,
    pub phone_lead: &'static str,
    pub make_link: &'static str,
    pub make_another: &'static str,
    pub qr_label: &'static str,
    pub link_label: &'static str,
    pub copy: &'static str,
    /// When the link ends.
    pub until: fn(&str) -> String,
}

pub(super) static ENGLISH: DeviceStrings = DeviceStrings {
    lead: "Where you are signed in. Signing out here takes effect on that device at once.",
    unnamed: "Unknown device",
    current: "This device",
    used: |day| format!("Last used: {day}"),
    sign_out: "Sign out",
    sign_out_label: |device| format!("Sign out {device}"),
    sign_out_others: "Sign out everywhere else",
    phone_title: "Take it to your phone",
    phone_lead: "A link signs you in on another device without a password. \
        Open it there yourself, and give it to nobody.",
    make_link: "Make a link",
    make_another: "Make another link",
    qr_label: "QR code of the link",
    link_label: "Link for your other device",
    copy: "Copy link",
    until: |time| format!("It works once, until {time}."),
};

pub(super) static KOREAN: DeviceStrings = DeviceStrings {
    lead: "로그인되어 있는 기기예요. 여기서 로그아웃하면 그 기기에서 바로 끝나요.",
    unnamed: "알 수 없는 기기",
    current: "이 기기",
    used: |day| format!("마지막 사용: {day}"),
    sign_out: "로그아웃",
    sign_out_label: |device| format!("{device} 로그아웃"),
    sign_out_others: "다른 기기에서 모두 로그아웃",
    phone_title: "휴대폰에서 이어 하기",
    phone_lead: "링크를 열면 다른 기기에서 비밀번호 없이 로그인돼요. \
        직접 열고, 아무에게도 주지 마세요.",
    make_link: "링크 만들기",
    make_another: "링크 새로 만들기",
    qr_label: "링크의 QR 코드",
    link_label: "다른 기기에서 열 링크",
    copy: "링크 복사",
    until: |time| format!("{time}까지 한 번만 쓸 수 있어요."),
};
