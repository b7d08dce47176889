//! The texts about one's own profile.

/// When a status ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusEnd {
    /// In half an hour.
    HalfHour,
    /// In an hour.
    Hour,
    /// In four hours.
    FourHours,
    /// At the end of the day.
    Today,
    /// At the end of Sunday.
    Week,
    /// When the person takes it away.
    Never,
}

impl StatusEnd {
    /// All, in the order of the form.
    pub const ALL: [StatusEnd; 6] = [
        StatusEnd::HalfHour,
        StatusEnd::Hour,
        StatusEnd::FourHours,
        StatusEnd::Today,
        StatusEnd::Week,
        StatusEnd::Never,
    ];

    /// Its value in the form.
    pub fn name(self) -> &'static str {
        match self {
            StatusEnd::HalfHour => "30m",
            StatusEnd::Hour => "1h",
            StatusEnd::FourHours => "4h",
            StatusEnd::Today => "today",
            StatusEnd::Week => "week",
            StatusEnd::Never => "never",
        }
    }

    /// The one with this value; one that is not known never ends.
    pub fn parse(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|end| end.name() == name);
        found.unwrap_or(StatusEnd::Never)
    }
}

/// A status that many have: emoji, words, and when it ends.
pub type Suggestion = (&'static str, &'static str, StatusEnd);

/// The texts of one language.
#[expect(
    missing_docs,
    reason = "the fields are named for where their text stands"
)]
pub struct ProfileStrings {
    pub name: &'static str,
    pub name_hint: &'static str,
    pub username: &'static str,
    pub username_hint: &'static str,
    pub username_note: &'static str,
    pub change_username: &'static str,
    pub saved: &'static str,
    pub colour: &'static str,
    pub no_colour: &'static str,
    pub colours: [&'static str; 12],
    pub status: &'static str,
    pub emoji: &'static str,
    pub status_text: &'static str,
    pub status_hint: &'static str,
    pub status_end: &'static str,
    /// As [`StatusEnd::ALL`].
    end_names: [&'static str; 6],
    pub set_status: &'static str,
    pub clear_status: &'static str,
    /// Until when a status is shown, from a day and time.
    pub until: fn(&str) -> String,
    pub suggestions: [Suggestion; 6],
    pub place_and_time: &'static str,
    pub language: &'static str,
    pub as_browser: &'static str,
    pub language_hint: &'static str,
    pub time_zone: &'static str,
    pub as_device: &'static str,
    pub own_data: &'static str,
    pub export_text: &'static str,
    pub export: &'static str,
    pub delete: &'static str,
    /// The same for a guest, who has no account.
    pub delete_name: &'static str,
    pub delete_text: &'static str,
    pub delete_guest: &'static str,
    pub delete_sure: &'static str,
}

impl ProfileStrings {
    /// The name of an end.
    pub fn ends(&self, end: StatusEnd) -> &'static str {
        self.end_names
            .get(end as usize)
            .copied()
            .unwrap_or_default()
    }
}

pub(super) const ENGLISH: ProfileStrings = ProfileStrings {
    name: "Name",
    name_hint: "Everyone sees it, on your earlier messages too. Others may have the same one.",
    username: "Username",
    username_hint: "You sign in with it, and it tells you from others of the same name.",
    username_note: "Your former username becomes free for others.",
    change_username: "Change username",
    saved: "Saved.",
    colour: "Colour",
    no_colour: "None chosen",
    colours: [
        "Pine", "Teal", "Sky", "Blue", "Violet", "Purple", "Pink", "Rose", "Clay", "Amber",
        "Olive", "Leaf",
    ],
    status: "Status",
    emoji: "Emoji",
    status_text: "What are you doing?",
    status_hint: "Shown beside your name until it ends.",
    status_end: "Ends",
    end_names: [
        "In 30 minutes",
        "In an hour",
        "In 4 hours",
        "At the end of today",
        "At the end of this week",
        "When I clear it",
    ],
    set_status: "Set status",
    clear_status: "Clear status",
    until: |until| format!("until {until}"),
    suggestions: [
        ("🗓️", "In a meeting", StatusEnd::Hour),
        ("🎯", "Focusing", StatusEnd::FourHours),
        ("🚌", "On the way", StatusEnd::HalfHour),
        ("🏡", "Working from home", StatusEnd::Today),
        ("🤒", "Ill", StatusEnd::Today),
        ("🌴", "On holiday", StatusEnd::Week),
    ],
    place_and_time: "Language and time zone",
    language: "Language",
    as_browser: "Browser default",
    language_hint: "For new devices. A language that you choose in the settings of a browser stays there.",
    time_zone: "Time zone",
    as_device: "As each device says",
    own_data: "Your data",
    export_text: "A file with everything that is stored about you: your profile, devices and rooms, and your messages.",
    export: "Download your data",
    delete: "Delete account",
    delete_name: "Delete your name",
    delete_text: "Your name, username, profile, devices and everything that proves who you are are erased, \
        for ever. What you wrote stays, as that of a deleted person: first delete what you don’t want to leave.",
    delete_guest: "Your name is erased, for ever. What you wrote stays, as that of a deleted person: \
        first delete what you don’t want to leave.",
    delete_sure: "Delete for ever",
};

pub(super) const KOREAN: ProfileStrings = ProfileStrings {
    name: "이름",
    name_hint: "지난 메시지에도 모두에게 이 이름으로 보여요. 같은 이름이 있어도 돼요.",
    username: "아이디",
    username_hint: "로그인할 때 쓰고, 이름이 같은 사람과 구별해 줘요.",
    username_note: "쓰던 아이디는 다른 사람이 쓸 수 있게 돼요.",
    change_username: "아이디 변경",
    saved: "저장했어요.",
    colour: "색",
    no_colour: "고르지 않음",
    colours: [
        "솔색",
        "청록",
        "하늘",
        "파랑",
        "남보라",
        "보라",
        "분홍",
        "장미",
        "황토",
        "호박",
        "올리브",
        "풀잎",
    ],
    status: "상태",
    emoji: "이모지",
    status_text: "지금 무엇을 하고 있나요?",
    status_hint: "끝날 때까지 이름 옆에 보여요.",
    status_end: "끝나는 때",
    end_names: [
        "30분 뒤",
        "1시간 뒤",
        "4시간 뒤",
        "오늘까지",
        "이번 주까지",
        "지울 때까지",
    ],
    set_status: "상태 설정",
    clear_status: "상태 지우기",
    until: |until| format!("{until}까지"),
    suggestions: [
        ("🗓️", "회의 중", StatusEnd::Hour),
        ("🎯", "집중 중", StatusEnd::FourHours),
        ("🚌", "이동 중", StatusEnd::HalfHour),
        ("🏡", "재택근무", StatusEnd::Today),
        ("🤒", "아파요", StatusEnd::Today),
        ("🌴", "휴가", StatusEnd::Week),
    ],
    place_and_time: "언어와 시간대",
    language: "언어",
    as_browser: "브라우저에 맞춤",
    language_hint: "새 기기에 쓰여요. 브라우저 설정에서 고른 언어는 그 브라우저에서 그대로예요.",
    time_zone: "시간대",
    as_device: "기기에 맞춤",
    own_data: "내 데이터",
    export_text: "프로필, 기기, 대화방, 메시지까지 저장된 모든 것을 파일 하나로 받아요.",
    export: "내 데이터 내려받기",
    delete: "계정 삭제",
    delete_name: "내 이름 삭제",
    delete_text: "이름, 아이디, 프로필, 기기와 로그인 수단이 모두 지워지고 되돌릴 수 없어요. \
        쓴 글은 탈퇴한 사람의 글로 남아요. 남기고 싶지 않은 글은 먼저 지워 주세요.",
    delete_guest: "이름이 지워지고 되돌릴 수 없어요. 쓴 글은 탈퇴한 사람의 글로 남아요. \
        남기고 싶지 않은 글은 먼저 지워 주세요.",
    delete_sure: "영원히 삭제",
};
