//! What must be true when no frame and no timer is left.

use shared::id::{Seq, UserId};
use shared::model::Message;
use shared::sync::{PendingState, Replica};

use super::world::{DEVICES, ROOMS, USERS, World};

impl World {
    /// Reconnects every device and runs until idle. Then every device must be equal to the
    /// server.
    pub fn settle(&mut self) {
        self.server.busy = 0;
        for n in 0..DEVICES {
            self.connect(n);
        }
        self.run_until_idle();
        self.check_all();
    }

    /// Moves every window to the end of its room.
    pub fn jump_everywhere(&mut self) {
        for n in 0..DEVICES {
            for room in ROOMS {
                self.act(n, |replica| replica.jump_to_latest(room));
            }
        }
        self.run_until_idle();
        self.check_all();
        for device in &self.devices {
            for room in device.replica.subscribed_rooms() {
                let timeline = device.replica.timeline(room).unwrap();
                assert!(timeline.is_live(), "the jump did not reach the end");
            }
        }
    }

    pub fn check_all(&self) {
        for n in 0..DEVICES {
            self.check_rooms(n);
            self.check_directory(&self.devices[n].replica, self.devices[n].user);
            self.check_sends(n);
        }
    }

    fn check_rooms(&self, n: usize) {
        let device = &self.devices[n];
        for room in device.replica.subscribed_rooms() {
            let timeline = device.replica.timeline(room).unwrap();
            let store = &self.server.store;
            assert!(timeline.is_known(), "a subscribed room is not known");
            assert!(!timeline.is_catching_up(), "something is still missing");
            assert_eq!(timeline.loading(), None, "a page never arrived");
            assert_eq!(timeline.head(), store.head(room), "head of {room}");
            for held in timeline.messages() {
                let at = usize::try_from(held.seq.0 - 1).unwrap();
                let stored = &store.messages[&room][at];
                assert_eq!(held.rev, stored.rev, "an old state of {room}/{}", held.seq);
                assert_eq!(held.body, stored.body);
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
    }

    fn check_directory(&self, replica: &Replica, user: UserId) {
        let store = &self.server.store;
        for room in ROOMS {
            let known = replica.room(room).unwrap();
            assert_eq!(known.name, store.rooms[&room].name);
            assert_eq!(known.rev, store.rooms[&room].rev);
            let read = store.marks.get(&(user, room)).map(|mark| mark.seq);
            // An unconfirmed mark is kept. Only in a subscribed room does the replica notice
            // that the marked messages were lost with a restore.
            if replica.is_subscribed(room) {
                assert_eq!(replica.read_seq(room), read, "the read mark of {room}");
                let unread = store.head(room).0 - read.unwrap_or(Seq::ZERO).0;
                assert_eq!(replica.unread(room), u64::try_from(unread).unwrap());
            }
        }
        for person in USERS {
            assert_eq!(
                replica.name(person),
                Some(store.people[&person].name.as_str())
            );
        }
        assert_eq!(replica.user().name, store.people[&user].name);
    }

    fn check_sends(&self, n: usize) {
        let device = &self.devices[n];
        for pending in device.replica.all_pending() {
            assert!(
                matches!(pending.state, PendingState::Refused { .. }),
                "{pending:?} is still pending"
            );
        }
        for (room, given) in self.given_by_room(n) {
            let messages = &self.server.store.messages[&room];
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
                    assert!(gone || rewound, "{given:?} was taken back and is there");
                    continue;
                }
                let may_be_missing = given.refused || rewound;
                assert!(may_be_missing || stored.len() == 1, "{given:?} is lost");
                if let Some(message) = stored.first().filter(|_| !given.refused) {
                    assert!(last < message.seq, "{given:?} is out of order");
                    last = message.seq;
                }
            }
        }
    }
}
