//! Who is present in a room, and who types there.
//!
//! This is ephemeral state of the process: never stored, and without a revision. A newcomer
//! gets it at once. The others get an update at most once per second and room, and only if
//! something changed. In a large room somebody always comes or goes, and an update goes to
//! everybody. Therefore the time between two updates is one second per thousand people, which
//! keeps the cost at about a thousand frames per second and room.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::{Duration, Instant};

use shared::frame::ServerFrame;
use shared::id::{RoomId, UserId};
use shared::model::Profile;

/// People who are named as typing at most. Nobody reads more names, and each frame goes to all.
const MAX_NAMED_TYPING: usize = 20;

/// The time between two updates.
pub const PUBLISH_INTERVAL: Duration = Duration::from_secs(1);
/// In a large room, the time between two updates is this much per person.
const INTERVAL_PER_PERSON: Duration = Duration::from_millis(1);

/// The rooms with at least one person.
#[derive(Debug)]
pub struct PresenceTracker {
    rooms: HashMap<RoomId, RoomPresence>,
    max_named: usize,
    typing_time: Duration,
}

#[derive(Debug, Default)]
struct RoomPresence {
    // Each person, in brief, with the number of connections.
    people: HashMap<UserId, (Profile, usize)>,
    typing: HashMap<UserId, (Profile, Instant)>,
    people_changed: bool,
    typing_changed: bool,
    // Whether the last typing frame named anybody.
    typing_published: bool,
    // In a large room, no update before this.
    quiet_until: Option<Instant>,
}

impl PresenceTracker {
    /// Without anybody. In rooms with more than `max_named` people only their number is
    /// published. A person counts as typing for `typing_time` after each typing frame.
    pub fn new(max_named: usize, typing_time: Duration) -> Self {
        PresenceTracker {
            rooms: HashMap::new(),
            max_named,
            typing_time,
        }
    }

    /// A connection of a person has subscribed to a room.
    pub fn enter(&mut self, room: RoomId, person: &Profile) {
        let room = self.rooms.entry(room).or_default();
        match room.people.entry(person.id) {
            Entry::Occupied(mut entry) => entry.get_mut().1 += 1,
            Entry::Vacant(entry) => {
                entry.insert((person.brief(), 1));
                room.people_changed = true;
            }
        }
    }

    /// A connection of a person has unsubscribed from a room.
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

    /// A person's profile has changed. Those who are in a room with the person learn of it by the
    /// directory; they get an update only if what it would say of the person is another name or
    /// role.
    pub fn note_person(&mut self, person: &Profile) {
        for room in self.rooms.values_mut() {
            if let Some((known, _)) = room.people.get_mut(&person.id) {
                room.people_changed |= known.name != person.name || known.role != person.role;
                *known = person.brief();
            }
        }
    }

    /// A person types in a room. Ignored if the person is not present there.
    pub fn start_typing(&mut self, room: RoomId, person: UserId, now: Instant) {
        let Some(here) = self.rooms.get_mut(&room) else {
            return;
        };
        if let Some((profile, _)) = here.people.get(&person) {
            let until = now + self.typing_time;
            here.typing.insert(person, (profile.clone(), until));
            here.typing_changed = true;
        }
    }

    /// A person's message was posted.
    pub fn stop_typing(&mut self, room: RoomId, person: UserId) {
        if let Some(here) = self.rooms.get_mut(&room) {
            here.typing_changed |= here.typing.remove(&person).is_some();
        }
    }

    /// Who is present in a room, for a newcomer.
    pub fn snapshot(&self, room: RoomId) -> Option<ServerFrame> {
        Some(self.rooms.get(&room)?.people_frame(room, self.max_named))
    }

    /// Puts who is present into the room's next update, changed or not.
    pub fn mark_changed(&mut self, room: RoomId) {
        if let Some(here) = self.rooms.get_mut(&room) {
            here.people_changed = true;
        }
    }

    /// The updates that are due, as frames for the people in each room.
    pub fn take_updates(&mut self, now: Instant) -> Vec<(RoomId, ServerFrame)> {
        let mut frames = Vec::new();
        self.rooms.retain(|&room, here| {
            if here.quiet_until.is_some_and(|until| now < until) {
                return !here.people.is_empty();
            }
            let before_room = frames.len();
            if std::mem::take(&mut here.people_changed) {
                frames.push((room, here.people_frame(room, self.max_named)));
            }
            let before = here.typing.len();
            here.typing.retain(|_, (_, until)| *until > now);
            here.typing_changed |= here.typing.len() != before;
            if std::mem::take(&mut here.typing_changed) {
                let typing = here.typing.values().map(|(person, _)| person);
                let people = sorted(typing.take(MAX_NAMED_TYPING));
                // Somebody who began and stopped between two updates was never named.
                let was_published =
                    std::mem::replace(&mut here.typing_published, !people.is_empty());
                if was_published || here.typing_published {
                    frames.push((room, ServerFrame::Typing { room, people }));
                }
            }
            if frames.len() > before_room {
                here.quiet_until = here.interval().map(|interval| now + interval);
            }
            !here.people.is_empty()
        });
        frames
    }
}

impl RoomPresence {
    fn people_frame(&self, room: RoomId, max_named: usize) -> ServerFrame {
        let people = self.people.values().map(|(person, _)| person);
        ServerFrame::Presence {
            room,
            count: self.people.len(),
            people: (self.people.len() <= max_named).then(|| sorted(people)),
        }
    }

    /// The time until the next update, if the room is large.
    fn interval(&self) -> Option<Duration> {
        let people = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        Some(INTERVAL_PER_PERSON * people).filter(|interval| *interval > PUBLISH_INTERVAL)
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

    const ROOM: RoomId = RoomId(7);
    const TYPING: Duration = Duration::from_secs(5);

    fn person(id: i64) -> Profile {
        Profile::guest(UserId(id), format!("p{id}"), Rev::ZERO)
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

    /// Who is named in each frame.
    fn profiles(frames: &[(RoomId, ServerFrame)]) -> Vec<Option<Vec<Profile>>> {
        let named = frames.iter().map(|(_, frame)| match frame {
            ServerFrame::Presence { people, .. } => people.clone(),
            ServerFrame::Typing { people, .. } => Some(people.clone()),
            _ => None,
        });
        named.collect()
    }

    #[test]
    fn a_person_with_two_connections_is_present_once_until_the_last_one_ends() {
        let mut presence = PresenceTracker::new(10, TYPING);
        let now = Instant::now();
        presence.enter(ROOM, &person(1));
        presence.enter(ROOM, &person(1));
        assert_eq!(people(&presence.take_updates(now)), [(1, Some(vec![1]))]);
        presence.leave(ROOM, UserId(1));
        assert!(presence.take_updates(now).is_empty());
        presence.leave(ROOM, UserId(1));
        assert_eq!(people(&presence.take_updates(now)), [(0, Some(vec![]))]);
    }

    #[test]
    fn people_are_named_and_no_more_is_said_of_them() {
        let mut presence = PresenceTracker::new(10, TYPING);
        let now = Instant::now();
        let mut busy = Profile {
            colour: Some(3),
            username: Some("ada".into()),
            ..person(1)
        };
        presence.enter(ROOM, &busy);
        presence.start_typing(ROOM, UserId(1), now);
        let named = Some(vec![person(1)]);
        let frames = presence.take_updates(now);
        assert_eq!(profiles(&frames), [named.clone(), named]);
        // A colour is in the directory; its revision tells newcomers that there is more to know.
        busy.rev = Rev(7);
        busy.colour = Some(4);
        presence.note_person(&busy);
        assert!(presence.take_updates(now).is_empty());
        let snapshot = [(ROOM, presence.snapshot(ROOM).unwrap())];
        assert_eq!(profiles(&snapshot)[0].as_ref().unwrap()[0].rev, Rev(7));
        busy.name = "another".into();
        presence.note_person(&busy);
        assert_eq!(presence.take_updates(now).len(), 1);
    }

    #[test]
    fn in_a_large_room_people_are_counted_and_not_named() {
        let mut presence = PresenceTracker::new(2, TYPING);
        for id in 1..=3 {
            presence.enter(ROOM, &person(id));
        }
        assert_eq!(people(&presence.take_updates(Instant::now())), [(3, None)]);
    }

    #[test]
    fn a_large_room_gets_fewer_updates_and_a_newcomer_a_snapshot_at_once() {
        let mut presence = PresenceTracker::new(2, TYPING);
        for id in 1..=3_000 {
            presence.enter(ROOM, &person(id));
        }
        let now = Instant::now();
        assert_eq!(presence.take_updates(now).len(), 1);
        presence.enter(ROOM, &person(3_001));
        presence.start_typing(ROOM, UserId(1), now);
        let snapshot = [(ROOM, presence.snapshot(ROOM).unwrap())];
        assert_eq!(people(&snapshot), [(3_001, None)]);
        assert!(presence.take_updates(now + 2 * PUBLISH_INTERVAL).is_empty());
        assert_eq!(presence.take_updates(now + 3 * PUBLISH_INTERVAL).len(), 2);
    }

    #[test]
    fn many_changes_make_one_update() {
        let mut presence = PresenceTracker::new(10, TYPING);
        for id in 1..=5 {
            presence.enter(ROOM, &person(id));
        }
        assert_eq!(presence.take_updates(Instant::now()).len(), 1);
        assert!(presence.take_updates(Instant::now()).is_empty());
    }

    #[test]
    fn typing_ends_after_its_time_and_with_the_message() {
        let mut presence = PresenceTracker::new(10, TYPING);
        let now = Instant::now();
        presence.enter(ROOM, &person(1));
        presence.take_updates(now);
        presence.start_typing(ROOM, UserId(1), now);
        assert_eq!(presence.take_updates(now).len(), 1);
        assert_eq!(
            presence.take_updates(now + TYPING).len(),
            1,
            "it ended by itself"
        );
        presence.start_typing(ROOM, UserId(1), now);
        presence.take_updates(now);
        presence.stop_typing(ROOM, UserId(1));
        assert_eq!(
            presence.take_updates(now).len(),
            1,
            "it ended with the message"
        );
    }

    #[test]
    fn a_person_who_is_not_present_does_not_type() {
        let mut presence = PresenceTracker::new(10, TYPING);
        presence.start_typing(ROOM, UserId(1), Instant::now());
        assert!(presence.take_updates(Instant::now()).is_empty());
    }
}
