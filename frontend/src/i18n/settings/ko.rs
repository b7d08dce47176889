//! 한국어. 문장은 해요체, 단추는 명사형.

use super::strings::{PlaceStrings, SectionTitles, SettingsStrings};
use super::{
    confirmation, credentials, identity, invitations, mail_address, passkeys, people, profile,
};

pub(super) static TITLES: SectionTitles = SectionTitles {
    profile: "프로필",
    sign_in: "로그인 방법",
    devices: "기기",
    invitations: "초대",
    people: "사람들",
    place: "이 마당",
};

pub(super) static STRINGS: SettingsStrings = SettingsStrings {
    profile: &profile::KOREAN,
    invitations: &invitations::KOREAN,
    devices: &super::devices::KOREAN,
    confirmation: &confirmation::KOREAN,
    credentials: &credentials::KOREAN,
    passkeys: &passkeys::KOREAN,
    people: &people::KOREAN,
    identity: &identity::KOREAN,
    mail_address: &mail_address::KOREAN,
    not_for_you: "마당을 관리하는 사람만 열 수 있어요.",
    place: PlaceStrings {
        name: "마당 이름",
        name_hint: "여기에 오는 모두에게 보여요.",
        saved: "저장했어요",
        sign_up: "초대 없이 만드는 계정",
        off: "받지 않음",
        off_hint: "초대를 받은 사람만 들어와요.",
        approval: "승인 후",
        approval_hint: "누구나 계정을 신청할 수 있고, 승인하면 들어와요.",
        open: "누구나",
        open_hint: "이 마당을 찾은 사람은 누구나 바로 계정을 만들 수 있어요.",
        applications: "승인을 기다리는 사람",
        nobody: "기다리는 사람이 없어요.",
        approve: "승인",
        decline: "거절",
    },
};
