//! Who is in a room, and who is typing there.
//!
//! Soft state of this process: never stored, without a revision. Who comes is told at once;
//! the others at most once per room and second, and only when it changed. In a crowd there
//! is always somebody who comes or goes, and a telling is a delivery to each: it waits for
//! a second per thousand people, so that it costs about a thousand in a second at most.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::{Duration, Instant};

use shared::frame::ServerFrame;
use shared::id::{RoomId, UserId};
use shared::model::Profile;

/// Typing people who are named at most: nobody reads more, and each frame goes to all.
const MOST_TYPISTS: usize = 20;

/// Between two tellings.
pub const TOLD_EVERY: Duration = Duration::from_secs(1);
/// A room's people are told of its changes at most once in so long for each of them.
const INTERVAL_EACH: Duration = Duration::from_millis(1);

/// All rooms with someone in them.
#[derive(Debug)]
pub struct Presence {
    rooms: HashMap<RoomId, Room>,
    most_people: usize,
    typing: Duration,
}

#[derive(Debug, Default)]
struct Room {
    // A person may be here with several connections.
    people: HashMap<UserId, (Profile, usize)>,
    typing: HashMap<UserId, (Profile, Instant)>,
    people_changed: bool,
    typing_changed: bool,
    // Whether somebody was said to type.
    typing_told: bool,
    // Nothing is told before, where a crowd was told something.
    told_until: Option<Instant>,
}

impl Presence {
    /// Nobody anywhere. Above `most_people` only a number is told; a typing notice
    /// stands for `typing`.
    pub fn new(most_people: usize, typing: Duration) -> Self {
        Presence {
            rooms: HashMap::new(),
            most_people,
            typing,
        }
    }

    /// One of a person's connections follows a room.
    pub fn enter(&mut self, room: RoomId, person: &Profile) {
        let room = self.rooms.entry(room).or_default();
        match room.people.entry(person.id) {
            Entry::Occupied(mut entry) => entry.get_mut().1 += 1,
            Entry::Vacant(entry) => {
                entry.insert((person.clone(), 1));
                room.people_changed = true;
            }
        }
    }

    /// One of a person's connections no longer follows a room.
    pub fn leave(&mut self, room: RoomId, person: UserId) {
        let Some(here) = self.rooms.get_mut(&room) else {
            return;
        };
        if let Entry::Occupied(mut entry) = here.people.entry(person) {
            entry.get_mut().1 -= 1;
            if entry.get().1 == 0 {
                entry.remove();
                here.people_changed = true;
                here.typing_changed |= here.typing.remove(&person).is_some();
            }
        }
    }

    /// A person took another name.
    pub fn rename(&mut self, person: &Profile) {
        for room in self.rooms.values_mut() {
            if let Some((known, _)) = room.people.get_mut(&person.id) {
                known.clone_from(person);
                room.people_changed = true;
            }
        }
    }

    /// A person who is in a room types there.
    pub fn types(&mut self, room: RoomId, person: UserId, now: Instant) {
        let Some(here) = self.rooms.get_mut(&room) else {
            return;
        };
        if let Some((profile, _)) = here.people.get(&person) {
            let until = now + self.typing;
            here.typing.insert(person, (profile.clone(), until));
            here.typing_changed = true;
        }
    }

    /// A person's message was posted: they are no longer typing it.
    pub fn posted(&mut self, room: RoomId, person: UserId) {
        if let Some(here) = self.rooms.get_mut(&room) {
            here.typing_changed |= here.typing.remove(&person).is_some();
        }
    }

    /// Who is in a room, for somebody who just came.
    pub fn of(&self, room: RoomId) -> Option<ServerFrame> {
        Some(self.rooms.get(&room)?.people_frame(room, self.most_people))
    }

    /// Has who is in a room told again, changed or not.
    pub fn remind(&mut self, room: RoomId) {
        if let Some(here) = self.rooms.get_mut(&room) {
            here.people_changed = true;
        }
    }

    /// What has changed, as frames for those in each room.
    pub fn changes(&mut self, now: Instant) -> Vec<(RoomId, ServerFrame)> {
        let mut frames = Vec::new();
        self.rooms.retain(|&room, here| {
            if here.told_until.is_some_and(|until| now < until) {
                return !here.people.is_empty();
            }
            let told = frames.len();
            if std::mem::take(&mut here.people_changed) {
                frames.push((room, here.people_frame(room, self.most_people)));
            }
            let before = here.typing.len();
            here.typing.retain(|_, (_, until)| *until > now);
            here.typing_changed |= here.typing.len() != before;
            if std::mem::take(&mut here.typing_changed) {
                let typing = here.typing.values().map(|(person, _)| person);
                let people = sorted(typing.take(MOST_TYPISTS));
                // Who began and stopped between two tellings was never seen to type.
                let was_told = std::mem::replace(&mut here.typing_told, !people.is_empty());
                if was_told || here.typing_told {
                    frames.push((room, ServerFrame::Typing { room, people }));
                }
            }
            if frames.len() > told {
                here.told_until = here.interval().map(|interval| now + interval);
            }
            !here.people.is_empty()
        });
        frames
    }
}

impl Room {
    fn people_frame(&self, room: RoomId, most_people: usize) -> ServerFrame {
        let people = self.people.values().map(|(person, _)| person);
        ServerFrame::Presence {
            room,
            count: self.people.len(),
            people: (self.people.len() <= most_people).then(|| sorted(people)),
        }
    }

    /// How long a crowd is left alone.
    fn interval(&self) -> Option<Duration> {
        let people = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        Some(INTERVAL_EACH * people).filter(|interval| *interval > TOLD_EVERY)
    }
}

fn sorted<'a>(people: impl Iterator<Item = &'a Profile>) -> Vec<Profile> {
    let mut people: Vec<_> = people.cloned().collect();
    people.sort_unstable_by_key(|person| person.id);
    people
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::id::Rev;
    use shared::model::UserKind;

    const ROOM: RoomId = RoomId(7);
    const TYPING: Duration = Duration::from_secs(5);

    fn person(id: i64) -> Profile {
        Profile {
            id: UserId(id),
            name: format!("p{id}"),
            rev: Rev::ZERO,
            kind: UserKind::Guest,
        }
    }

    fn people(frames: &[(RoomId, ServerFrame)]) -> Vec<(usize, Option<Vec<i64>>)> {
        frames
            .iter()
            .filter_map(|(_, frame)| match frame {
                ServerFrame::Presence { count, people, .. } => Some((
                    *count,
                    people
                        .as_ref()
                        .map(|people| people.iter().map(|p| p.id.0).collect()),
                )),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_person_with_two_windows_is_one_and_leaves_with_the_last() {
        let mut presence = Presence::new(10, TYPING);
        let now = Instant::now();
        presence.enter(ROOM, &person(1));
        presence.enter(ROOM, &person(1));
        assert_eq!(people(&presence.changes(now)), [(1, Some(vec![1]))]);
        presence.leave(ROOM, UserId(1));
        assert!(presence.changes(now).is_empty());
        presence.leave(ROOM, UserId(1));
        assert_eq!(people(&presence.changes(now)), [(0, Some(vec![]))]);
    }

    #[test]
    fn a_crowd_is_only_counted() {
        let mut presence = Presence::new(2, TYPING);
        for id in 1..=3 {
            presence.enter(ROOM, &person(id));
        }
        assert_eq!(people(&presence.changes(Instant::now())), [(3, None)]);
    }

    #[test]
    fn a_crowd_is_told_rarely_and_who_comes_at_once() {
        let mut presence = Presence::new(2, TYPING);
        for id in 1..=3_000 {
            presence.enter(ROOM, &person(id));
        }
        let now = Instant::now();
        assert_eq!(presence.changes(now).len(), 1);
        presence.enter(ROOM, &person(3_001));
        presence.types(ROOM, UserId(1), now);
        let told = [(ROOM, presence.of(ROOM).unwrap())];
        assert_eq!(people(&told), [(3_001, None)]);
        assert!(presence.changes(now + 2 * TOLD_EVERY).is_empty());
        assert_eq!(presence.changes(now + 3 * TOLD_EVERY).len(), 2);
    }

    #[test]
    fn many_changes_are_told_once() {
        let mut presence = Presence::new(10, TYPING);
        for id in 1..=5 {
            presence.enter(ROOM, &person(id));
        }
        assert_eq!(presence.changes(Instant::now()).len(), 1);
        assert!(presence.changes(Instant::now()).is_empty());
    }

    #[test]
    fn typing_ends_by_itself_and_with_the_message() {
        let mut presence = Presence::new(10, TYPING);
        let now = Instant::now();
        presence.enter(ROOM, &person(1));
        presence.changes(now);
        presence.types(ROOM, UserId(1), now);
        assert_eq!(presence.changes(now).len(), 1);
        assert_eq!(
            presence.changes(now + TYPING).len(),
            1,
            "it ended by itself"
        );
        presence.types(ROOM, UserId(1), now);
        presence.changes(now);
        presence.posted(ROOM, UserId(1));
        assert_eq!(presence.changes(now).len(), 1, "it ended with the message");
    }

    #[test]
    fn who_is_not_in_the_room_does_not_type_there() {
        let mut presence = Presence::new(10, TYPING);
        presence.types(ROOM, UserId(1), Instant::now());
        assert!(presence.changes(Instant::now()).is_empty());
    }
}
