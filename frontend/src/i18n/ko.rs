//! 한국어.
//!
//! 문장은 해요체, 단추는 명사형. 이름 뒤에는 조사가 갈리지 않게 쓴다.

use shared::error::{ErrorCode, Field};

use super::format;
use super::strings::{
    App, Composer, Connection, Message, Notification, People, Room, Settings, Shortcuts, Sidebar,
    SignIn, Strings, Timeline, Toast, When,
};

const TAG: &str = "ko";

fn number(n: u64) -> String {
    format::number(TAG, n)
}

pub(super) static STRINGS: Strings = Strings {
    tag: TAG,
    refusal,
    too_long: |most| format!("너무 길어요. {}자까지 쓸 수 있어요.", number(most)),
    unreachable: "서버가 응답하지 않아요. 연결을 확인하고 다시 시도해 주세요.",
    wait: |seconds| {
        format!(
            "지금 들어오는 사람이 많아요. {}초 뒤에 다시 시도해요.",
            number(seconds)
        )
    },
    app: App {
        name: "마당",
        account: "계정과 마당",
        skip_to_messages: "메시지로 건너뛰기",
        skip_to_composer: "입력란으로 건너뛰기",
        close: "닫기",
        cancel: "취소",
        save: "저장",
        failed_title: "이 페이지에 문제가 생겼어요",
        failed_text: "메시지는 안전해요. 페이지를 새로 고치면 계속할 수 있어요.",
        failed_text_unkept: "이 브라우저에는 저장되지 않아요. 보내지 않은 글을 먼저 복사한 뒤 \
            페이지를 새로 고쳐 주세요.",
        reload: "새로 고침",
        loading: "불러오는 중…",
        piece_failed_title: "불러오지 못했어요",
        piece_failed_text: "연결을 확인하고 다시 시도해 주세요.",
        outdated_title: "페이지가 새 버전으로 바뀌었어요",
        outdated_text: "새로 고치면 계속할 수 있어요. 쓰던 글은 그대로 남아 있어요.",
        not_found_title: "여기에는 아무것도 없어요",
        not_found_text: "이 주소로는 갈 수 있는 곳이 없어요. 대화방은 목록에서 고를 수 있어요.",
        lobby: "로비",
        to_lobby: |lobby| format!("{lobby} 대화방으로 가기"),
        directory: "대화방 둘러보기",
    },
    sign_in: SignIn {
        title: "들어오세요",
        lead: "다른 사람에게 보일 이름을 정해 주세요.",
        name: "이름",
        name_hint: "나중에 바꿀 수 있어요.",
        guest: "손님으로 들어가요. 이 이름은 이 브라우저에서만 이어 쓸 수 있어요.",
        submit: "들어가기",
        submitting: "들어가는 중…",
        language: "언어",
        ended: "세션이 끝났어요. 이름을 정하면 다시 들어올 수 있어요.",
        not_kept: "이 브라우저가 쿠키를 막고 있어서 로그인을 유지할 수 없어요. \
            브라우저 설정에서 이 사이트의 쿠키를 허용한 뒤 들어와 주세요.",
        account: "계정이 있어요",
        provider: |label| format!("{label} 계정으로 로그인"),
        guests_off_title: "손님을 받지 않아요",
        guests_off_text: "이 서버에는 손님이 들어올 수 없어요. 운영하는 분에게 문의해 주세요.",
        forbidden_title: "허용되지 않은 주소예요",
        forbidden_text: "서버가 이 주소의 페이지에는 응답하지 않아요. \
            운영자가 알려 준 주소를 써 주세요.",
        try_again: "다시 시도",
    },
    sidebar: Sidebar {
        label: "공간",
        menu: "목록 메뉴",
        mark_all_read: "모든 대화방 읽음 처리",
        search: "찾기",
        favourites: "즐겨찾기",
        rooms: "대화방",
        direct: "개인 대화",
        new_message: "새 메시지",
        open: "대화방 목록 열기",
        close: "대화방 목록 닫기",
        add_room: "대화방 추가",
        new_room: "새 대화방",
        section_menu: "구역 메뉴",
        place_menu: |room| format!("{room} 대화방 메뉴"),
        private: "비공개 대화방:",
        own: "내 메뉴",
        profile: "프로필",
        browser_settings: "브라우저 설정",
        unread: |n| format!("읽지 않은 메시지 {}개", format::badge(n)),
        more_unread: |n| format!("안 읽음 {}", format::badge(n)),
        open_unread: |n| format!("대화방 목록 열기, 읽지 않은 메시지 {}개", format::badge(n)),
    },
    room: Room {
        show_people: "사람 목록 열기",
        hide_people: "사람 목록 닫기",
        menu: "대화방 메뉴",
        details: "대화방 정보",
        add_topic: "주제 추가",
        invite: "초대 링크 복사",
        edit: "대화방 정보 수정",
        mark_read: "모두 읽음 처리",
        gone_title: "삭제된 대화방이에요",
        gone_text: "메시지도 함께 사라졌어요. 다른 대화방은 목록에 있어요.",
        lost_title: "이제 이 대화방에 있지 않아요",
        lost_text: "나갔거나 다른 사람이 내보냈어요. 다른 대화방은 목록에 있어요.",
        only_gone_text: "손님으로 들어온 대화방이라 다른 대화방은 보이지 않아요. \
            초대한 사람에게 새 링크를 부탁해 주세요.",
        missing_title: "대화방을 찾을 수 없어요",
        missing_text: "링크가 잘못되었을 수 있어요. 대화방은 목록에서 고를 수 있어요.",
        unsent_draft: "여기에 쓰고 보내지 않은 글:",
        reading: |room| format!("{room} 대화방을 읽고 있어요"),
        join: "대화방에 들어가기",
        joining: "들어가는 중…",
        announcements: "이 대화방에는 관리자만 글을 올려요.",
        archived: "보관된 대화방이라 읽을 수만 있어요.",
        restore: "보관 풀기",
    },
    people: People {
        title: "지금 접속 중",
        close: "사람 목록 닫기",
        count: |n| format!("{}명", number(n)),
        too_many: "사람이 많아서 이름은 보여 주지 않아요.",
        empty: "지금은 아무도 없어요.",
        unknown: "다시 연결되면 보여 줘요.",
        you: "나",
        with_you: |name| format!("{name} (나)"),
        about: |name| format!("{name} 님 정보"),
        guest: "손님",
        app: "앱",
        deleted: "탈퇴한 사람",
        typing: |names| match names {
            [] => String::new(),
            [one] => format!("{one} 님이 입력 중"),
            [one, two] => format!("{one} 님, {two} 님이 입력 중"),
            more => format!("{}명이 입력 중", number(more.len() as u64)),
        },
        is_typing: "입력 중",
    },
    timeline: Timeline {
        label: |room| format!("{room} 대화방의 메시지"),
        new_messages: "새 메시지",
        jump_to_latest: "최신 메시지로",
        jump_to_new: |n| format!("새 메시지 {}개", format::badge(n)),
        loading: "메시지를 불러오는 중…",
        load_failed: "이 메시지를 불러오지 못했어요.",
        retry: "다시 시도",
        beginning: |room| format!("{room} 대화방은 여기서 시작해요."),
        empty_title: "아직 나눈 이야기가 없어요",
        announce: |author, text| format!("{author}: {text}"),
    },
    message: Message {
        edited: "수정됨",
        edited_at: |when| format!("{when}에 수정"),
        deleted: "삭제된 메시지",
        pending: "보내는 중…",
        waiting: "연결을 기다리는 중",
        failed: "보내지 못함",
        retry: "다시 보내기",
        discard: "삭제",
        cancel: "취소",
        edit: "수정",
        delete: "삭제",
        delete_sure: "이 메시지를 삭제할까요?",
        delete_text: "모두에게서 사라지고 되돌릴 수 없어요.",
        expired: |days| {
            format!(
                "서버가 복원되기 전에 썼거나 쓴 지 {}일이 넘었고, 이미 보냈을 수도 있어요.",
                number(days)
            )
        },
        send_it: "지금 보낼까요?",
        send_anyway: "그래도 보내기",
        copy_text: "텍스트 복사",
        copy_link: "링크 복사",
        unread_from_here: "여기부터 안 읽음",
        more: "메시지 메뉴",
        actions: |author| format!("{author} 님의 메시지에 할 수 있는 일"),
        copy_code: "복사",
    },
    composer: Composer {
        label: |room| format!("{room} 대화방에 보낼 메시지"),
        placeholder: |room| format!("{room}에 메시지 보내기"),
        placeholder_short: "메시지 보내기",
        send: "보내기",
        hint_enter: "Enter로 보내고 Shift+Enter로 줄을 바꿔요",
        hint_mod_enter: |modifier| format!("{modifier}+Enter로 보내고 Enter로 줄을 바꿔요"),
        editing: "수정 중",
        edit_label: "내 메시지 수정",
        edit_save: "저장",
        edit_cancel: "취소",
        edit_hint: "Esc로 취소",
        unkept: "이 브라우저에는 저장되지 않아요. 닫기 전에 보내 주세요.",
    },
    settings: Settings {
        title: "설정",
        language: "언어",
        language_auto: "브라우저 설정대로",
        theme: "화면 테마",
        theme_system: "시스템 설정대로",
        theme_light: "밝게",
        theme_dark: "어둡게",
        density: "메시지 간격",
        density_comfortable: "여유 있게",
        density_compact: "촘촘하게",
        send_key: "보내기 키",
        send_enter: "Enter",
        send_enter_hint: "Shift+Enter로 줄을 바꿔요.",
        send_mod_enter_hint: "Enter로 줄을 바꿔요.",
        notifications: "알림",
        notifications_hint: "보고 있지 않은 대화방의 메시지를 알려 줘요.",
        notifications_on: "켜짐",
        notifications_off: "꺼짐",
        notifications_allow: "허용하기…",
        notifications_denied: "브라우저가 막고 있어요. 브라우저 설정에서 \
            이 페이지의 알림을 허용해 주세요.",
        notifications_unsupported: "이 브라우저에서는 알림을 보여 줄 수 없어요.",
        sign_out: "로그아웃",
        sign_out_sure: "이 브라우저에서 로그아웃할까요?",
        sign_out_text: "쓰던 글과 보내지 못한 메시지는 사라져요.",
        sign_out_guest: "손님의 이름은 다시 이어 쓸 수 없어요. \
            쓰던 글과 보내지 못한 메시지는 사라져요.",
    },
    shortcuts: Shortcuts {
        title: "키보드 단축키",
        anywhere: "어디서나",
        writing: "글을 쓸 때",
        reading: "메시지에서 (메시지 영역에서 ↑)",
        show: "이 목록 보기",
        switcher: "대화방이나 사람 찾아가기",
        next_unread: "다음 읽지 않은 대화방",
        previous_unread: "이전 읽지 않은 대화방",
        next_room: "다음 대화방",
        previous_room: "이전 대화방",
        mark_read: "대화방 읽음 처리",
        mark_all_read: "모든 대화방 읽음 처리",
        place_menu: "목록에서 대화방 메뉴",
        next_pane: "다음 영역",
        send: "보내기",
        new_line: "줄 바꾸기",
        edit_last: "내 마지막 메시지 수정",
        cancel: "취소하거나 닫기",
        step: "위나 아래 메시지로",
        edit: "수정",
        copy_link: "링크 복사",
        unread_from_here: "여기부터 안 읽음",
        delete: "삭제",
        latest: "최신 메시지로",
        write: "입력란으로 돌아가기",
    },
    connection: Connection {
        no_network: "오프라인이에요",
        unreachable: "서버가 응답하지 않아요",
        no_socket: "서버와의 실시간 연결이 중간에서 막혀 있어요",
        next_attempt: |seconds| format!("{}초 뒤 다시 시도", number(seconds)),
        connecting: "연결하는 중…",
        reconnect: "지금 시도",
        waits: "쓴 글은 보관했다가 자동으로 보내요.",
        waits_open: "페이지를 열어 두면 나중에 보내요.",
    },
    toast: Toast {
        edit_stale: "그사이 메시지가 바뀌었어요. 쓰던 글은 편집기에 그대로 있어요.",
        edit_returned: "메시지를 고치지 못했어요. 쓰던 글은 입력란에 있어요.",
        edit_kept: "메시지를 고치지 못했어요. 쓰던 글은 그 대화방에 남아 있어요.",
        all_read: |rooms| format!("대화방 {}개를 읽음 처리했어요", number(rooms)),
        undo: "되돌리기",
        nothing_unread: "읽지 않은 메시지가 없어요",
        show: "보기",
        delete_expired: "삭제하지 못한 메시지가 있어요. 오래전이나 서버가 복원되기 전의 요청이었어요. \
            아직 원하면 다시 삭제해 주세요.",
        already_sent: "이미 보냈어요. 이제 되돌릴 수 없어요.",
        link_copied: "링크를 복사했어요",
        code_copied: "코드를 복사했어요",
        text_copied: "텍스트를 복사했어요",
        language_missing: "언어를 불러오지 못했어요. 다시 고르면 다시 시도해요.",
        copy_by_hand: "브라우저가 복사를 허용하지 않았어요. 여기서 복사해 주세요:",
        dismiss: "닫기",
    },
    notification: Notification {
        title: |author, room| format!("{author} · {room}"),
    },
    when: When {
        today: "오늘",
        yesterday: "어제",
    },
};

#[expect(clippy::too_many_lines, reason = "one sentence for each code")]
fn refusal(code: ErrorCode, field: Option<Field>) -> &'static str {
    match code {
        ErrorCode::TextEmpty => match field {
            Some(Field::Name | Field::Place) => "이름을 적어 주세요.",
            _ => "먼저 내용을 적어 주세요.",
        },
        ErrorCode::TextTooLong => match field {
            Some(Field::Name | Field::Place) => "이름이 너무 길어요. 줄여 주세요.",
            Some(Field::Topic) => "주제가 너무 길어요. 줄여 주세요.",
            _ => "글이 너무 길어요. 줄이거나 나누어 보내 주세요.",
        },
        ErrorCode::TextCharacters => match field {
            Some(Field::Body) => "제어 문자가 들어 있어요. 지우고 다시 보내 주세요.",
            _ => {
                "쓸 수 없는 문자가 있어요. 보이지 않거나 겹쳐 쌓인 문자, 한 낱말에 섞인 다른 문자를 빼고 다시 적어 주세요."
            }
        },
        ErrorCode::NameTaken => {
            "이름이 같거나 똑같이 보이는 것이 이미 있어요. 다른 이름을 골라 주세요."
        }
        ErrorCode::Stale => "그사이 누군가 바꿨어요. 다시 확인하고 시도해 주세요.",
        ErrorCode::NotAuthor => "메시지는 쓴 사람만 바꿀 수 있어요.",
        ErrorCode::NotPermitted => {
            "여기서는 할 수 없는 일이에요. 대화방 관리자나 운영자에게 부탁해 보세요."
        }
        ErrorCode::Blocked => "이 주소는 한동안 막혀 있어요. 운영자에게 문의해 주세요.",
        ErrorCode::NoSuchRoom => "대화방을 찾을 수 없어요. 목록에서 골라 주세요.",
        ErrorCode::RoomGone => "삭제된 대화방이에요. 목록에서 다른 곳을 골라 주세요.",
        ErrorCode::RoomArchived => "보관된 대화방이에요. 글을 쓰려면 먼저 보관을 풀어 주세요.",
        ErrorCode::TooManyPeople | ErrorCode::SidebarFull => "너무 많아요. 더 적게 골라 주세요.",
        ErrorCode::NoSuchSection => "그 구역은 이제 없어요. 다른 구역을 골라 주세요.",
        ErrorCode::NoSuchPerson => "그런 사람은 없어요. 다른 사람을 골라 주세요.",
        ErrorCode::NoSuchMessage => "그런 메시지는 없어요. 삭제되었을 수 있어요.",
        ErrorCode::MessageDeleted => "삭제된 메시지예요. 더 바꿀 수 없어요.",
        ErrorCode::Cancelled => "취소되었어요. 아직 원하면 다시 해 주세요.",
        ErrorCode::RateLimited => "한꺼번에 너무 많이 보냈어요. 잠시 뒤 다시 시도해 주세요.",
        ErrorCode::TooManySubscriptions => "열어 둔 대화방이 너무 많아요. 다른 탭을 닫아 주세요.",
        ErrorCode::TooManyRooms => {
            "이 서버에는 대화방을 더 만들 수 없어요. 있는 곳을 쓰거나 운영자에게 문의해 주세요."
        }
        ErrorCode::TooManyConnections => "서버가 가득 찼어요. 몇 분 뒤 다시 시도해 주세요.",
        ErrorCode::RequestTimeout => "시간이 너무 오래 걸렸어요. 다시 시도해 주세요.",
        ErrorCode::TooLarge => "너무 커요. 줄여서 다시 시도해 주세요.",
        ErrorCode::LinkInvalid => "링크가 잘못되었거나 더는 쓸 수 없어요. 새 링크를 부탁해 주세요.",
        ErrorCode::UsernameTaken => {
            "같거나 똑같이 보이는 아이디가 있어요. 다른 아이디를 골라 주세요."
        }
        ErrorCode::UsernameInvalid => "아이디로 쓸 수 없어요. 글자와 숫자로 적어 주세요.",
        ErrorCode::WrongCredentials => "아이디나 비밀번호가 맞지 않아요. 다시 적어 주세요.",
        ErrorCode::CodeRequired => "인증 앱에 나온 코드를 적어 주세요.",
        ErrorCode::CodeInvalid => "코드가 맞지 않거나 이미 썼어요. 다음 코드를 기다려 주세요.",
        ErrorCode::ConfirmationRequired => "본인인지 먼저 확인하고 다시 시도해 주세요.",
        ErrorCode::PasswordWeak => "쉽게 알아낼 수 있는 비밀번호예요. 더 길게 정해 주세요.",
        ErrorCode::PasswordInvalid => "비밀번호가 너무 짧거나 길어요. 다르게 정해 주세요.",
        ErrorCode::PasskeyInvalid => "패스키를 확인하지 못했어요. 다시 시도해 주세요.",
        ErrorCode::LastCredential => "마지막 로그인 수단이에요. 먼저 다른 수단을 추가해 주세요.",
        ErrorCode::LastOwner => "마지막 소유자예요. 먼저 다른 사람을 소유자로 정해 주세요.",
        ErrorCode::NotClaimed => {
            "아직 소유자가 없는 서버예요. 서버가 시작할 때 보여 준 링크를 열어 주세요."
        }
        ErrorCode::AlreadyClaimed => {
            "이미 소유자가 있는 서버예요. 로그인하거나 초대를 부탁해 주세요."
        }
        ErrorCode::MailOff => "메일을 보내지 않는 서버예요. 운영자에게 문의해 주세요.",
        ErrorCode::MailAddressInvalid => "메일 주소가 아니에요. 다시 확인해 주세요.",
        ErrorCode::SignUpOff => "초대 없이는 가입할 수 없어요. 초대를 부탁해 주세요.",
        ErrorCode::AccountDeactivated => "사용이 중지된 계정이에요. 운영자에게 문의해 주세요.",
        ErrorCode::TooMany => "더 만들 수 없어요. 먼저 하나를 지워 주세요.",
        ErrorCode::Forbidden => "권한이 없어요. 운영자에게 문의해 주세요.",
        ErrorCode::StorageFull => {
            "서버의 디스크가 가득 차서 저장하지 못했어요. 운영자에게 알려 주세요."
        }
        ErrorCode::StorageFailed => "서버가 저장하지 못했어요. 다시 시도해 주세요.",
        ErrorCode::ShuttingDown => "서버를 다시 시작하는 중이에요. 곧 돌아와요.",
        ErrorCode::Unauthorized => "세션이 끝났어요. 새로 고쳐서 다시 들어와 주세요.",
        ErrorCode::OriginForbidden | ErrorCode::HostForbidden | ErrorCode::PasskeysOff => {
            "서버가 이 주소에는 응답하지 않아요. 운영자가 알려 준 주소를 써 주세요."
        }
        ErrorCode::GuestsOff => "이 서버는 손님을 받지 않아요. 운영자에게 문의해 주세요.",
        ErrorCode::SimpleOff => "간단한 규약이 꺼져 있어요. 운영자에게 문의해 주세요.",
        ErrorCode::UnsupportedVersion => "페이지가 서버보다 오래되었어요. 새로 고쳐 주세요.",
        ErrorCode::NotFound | ErrorCode::MethodNotAllowed => {
            "서버에 이 주소가 없어요. 페이지를 새로 고쳐 주세요."
        }
        ErrorCode::BadJson
        | ErrorCode::BadCommand
        | ErrorCode::UnknownCommand
        | ErrorCode::NotText
        | ErrorCode::HelloFirst
        | ErrorCode::HelloTwice
        | ErrorCode::ClientIdReused => {
            "페이지와 서버의 말이 어긋났어요. 페이지를 새로 고쳐 주세요."
        }
        // `provider.rs` has their sentences, which few need.
        ErrorCode::ProviderUnavailable
        | ErrorCode::ProviderDenied
        | ErrorCode::ProviderExpired
        | ErrorCode::ProviderFailed
        | ErrorCode::NoExternalAccount
        | ErrorCode::ProviderOnly
        | ErrorCode::ExternalTaken
        | ErrorCode::MailFailed
        | ErrorCode::Unknown => "서버가 거절했어요. 새로 고치고 다시 시도해 주세요.",
    }
}
