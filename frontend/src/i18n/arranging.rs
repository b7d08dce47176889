//! The texts of the menus and forms that arrange the rooms of the list, and of what managers are asked.
//! Only a piece of the page leads to them, so that nobody else loads them.

use super::{Language, language};

/// The texts of one language. The name of a field says where it is used.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct ArrangingStrings {
    pub favourite: &'static str,
    pub unfavourite: &'static str,
    pub mute: &'static str,
    pub unmute: &'static str,
    pub move_to: &'static str,
    pub mark_read: &'static str,
    pub details: &'static str,
    pub close: &'static str,
    pub leave: &'static str,
    /// The question before that, with the room's name.
    pub leave_sure: fn(&str) -> String,
    pub leave_text: &'static str,
    pub up: &'static str,
    pub down: &'static str,
    pub out_of_section: &'static str,
    pub new_section: &'static str,
    pub new_section_title: &'static str,
    pub rename: &'static str,
    pub remove_section: &'static str,
    pub section_name: &'static str,
    pub section_hint: &'static str,
    /// The question before somebody else's message is deleted, with the author's name.
    pub delete_sure: fn(&str) -> String,
}

/// The texts of the current language, tracked.
pub fn words() -> &'static ArrangingStrings {
    match language() {
        Language::English => &ENGLISH,
        Language::Korean => &KOREAN,
    }
}

static ENGLISH: ArrangingStrings = ArrangingStrings {
    favourite: "Add to favourites",
    unfavourite: "Remove from favourites",
    mute: "Mute",
    unmute: "Unmute",
    move_to: "Move…",
    mark_read: "Mark as read",
    details: "Room details",
    close: "Close conversation",
    leave: "Leave room",
    leave_sure: |room| format!("Leave {room}?"),
    leave_text: "You will not see it any more. To come back, someone in it has to add you.",
    up: "Move up",
    down: "Move down",
    out_of_section: "Take out of its section",
    new_section: "New section…",
    new_section_title: "New section",
    rename: "Rename section",
    remove_section: "Remove section",
    section_name: "Name of the section",
    section_hint: "Only you see it, on all your devices.",
    delete_sure: |author| format!("Delete this message by {author}?"),
};

static KOREAN: ArrangingStrings = ArrangingStrings {
    favourite: "즐겨찾기에 추가",
    unfavourite: "즐겨찾기에서 빼기",
    mute: "알림 끄기",
    unmute: "알림 켜기",
    move_to: "옮기기…",
    mark_read: "모두 읽음 처리",
    details: "대화방 정보",
    close: "대화 닫기",
    leave: "대화방 나가기",
    leave_sure: |room| format!("{room} 대화방에서 나갈까요?"),
    leave_text: "더는 볼 수 없어요. 다시 들어오려면 안에 있는 사람이 추가해 주어야 해요.",
    up: "위로 옮기기",
    down: "아래로 옮기기",
    out_of_section: "구역에서 빼기",
    new_section: "새 구역…",
    new_section_title: "새 구역",
    rename: "구역 이름 바꾸기",
    remove_section: "구역 없애기",
    section_name: "구역 이름",
    section_hint: "나에게만 보이고, 내 모든 기기에서 같아요.",
    delete_sure: |author| format!("{author} 님의 메시지를 삭제할까요?"),
};
