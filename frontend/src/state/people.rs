//! Telling people of the same name apart. Pure.
//!
//! Everyone whose name the page shows is noted here. People with the same name, ignoring case
//! and width of letters, are shown with their usernames, guests with their numbers, and in
//! different colours unless they have chosen one.

use shared::id::UserId;
use shared::model::Profile;

use crate::i18n::t;

/// How many tones `tokens.css` has: one for each colour of avatars.
pub const TONES: u8 = Profile::COLOURS;

/// The most people; above, those with the lowest ids are forgotten first.
const MOST: usize = 4_096;

struct KnownPerson {
    id: UserId,
    name: String,
    key: String,
    /// The tone among the people of the same name, if there are several.
    tone: Option<u8>,
}

/// Everyone whose name was shown, by id.
#[derive(Default)]
pub(super) struct People(Vec<KnownPerson>);

impl People {
    /// Notes a person's name, which may be a new one. `fold` maps names that differ only in
    /// case or width to the same text. Returns whether other people may be shown differently
    /// now.
    pub(super) fn note_person(
        &mut self,
        id: UserId,
        name: &str,
        fold: impl FnOnce(&str) -> String,
    ) -> bool {
        let mut at = self.0.partition_point(|met| met.id < id);
        let mut changed = false;
        if let Some(known) = self.0.get(at).filter(|met| met.id == id) {
            if known.name == name {
                return false;
            }
            let before = self.0.remove(at).key;
            changed = self.assign_tones(&before) > 0;
        } else if self.0.len() >= MOST {
            self.0.remove(0);
            at = at.saturating_sub(1);
        }
        let key = key(fold(name));
        let met = KnownPerson {
            id,
            name: name.to_owned(),
            key: key.clone(),
            tone: None,
        };
        self.0.insert(at, met);
        self.assign_tones(&key) > 1 || changed
    }

    /// Everyone whose name was shown.
    pub(super) fn ids(&self) -> Vec<UserId> {
        self.0.iter().map(|met| met.id).collect()
    }

    /// The tone of a person who shares a name, different from the others'; `None` for a person
    /// with a unique name.
    pub(super) fn tone(&self, id: UserId) -> Option<u8> {
        self.0.iter().find(|met| met.id == id)?.tone
    }

    /// A name for use in a sentence: with what tells the person from others of the same name.
    pub(super) fn full_name(
        &self,
        id: Option<UserId>,
        name: &str,
        username: Option<&str>,
    ) -> String {
        let name = shown_name(name);
        match id {
            Some(id) if self.tone(id).is_some() => {
                format!("{name} {}", distinction(id, username))
            }
            _ => name.to_owned(),
        }
    }

    /// Assigns tones to the people of one name. Returns how many there are.
    fn assign_tones(&mut self, key: &str) -> usize {
        let is_one = |met: &&mut KnownPerson| met.key == key;
        let number = self.0.iter_mut().filter(is_one).count();
        let mut taken = 0_u16;
        for met in self.0.iter_mut().filter(is_one) {
            let mut tone = tone(Some(met.id), "");
            // With more people than tones, some share a tone.
            while taken >> tone & 1 == 1 && taken + 1 < 1 << TONES {
                tone = (tone + 1) % TONES;
            }
            taken |= 1 << tone;
            met.tone = (number > 1).then_some(tone);
        }
        number
    }
}

/// What tells a person from others of the same name: the username, which nobody else has; of a
/// guest the number.
pub(super) fn distinction(id: UserId, username: Option<&str>) -> String {
    match username {
        Some(username) => format!("@{username}"),
        None => format!("#{id}"),
    }
}

/// A name as the page shows it. Who was deleted has none, and nobody else; tracked.
pub fn shown_name(name: &str) -> &str {
    if name.is_empty() {
        t().people.deleted
    } else {
        name
    }
}

/// The name `Ada #5` counts as `Ada`: it looks like an Ada with a number. So does `Ada @ada`, which
/// looks like one with a username.
fn key(mut folded: String) -> String {
    let digits = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = digits
        .strip_suffix('#')
        .filter(|_| digits.len() < folded.len());
    let at = folded.bytes().rposition(|byte| byte == b'@');
    let named = at.map(|at| folded.get(..at).unwrap_or_default());
    if let Some(name) = numbered.or(named).map(str::trim_end)
        && !name.is_empty()
    {
        folded.truncate(name.len());
    }
    folded
}

/// The default tone of a person, by id; of a name on the simple protocol, which has no id, by
/// name. It never changes.
pub fn tone(id: Option<UserId>, name: &str) -> u8 {
    let seed = match id {
        Some(id) => id.0.unsigned_abs(),
        // FNV-1a: little code, and it spreads short names well.
        None => name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }),
    };
    // Neighbouring ids get distant tones (5 has no factor in common with 12).
    u8::try_from(seed % u64::from(TONES) * 5 % u64::from(TONES)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(people: &mut People, id: i64, name: &str) {
        people.note_person(UserId(id), name, str::to_lowercase);
    }

    fn namesakes(people: &People) -> Vec<i64> {
        let several = people.0.iter().filter(|met| met.tone.is_some());
        several.map(|met| met.id.0).collect()
    }

    #[test]
    fn people_of_one_name_are_marked_while_they_share_it() {
        let mut people = People::default();
        note(&mut people, 1, "Ada");
        note(&mut people, 2, "Ben");
        assert_eq!(namesakes(&people), [0_i64; 0]);
        note(&mut people, 3, "ADA");
        assert_eq!(namesakes(&people), [1, 3]);
        note(&mut people, 2, "ada #1");
        assert_eq!(namesakes(&people), [1, 2, 3]);
        note(&mut people, 3, "Cora");
        assert_eq!(namesakes(&people), [1, 2]);
        note(&mut people, 1, "Ada L.");
        assert_eq!(namesakes(&people), [0_i64; 0]);
        assert!(!people.note_person(UserId(1), "Ada L.", str::to_lowercase));
        note(&mut people, 3, "Ada L. @ada");
        assert_eq!(namesakes(&people), [1, 3]);
        let name = |id, username| people.full_name(Some(UserId(id)), "Ada", username);
        assert_eq!(name(1, Some("ada")), "Ada @ada");
        assert_eq!(
            (name(3, None), name(2, None)),
            ("Ada #3".into(), "Ada".into())
        );
    }

    #[test]
    fn people_of_one_name_have_different_tones() {
        let mut people = People::default();
        // All of one tone by themselves.
        for number in 0..i64::from(TONES) {
            note(&mut people, 1 + number * i64::from(TONES), "Ada");
        }
        let tones: std::collections::BTreeSet<Option<u8>> =
            people.0.iter().map(|met| met.tone).collect();
        assert_eq!(tones.len(), usize::from(TONES));
        for more in 0..10 {
            note(&mut people, 1_000 + more, "Ada");
        }
        assert_eq!(namesakes(&people).len(), usize::from(TONES) + 10);
    }

    #[test]
    fn the_number_of_noted_people_is_bounded() {
        let mut people = People::default();
        for id in 0..5_000 {
            note(&mut people, id, &format!("P{id}"));
        }
        assert_eq!(people.0.len(), MOST);
        note(&mut people, 5_000, "p4999");
        note(&mut people, 5_001, "p1");
        assert_eq!(namesakes(&people), [4_999, 5_000]);
    }

    #[test]
    fn default_tones_are_stable_and_spread() {
        let tones: std::collections::BTreeSet<_> = (1..=i64::from(TONES))
            .map(|id| tone(Some(UserId(id)), ""))
            .collect();
        assert_eq!(tones.len(), usize::from(TONES));
        assert_eq!(tone(None, "John"), tone(None, "John"));
        assert!(tone(Some(UserId(i64::MIN)), "") < TONES);
    }
}
