//! 한국어. 문장은 해요체, 단추는 명사형.

use super::strings::{AccountStrings, StrengthStrings};

pub(super) static STRINGS: AccountStrings = AccountStrings {
    claim_title: "이 마당의 주인이 되어 주세요",
    claim_lead: "마당의 이름을 짓고 첫 계정인 소유자 계정을 만들어요.",
    claim_submit: "마당 열기",
    join_title: |who| format!("{who} 님이 초대했어요"),
    join_lead: "계정을 만들면 들어올 수 있어요.",
    join_rooms: |rooms| format!("함께할 대화방: {rooms}"),
    join_submit: "계정 만들기",
    sign_in_title: "로그인",
    sign_in_lead: "계정의 아이디와 비밀번호를 적어 주세요.",
    sign_in_submit: "로그인",
    submitting: "잠시만요…",
    as_guest: "손님으로 들어가기",
    place: "마당 이름",
    place_hint: "여기에 오는 모두에게 보여요.",
    username: "아이디",
    username_hint: "로그인할 때 써요.",
    no_username: "아이디를 적어 주세요.",
    name: "이름",
    name_hint: "다른 사람에게 보여요. 나중에 바꿀 수 있어요.",
    password: "비밀번호",
    password_hint: "8자 이상. 낱말을 여러 개 이으면 외우기 쉬워요.",
    no_password: "비밀번호를 적어 주세요.",
    short_password: "8자 이상으로 정해 주세요.",
    show: "보기",
    show_label: "비밀번호 보기",
    hide: "숨기기",
    hide_label: "비밀번호 숨기기",
    dead_title: "쓸 수 없는 링크예요",
    dead_text: "이미 썼거나 기한이 지났거나 주소가 잘렸어요. 새 링크를 부탁해 주세요.",
    failed_title: "초대를 확인하지 못했어요",
    wait: |seconds| {
        let (n, unit) = match seconds {
            0..60 => (seconds.max(1), "초"),
            _ => (seconds.div_ceil(60), "분"),
        };
        format!("시도가 너무 많았어요. {n}{unit} 뒤에 다시 시도해 주세요.")
    },
    signed_in_title: |who| format!("{who} 님으로 로그인되어 있어요"),
    signed_in_text: "다른 계정을 쓰려면 먼저 로그아웃해 주세요. \
        손님 이름은 로그아웃하면 다시 쓸 수 없어요.",
    guest_text: "손님으로 쓴 메시지를 그대로 이어 갈 수도, 새로 시작할 수도 있어요. \
        손님 이름은 로그아웃하면 다시 쓸 수 없어요.",
    become_member: |who| format!("{who} 님 그대로 계정 만들기"),
    become_owner: |who| format!("{who} 님 그대로 소유자 되기"),
    keeps: |who| format!("{who} 님으로 쓴 메시지는 그대로 남아요."),
    start_fresh: "로그아웃하고 새로 시작",
    go_to_chat: "대화로 가기",
    sign_out_first: "로그아웃하고 계속",
    strength: StrengthStrings {
        weak: "짐작하기 쉬워요.",
        fair: "쓸 만해요.",
        good: "좋아요.",
        strong: "아주 튼튼해요.",
        personal_word: "내 이름이나 마당 이름이 들어 있어요.",
        common_word: "흔한 낱말이 들어 있어요.",
        keyboard: "자판 순서를 따라가요.",
        repetition: "같은 글자가 되풀이돼요.",
        sequence: "글자나 숫자가 순서대로예요.",
        date: "날짜가 들어 있어요.",
    },
};
