//! What a person shows of themselves, and the settings that follow the person to every device.

use shared::error::{ErrorCode, Field};
use shared::frame::Refusal;
use shared::id::Micros;
use shared::limits::Limits;
use shared::model::{Profile, ProfileStatus};

use super::username::Username;
use super::{Accounts, ActingPerson};
use crate::names;
use crate::store::{
    AccountCommand, PersonSettings, ProfileChange, UsernameKeys, ValueChange, Viewer,
};

/// The longest time after which a status ends, in microseconds: a year. One that stays has none.
const MAX_STATUS_TIME: i64 = 366 * 24 * 60 * 60 * 1_000_000;
/// The longest tag of a language (RFC 5646 §4.4.1) and the longest name of a time zone.
const MAX_LANGUAGE: usize = 35;
const MAX_TIME_ZONE: usize = 64;

/// What somebody wants to change. A name that is `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfileRequest {
    /// The display name.
    pub name: Option<String>,
    /// The name to sign in with.
    pub username: Option<String>,
    /// The colour of the avatar.
    pub colour: ValueChange<u8>,
    /// The status. One without emoji and words is none.
    pub status: ValueChange<ProfileStatus>,
    /// The language of the page.
    pub language: ValueChange<String>,
    /// The time zone.
    pub time_zone: ValueChange<String>,
}

impl ProfileRequest {
    /// The bytes of its texts.
    pub fn text_bytes(&self) -> usize {
        let status = self.status.value().into_iter();
        let status: usize = status.map(|s| s.emoji.len() + s.text.len()).sum();
        let texts = [&self.name, &self.username];
        let texts = texts.into_iter().flatten().map(String::len);
        texts.sum::<usize>() + status
    }
}

impl Accounts {
    /// Changes the person's own profile and settings. Others see it at once.
    ///
    /// # Errors
    /// `forbidden` for what a guest does not have, `username_invalid`, `username_taken`,
    /// `confirmation_required` for another username, codes about the texts, `bad_command` for other values that are not valid, or the store's.
    pub async fn change_profile(
        &self,
        who: &ActingPerson,
        request: ProfileRequest,
    ) -> Result<Profile, Refusal> {
        let command = AccountCommand::SetProfile {
            user: who.person.id,
            change: checked(request, &self.limits, self.clock.now())?,
            session: Some(who.token.hash()),
        };
        let changed = super::carry_out(self.store.as_ref(), who.actor(), command).await?;
        let failed = || Refusal::new(ErrorCode::StorageFailed);
        changed.into_person().ok_or_else(failed)
    }

    /// What a person has set for the own pages.
    ///
    /// # Errors
    /// The store's.
    pub async fn settings(&self, viewer: Viewer) -> Result<PersonSettings, Refusal> {
        self.store.settings(viewer).await.map_err(super::refuse)
    }
}

fn checked(
    request: ProfileRequest,
    limits: &Limits,
    now: Micros,
) -> Result<ProfileChange, Refusal> {
    let name = request.name.map(|name| names::person(&name, limits));
    let username = request.username.map(|username| Username::parse(&username));
    if request
        .colour
        .value()
        .is_some_and(|colour| *colour >= Profile::COLOURS)
    {
        return Err(Refusal::bad_command(
            "`colour` is a number from 0 to 11, or null",
        ));
    }
    let status = match request.status {
        ValueChange::Set(status) => checked_status(status, limits, now)?,
        kept_or_cleared => kept_or_cleared,
    };
    if request
        .language
        .value()
        .is_some_and(|tag| !is_language(tag))
    {
        return Err(Refusal::bad_command(
            "`language` is a tag such as `ko`, or null",
        ));
    }
    if request
        .time_zone
        .value()
        .is_some_and(|zone| !is_time_zone(zone))
    {
        return Err(Refusal::bad_command(
            "`time_zone` is a name such as `Asia/Seoul`, or null",
        ));
    }
    Ok(ProfileChange {
        name: name.transpose().map_err(crate::chat::refuse_text)?,
        username: username
            .transpose()
            .map_err(|_| Refusal::new(ErrorCode::UsernameInvalid))?
            .map(UsernameKeys::from),
        colour: request.colour,
        status,
        language: request.language,
        time_zone: request.time_zone,
    })
}

/// A status with normalised words; none if nothing is in it.
fn checked_status(
    status: ProfileStatus,
    limits: &Limits,
    now: Micros,
) -> Result<ValueChange<ProfileStatus>, Refusal> {
    let ProfileStatus { emoji, text, until } = status;
    let emoji = names::to_nfc(emoji.trim());
    if !emoji.is_empty() && !names::is_one_emoji(&emoji) {
        return Err(Refusal {
            field: Some(Field::Status),
            ..Refusal::new(ErrorCode::TextCharacters)
        });
    }
    let text = names::status(&text, limits).map_err(crate::chat::refuse_text)?;
    if until.is_some_and(|until| until <= now || until.0 - now.0 > MAX_STATUS_TIME) {
        return Err(Refusal::bad_command(
            "`until` is in the future, within a year",
        ));
    }
    let is_empty = emoji.is_empty() && text.is_empty();
    Ok(if is_empty {
        ValueChange::Clear
    } else {
        ValueChange::Set(ProfileStatus { emoji, text, until })
    })
}

/// Whether a text has the form of a language's tag. Which languages the page has is its matter.
fn is_language(tag: &str) -> bool {
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    tag.len() <= MAX_LANGUAGE && tag.split('-').all(is_part)
}

/// Whether a text has the form of a time zone's name. Browsers know which there are.
fn is_time_zone(zone: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(is_allowed);
    zone.len() <= MAX_TIME_ZONE && zone.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Micros = Micros(1_000);

    fn status(emoji: &str, text: &str, until: Option<i64>) -> ProfileRequest {
        ProfileRequest {
            status: ValueChange::Set(ProfileStatus {
                emoji: emoji.into(),
                text: text.into(),
                until: until.map(Micros),
            }),
            ..ProfileRequest::default()
        }
    }

    fn stored(request: ProfileRequest) -> Result<ValueChange<ProfileStatus>, ErrorCode> {
        let change = checked(request, &Limits::default(), NOW);
        change.map(|c| c.status).map_err(|r| r.code)
    }

    #[test]
    fn a_status_is_one_emoji_and_some_words() {
        let kept = stored(status(" 🍵 ", "  Tea \n time ", Some(2_000))).unwrap();
        let kept = kept.value().unwrap();
        assert_eq!((&*kept.emoji, &*kept.text), ("🍵", "Tea time"));
        for emoji in ["👩🏽‍🚀", "🇰🇷", "1️⃣", ""] {
            assert!(stored(status(emoji, "x", None)).is_ok(), "{emoji}");
        }
        assert_eq!(stored(status("", " ", None)), Ok(ValueChange::Clear));
        let longest = "가".repeat(Limits::default().status_chars);
        assert!(stored(status("", &longest, None)).is_ok());
        let too_long = stored(status("", &format!("{longest}나"), None));
        assert_eq!(too_long, Err(ErrorCode::TextTooLong));
    }

    #[test]
    fn what_is_not_one_emoji_or_hides_in_words_is_refused() {
        let characters = Err(ErrorCode::TextCharacters);
        for emoji in ["a", "🍵🍵", "🍵 x", "\u{200D}", "1", &"👩‍".repeat(9)] {
            assert_eq!(stored(status(emoji, "x", None)), characters, "{emoji:?}");
        }
        // A direction that turns what follows, and a Cyrillic letter among Latin ones.
        for text in ["a\u{202E}b", "p\u{430}ypal"] {
            assert_eq!(stored(status("", text, None)), characters, "{text:?}");
        }
    }

    #[test]
    fn a_status_ends_in_the_future() {
        let bad = Err(ErrorCode::BadCommand);
        for until in [i64::MIN, NOW.0, NOW.0 + MAX_STATUS_TIME + 1] {
            assert_eq!(stored(status("🍵", "", Some(until))), bad, "{until}");
        }
        let last = NOW.0 + MAX_STATUS_TIME;
        assert!(stored(status("🍵", "", Some(last))).is_ok());
    }

    #[test]
    fn settings_have_the_form_of_a_tag_and_of_a_zone() {
        for tag in ["ko", "en-GB", "zh-Hant-TW"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "-", "ko_KR", "languages1", "<b>", &"a-".repeat(40)] {
            assert!(!is_language(tag), "{tag}");
        }
        for zone in [
            "UTC",
            "Asia/Seoul",
            "America/Argentina/Buenos_Aires",
            "Etc/GMT+9",
        ] {
            assert!(is_time_zone(zone), "{zone}");
        }
        for zone in ["", "/", "Asia/", "Asia Seoul", &"a/".repeat(40)] {
            assert!(!is_time_zone(zone), "{zone}");
        }
    }
}
