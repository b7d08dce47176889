//! People of one name, told apart. Pure.
//!
//! Everyone whose name the page shows is met once. Two who are called the same, whatever
//! the case and the width of the letters, are shown with their numbers, and never in one
//! colour.

use shared::id::UserId;

/// How many tones `tokens.css` has (`--tone-0` …).
pub const TONES: u8 = 12;

/// People that are remembered; whoever was met first is forgotten first.
const MOST: usize = 4_096;

/// One of several people of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Namesake {
    /// Who.
    pub id: UserId,
    /// The tone, which none of the others has.
    pub tone: u8,
}

struct Met {
    id: UserId,
    name: String,
    key: String,
}

/// Everyone who was met.
#[derive(Default)]
pub(super) struct People {
    met: Vec<Met>,
    namesakes: Vec<Namesake>,
}

impl People {
    /// Meets a person, perhaps under another name than before; `fold` makes one of names
    /// that differ in case or width. Whoever shares a name now, if that has changed.
    pub(super) fn meet(
        &mut self,
        id: UserId,
        name: &str,
        fold: impl Fn(&str) -> String,
    ) -> Option<Vec<Namesake>> {
        let known = self.met.iter().position(|met| met.id == id);
        if known.is_some_and(|at| self.met[at].name == name) {
            return None;
        }
        let forgotten = known.or((self.met.len() >= MOST).then_some(0));
        let before = forgotten.map(|at| self.met.remove(at));
        let key = key(fold(name));
        let name = name.to_owned();
        self.met.push(Met {
            id,
            name,
            key: key.clone(),
        });
        let changed = self.namesakes.clone();
        if let Some(before) = before {
            self.namesakes.retain(|other| other.id != before.id);
            self.tell_apart(&before.key);
        }
        self.tell_apart(&key);
        (changed != self.namesakes).then(|| self.namesakes.clone())
    }

    fn tell_apart(&mut self, key: &str) {
        let bearers = self.met.iter().filter(|met| met.key == key);
        let mut bearers: Vec<UserId> = bearers.map(|met| met.id).collect();
        self.namesakes.retain(|other| !bearers.contains(&other.id));
        if bearers.len() < 2 {
            return;
        }
        bearers.sort_unstable();
        let mut taken = [false; TONES as usize];
        for (id, number) in bearers.into_iter().zip(0..) {
            let mut tone = tone(Some(id), "");
            // With more people than tones some have to share.
            while number < TONES && taken[usize::from(tone)] {
                tone = (tone + 1) % TONES;
            }
            taken[usize::from(tone)] = true;
            self.namesakes.push(Namesake { id, tone });
        }
    }
}

/// A name that ends as a number is shown, `Ada #5`, is that of somebody called Ada.
fn key(mut folded: String) -> String {
    let digits = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    if digits.len() < folded.len()
        && let Some(name) = digits.strip_suffix('#')
    {
        folded.truncate(name.trim_end().len());
    }
    folded
}

/// The tone of a person, the same for ever where nobody has the same name; of a name on
/// the simple protocol, which has no id, the name's.
pub fn tone(id: Option<UserId>, name: &str) -> u8 {
    let seed = match id {
        Some(id) => id.0.unsigned_abs(),
        // FNV-1a: short, and spreads short names well.
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

    fn meet(people: &mut People, id: i64, name: &str) {
        people.meet(UserId(id), name, str::to_lowercase);
    }

    fn namesakes(people: &People) -> Vec<i64> {
        let mut ids: Vec<_> = people.namesakes.iter().map(|other| other.id.0).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn who_shares_a_name_is_known_as_long_as_they_do() {
        let mut people = People::default();
        meet(&mut people, 1, "Ada");
        meet(&mut people, 2, "Ben");
        assert_eq!(namesakes(&people), [0_i64; 0]);
        meet(&mut people, 3, "ADA");
        assert_eq!(namesakes(&people), [1, 3]);
        meet(&mut people, 2, "ada #1");
        assert_eq!(namesakes(&people), [1, 2, 3]);
        meet(&mut people, 3, "Cora");
        assert_eq!(namesakes(&people), [1, 2]);
        meet(&mut people, 1, "Ada L.");
        assert_eq!(namesakes(&people), [0_i64; 0]);
        assert_eq!(people.meet(UserId(1), "Ada L.", str::to_lowercase), None);
    }

    #[test]
    fn people_of_one_name_never_wear_one_tone() {
        let mut people = People::default();
        // All of one tone by themselves.
        for number in 0..i64::from(TONES) {
            meet(&mut people, 1 + number * i64::from(TONES), "Ada");
        }
        let tones: std::collections::BTreeSet<_> =
            people.namesakes.iter().map(|other| other.tone).collect();
        assert_eq!(tones.len(), usize::from(TONES));
        for more in 0..10 {
            meet(&mut people, 1_000 + more, "Ada");
        }
        assert_eq!(people.namesakes.len(), usize::from(TONES) + 10);
    }

    #[test]
    fn the_number_of_people_who_are_remembered_is_bounded() {
        let mut people = People::default();
        for id in 0..5_000 {
            meet(&mut people, id, &format!("P{id}"));
        }
        assert_eq!(people.met.len(), MOST);
        meet(&mut people, 5_000, "p4999");
        meet(&mut people, 5_001, "p1");
        assert_eq!(namesakes(&people), [4_999, 5_000]);
    }

    #[test]
    fn a_tone_is_stable_and_spread() {
        let tones: std::collections::BTreeSet<_> = (1..=i64::from(TONES))
            .map(|id| tone(Some(UserId(id)), ""))
            .collect();
        assert_eq!(tones.len(), usize::from(TONES));
        assert_eq!(tone(None, "John"), tone(None, "John"));
        assert!(tone(Some(UserId(i64::MIN)), "") < TONES);
    }
}
