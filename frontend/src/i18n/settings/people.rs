//! The texts about the people of the place.

/// The texts of one language. The name of a field says where it is used.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct PeopleStrings {
    pub search: &'static str,
    pub more: &'static str,
    pub nobody: &'static str,
    pub owner: &'static str,
    pub administrator: &'static str,
    pub member: &'static str,
    pub bot: &'static str,
    pub guest: &'static str,
    pub deactivated: &'static str,
    /// On which day a session was last used.
    pub used: fn(&str) -> String,
    pub change: &'static str,
    /// The person's name; as in all below.
    pub change_label: fn(&str) -> String,
    pub make_owner: &'static str,
    pub make_administrator: &'static str,
    pub make_member: &'static str,
    pub deactivate: &'static str,
    pub reactivate: &'static str,
    pub delete: &'static str,
    pub owner_sure: fn(&str) -> String,
    pub administrator_sure: fn(&str) -> String,
    pub lower_sure: fn(&str) -> String,
    pub deactivate_sure: fn(&str) -> String,
    pub reactivate_sure: fn(&str) -> String,
    pub delete_sure: fn(&str) -> String,
    pub reset_link: &'static str,
    pub reset_link_sure: fn(&str) -> String,
    pub reset_link_label: &'static str,
    /// Closes that link.
    pub kept: &'static str,
    pub is_changed: &'static str,
    pub is_deleted: &'static str,
}

pub(super) static ENGLISH: PeopleStrings = PeopleStrings {
    search: "Find by name or username",
    more: "Show more",
    nobody: "Nobody here has a name like this.",
    owner: "Owner",
    administrator: "Administrator",
    member: "Member",
    bot: "App",
    guest: "Guest",
    deactivated: "Deactivated",
    used: |day| format!("last here: {day}"),
    change: "Change",
    change_label: |name| format!("Change {name}"),
    make_owner: "Make owner",
    make_administrator: "Make administrator",
    make_member: "Make member",
    deactivate: "Deactivate",
    reactivate: "Reactivate",
    delete: "Delete",
    owner_sure: |name| {
        format!("Make {name} an owner? Owners may do everything, and appoint or remove each other.")
    },
    administrator_sure: |name| {
        format!(
            "Make {name} an administrator? Administrators invite and manage members and guests."
        )
    },
    lower_sure: |name| {
        format!(
            "Take rights from {name}? It signs them out everywhere, and invitations that they could no longer make stop working."
        )
    },
    deactivate_sure: |name| {
        format!(
            "Deactivate {name}? It signs them out everywhere, and they can’t sign in until you reactivate them. What they wrote stays."
        )
    },
    reactivate_sure: |name| format!("Let {name} sign in again?"),
    delete_sure: |name| {
        format!(
            "Delete {name}? The name, the username and every way to sign in are erased for good. What they wrote stays, as a deleted person’s."
        )
    },
    reset_link: "Link for a new password",
    reset_link_sure: |name| {
        format!(
            "Make a link with which {name} sets a new password? It works once, for four hours. Whoever opens it has the account: give it to nobody else."
        )
    },
    reset_link_label: "Link for a new password",
    kept: "I have kept it",
    is_changed: "Changed.",
    is_deleted: "Deleted.",
};

pub(super) static KOREAN: PeopleStrings = PeopleStrings {
    search: "이름이나 아이디로 찾기",
    more: "더 보기",
    nobody: "이런 이름을 쓰는 사람이 없어요.",
    owner: "소유자",
    administrator: "관리자",
    member: "구성원",
    bot: "앱",
    guest: "손님",
    deactivated: "비활성",
    used: |day| format!("마지막 접속: {day}"),
    change: "변경",
    change_label: |name| format!("{name} 님 변경"),
    make_owner: "소유자로 지정",
    make_administrator: "관리자로 지정",
    make_member: "구성원으로 변경",
    deactivate: "비활성화",
    reactivate: "다시 활성화",
    delete: "삭제",
    owner_sure: |name| {
        format!(
            "{name} 님을 소유자로 지정할까요? 소유자는 모든 일을 할 수 있고, 다른 소유자를 정하거나 내릴 수 있어요."
        )
    },
    administrator_sure: |name| {
        format!(
            "{name} 님을 관리자로 지정할까요? 관리자는 사람을 초대하고 구성원과 손님을 관리해요."
        )
    },
    lower_sure: |name| {
        format!(
            "{name} 님의 권한을 줄일까요? 모든 기기에서 로그아웃되고, 더는 만들 수 없는 초대는 쓸 수 없게 돼요."
        )
    },
    deactivate_sure: |name| {
        format!(
            "{name} 님을 비활성화할까요? 모든 기기에서 로그아웃되고, 다시 활성화할 때까지 로그인할 수 없어요. 쓴 글은 남아요."
        )
    },
    reactivate_sure: |name| format!("{name} 님이 다시 로그인할 수 있게 할까요?"),
    delete_sure: |name| {
        format!(
            "{name} 님을 삭제할까요? 이름과 아이디, 로그인 수단이 모두 지워지고 되돌릴 수 없어요. 쓴 글은 탈퇴한 사람의 글로 남아요."
        )
    },
    reset_link: "새 비밀번호 링크",
    reset_link_sure: |name| {
        format!(
            "{name} 님이 새 비밀번호를 정할 링크를 만들까요? 네 시간 안에 한 번만 쓸 수 있어요. 링크를 여는 사람이 계정을 쓰게 되니 본인에게만 주세요."
        )
    },
    reset_link_label: "새 비밀번호를 정하는 링크",
    kept: "보관했어요",
    is_changed: "변경했어요.",
    is_deleted: "삭제했어요.",
};
