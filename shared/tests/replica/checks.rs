//! What must be true when no frame and no timer is left.

use shared::id::{RoomId, Seq};
use shared::model::{Message, RoomKind};
use shared::permission::Action;
use shared::sync::{PendingState, TimelineRef};

use super::world::{DEVICES, Given, USERS, WATCHES, World};

impl World {
    /// Reconnects every device and runs until idle. Then every device must be equal to the
    /// server.
    pub fn settle(&mut self) {
        self.server.busy = 0;
        self.server.busy_for_questions = 0;
        for n in 0..DEVICES {
            self.connect(n);
        }
        self.run_until_idle();
        self.check_all();
    }

    /// Moves every window to the end of its room.
    pub fn jump_everywhere(&mut self) {
        for n in 0..DEVICES {
            let open: Vec<RoomId> = self.devices[n].replica.open_rooms().collect();
            for room in open {
                self.act(n, |replica| replica.jump_to_latest(room));
            }
        }
        self.run_until_idle();
        self.check_all();
        for device in &self.devices {
            for room in device.replica.open_rooms() {
                let timeline = device.replica.timeline(room).unwrap();
                let is_gone = timeline.unavailable().is_some();
                assert!(
                    is_gone || timeline.is_live(),
                    "the jump did not reach the end"
                );
            }
        }
    }

    pub fn check_all(&self) {
        for n in 0..DEVICES {
            self.check_open_rooms(n);
            self.check_listed_rooms(n);
            self.check_names(n);
            self.check_sends(n);
        }
    }

    fn check_open_rooms(&self, n: usize) {
        let device = &self.devices[n];
        for room in device.replica.open_rooms() {
            let timeline = device.replica.timeline(room).unwrap();
            match self.server.store.access(room, device.user, Action::Read) {
                Ok(()) => self.check_timeline(room, timeline),
                Err(code) => {
                    let info = device.replica.room(room);
                    let is_removed = info.is_some_and(|info| info.removed_at.is_some());
                    assert!(is_removed || timeline.unavailable() == Some(code));
                    assert_eq!(timeline.messages().len(), 0, "a lost room is shown");
                }
            }
        }
    }

    fn check_timeline(&self, room: RoomId, timeline: TimelineRef<'_>) {
        let store = &self.server.store;
        assert!(timeline.is_known(), "an open room is not known");
        assert!(!timeline.is_catching_up(), "something is still missing");
        assert_eq!(timeline.loading(), None, "a page never arrived");
        assert_eq!(timeline.head(), store.head(room), "head of {room}");
        for held in timeline.messages() {
            let at = usize::try_from(held.seq.0 - 1).unwrap();
            let stored = &store.messages(room)[at];
            assert_eq!(held.rev, stored.rev, "an old state of {room}/{}", held.seq);
            assert_eq!(held.content_rev, stored.content_rev);
            assert_eq!(held.body, stored.body);
            assert_eq!(held.event, stored.event);
            assert_eq!(held.deleted_at, stored.deleted_at);
            assert_eq!(held.client_id, stored.client_id);
        }
        let last = timeline.span().end().previous();
        if timeline.is_live() {
            assert_eq!(last, store.head(room), "a live window lacks its end");
        } else {
            assert!(last < store.head(room), "a window at the end is not live");
        }
    }

    fn check_listed_rooms(&self, n: usize) {
        let (replica, user) = (&self.devices[n].replica, self.devices[n].user);
        let store = &self.server.store;
        let public = store.rooms.values().filter(|r| r.kind == RoomKind::Public);
        let public = public.filter(|room| room.removed_at.is_none());
        let listed: Vec<RoomId> = replica.rooms().map(|room| room.id).collect();
        assert!(public.map(|room| room.id).eq(listed), "the directory");
        let seats = store.seats.iter().filter(|((_, of), _)| *of == user);
        let seats = seats.map(|(_, seat)| &seat.membership);
        let present = seats.filter(|membership| membership.left_at.is_none());
        assert!(present.eq(replica.memberships()), "the memberships");
        let sidebar = store.sidebars.get(&user).cloned().unwrap_or_default();
        assert_eq!(replica.sidebar(), sidebar);
        let mine: Vec<RoomId> = replica.my_rooms().collect();
        // Who does not watch learns that a private room was removed when it is opened.
        if WATCHES[n].is_some() {
            assert_eq!(mine, store.my_rooms(user), "the person's rooms");
        }
        for room in store.rooms_of(user) {
            let is_open = replica.is_open(room);
            let is_mine = mine.contains(&room);
            if is_open || is_mine || store.rooms[&room].kind == RoomKind::Public {
                let known = replica.room(room).unwrap();
                let stored = &store.rooms[&room];
                // The heads say that a private room has changed.
                if is_open || WATCHES[n].is_some() || stored.kind == RoomKind::Public {
                    assert_eq!(known.name, stored.name);
                    assert_eq!(known.rev, stored.rev);
                    assert_eq!(known.archived_at, stored.archived_at);
                    assert_eq!(known.posting, stored.posting);
                }
                let mut people = known.people.iter();
                assert!(people.all(|id| replica.name(*id).is_some()), "no name");
            }
            let read = store.marks.get(&(user, room)).map(|mark| mark.seq);
            // An unconfirmed mark is kept. Only in a room that is open or watched does the
            // replica notice that the marked messages were lost with a restore.
            let is_watched = WATCHES[n].is_some() && is_mine;
            if is_open || is_watched {
                assert_eq!(replica.head(room), store.head(room), "head of {room}");
                assert_eq!(replica.read_seq(room), read, "the read mark of {room}");
            }
            let head = store.unread_head(room);
            let unread = head.unread_above(read.unwrap_or(Seq::ZERO));
            if is_watched {
                assert_eq!(replica.unread(room), unread, "unread in {room}");
            } else if is_open {
                assert!(replica.unread(room) >= unread, "unread in {room}");
            }
        }
    }

    fn check_names(&self, n: usize) {
        let (replica, user) = (&self.devices[n].replica, self.devices[n].user);
        let store = &self.server.store;
        for person in USERS {
            let stored = store.people[&person].name.as_str();
            assert!(replica.name(person).is_none_or(|name| name == stored));
        }
        for room in replica.open_rooms() {
            for message in replica.timeline(room).unwrap().messages() {
                let author = store.people.get(&message.author.id.unwrap()).unwrap();
                let shown = replica.display_name(&message.author);
                assert_eq!(shown, author.name, "an old name is shown");
                let mut people = message.people();
                assert!(people.all(|id| replica.name(id).is_some()), "no name");
            }
        }
        assert_eq!(replica.user().unwrap().name, store.people[&user].name);
    }

    fn check_sends(&self, n: usize) {
        let device = &self.devices[n];
        for pending in device.replica.all_pending() {
            assert!(
                matches!(
                    pending.state,
                    PendingState::Refused { .. } | PendingState::Expired
                ),
                "{pending:?} is still pending"
            );
        }
        let waits_for_the_person = |given: &Given| {
            let mut pending = device.replica.all_pending();
            pending.any(|p| p.client_id == given.id && p.state == PendingState::Expired)
        };
        for (room, given) in self.given_by_room(n) {
            let messages = self.server.store.messages(room);
            let mut last = Seq::ZERO;
            for given in given {
                let stored: Vec<&Message> = messages
                    .iter()
                    .filter(|message| message.client_id == Some(given.id))
                    .filter(|message| message.author.id == Some(device.user))
                    .collect();
                assert!(stored.len() <= 1, "{given:?} is stored twice");
                // A restore loses what the backup did not have: a send, or its `cancel`.
                let rewound = given.restores < self.restores;
                if given.cancelled {
                    let gone = stored.iter().all(|message| message.is_deleted());
                    assert!(
                        gone || rewound || given.refused || given.asked_about,
                        "{given:?} was taken back and is there"
                    );
                    continue;
                }
                let may_be_missing = given.refused || rewound || waits_for_the_person(given);
                assert!(may_be_missing || stored.len() == 1, "{given:?} is lost");
                if let Some(message) = stored
                    .first()
                    .filter(|_| !given.refused && !given.asked_about)
                {
                    assert!(last < message.seq, "{given:?} is out of order");
                    last = message.seq;
                }
            }
        }
    }
}
