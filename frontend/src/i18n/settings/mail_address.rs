//! The texts about the address at which a person gets mail.

/// The texts of one language. The name of a field says where it is used.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct MailAddressStrings {
    pub title: &'static str,
    pub none: &'static str,
    /// The address.
    pub proved: fn(&str) -> String,
    /// The address.
    pub asked: fn(&str) -> String,
    pub label: &'static str,
    pub hint: &'static str,
    pub empty: &'static str,
    pub send: &'static str,
    pub is_sent: &'static str,
    pub remove: &'static str,
}

pub(super) static ENGLISH: MailAddressStrings = MailAddressStrings {
    title: "Mail address",
    none: "With a mail address you get a link when you forget your password, \
        and are told when your sign-in changes. Nobody else sees it.",
    proved: |at| format!("Your mail address is {at}. Nobody else sees it."),
    asked: |at| format!("A link was sent to {at}: open it within a day to confirm the address."),
    label: "New mail address",
    hint: "It counts once you have opened the link that is sent to it.",
    empty: "Enter a mail address.",
    send: "Send link",
    is_sent: "The link is on its way.",
    remove: "Remove mail address",
};

pub(super) static KOREAN: MailAddressStrings = MailAddressStrings {
    title: "메일 주소",
    none: "메일 주소가 있으면 비밀번호를 잊었을 때 링크를 받고, 로그인 방법이 바뀌면 알림을 받아요. \
        다른 사람에게는 보이지 않아요.",
    proved: |at| format!("메일 주소: {at}. 다른 사람에게는 보이지 않아요."),
    asked: |at| format!("{at} 주소로 링크를 보냈어요. 하루 안에 열어서 확인해 주세요."),
    label: "새 메일 주소",
    hint: "보내 드린 링크를 열면 그때부터 쓰여요.",
    empty: "메일 주소를 적어 주세요.",
    send: "링크 보내기",
    is_sent: "링크를 보냈어요.",
    remove: "메일 주소 지우기",
};
