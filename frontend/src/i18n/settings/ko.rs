//! 한국어. 문장은 해요체, 단추는 명사형.

use super::strings::{SectionTitles, SettingsStrings};
use super::{confirmation, credentials, identity, invitations, passkeys, people, profile};

pub(super) static STRINGS: SettingsStrings = SettingsStrings {
    titles: SectionTitles {
        profile: "프로필",
        sign_in: "로그인 방법",
        devices: "기기",
        invitations: "초대",
        people: "사람들",
        place: "이 마당",
    },
    profile: &profile::KOREAN,
    invitations: &invitations::KOREAN,
    devices: &super::devices::KOREAN,
    confirmation: &confirmation::KOREAN,
    credentials: &credentials::KOREAN,
    passkeys: &passkeys::KOREAN,
    people: &people::KOREAN,
    identity: &identity::KOREAN,
    not_for_you: "마당을 관리하는 사람만 열 수 있어요.",
};
