//! Ends the memberships of people who were deleted.
//!
//! There may be many, so the commit that deletes a person does not end them. The writer does, some
//! at a time, each by the same rule as a removal by somebody else. What a stopped server has left
//! is found at the next start.

use rusqlite::{Connection, params};
use shared::command::Command;
use shared::id::{RoomId, UserId};
use shared::stream::Item;

use crate::store::{Batch, Reply, WriteCommand, WriteRequest};

/// Memberships that end in one transaction.
const STEP: usize = 100;

/// Who was deleted and is still a member somewhere.
#[derive(Debug)]
pub struct Departures {
    // Whether people may have been deleted of whom nothing is noted below.
    must_search: bool,
    users: Vec<UserId>,
    // The rooms of the step before: whoever is still in them cannot be removed at present.
    last_step: Option<(UserId, Vec<RoomId>)>,
}

impl Departures {
    /// Searches the whole store first.
    pub fn new() -> Self {
        Departures {
            must_search: true,
            users: Vec::new(),
            last_step: None,
        }
    }

    /// Whether there may be something to do.
    pub fn is_due(&self) -> bool {
        self.must_search || !self.users.is_empty()
    }

    /// Notes whom a commit has deleted.
    pub fn note(&mut self, batch: &Batch) {
        let items = batch.streams.iter().flat_map(|stream| &stream.items);
        self.users
            .extend(items.filter_map(|changed| match &changed.item {
                Item::Person(person) if person.deleted => Some(person.id),
                Item::Person(_)
                | Item::Message(_)
                | Item::Room(_)
                | Item::Member(_)
                | Item::Membership(_)
                | Item::Sidebar(_)
                | Item::Restriction(_)
                | Item::ReadMark(_)
                | Item::Unknown => None,
            }));
    }

    /// Searches the whole store again: what failed before may succeed now.
    pub fn search_again(&mut self) {
        self.must_search = true;
    }

    /// Waits for [`Departures::search_again`], because the store fails.
    pub fn give_up(&mut self) {
        *self = Departures {
            must_search: false,
            ..Departures::new()
        };
    }

    /// The removals of the next step, all of one person; none if nothing is left to do. If SQLite
    /// fails, it gives up.
    pub fn next_step(&mut self, connection: &Connection) -> Vec<WriteRequest> {
        self.find_step(connection).unwrap_or_else(|error| {
            tracing::warn!(%error, "memberships of deleted people cannot end at the moment");
            self.give_up();
            Vec::new()
        })
    }

    fn find_step(&mut self, connection: &Connection) -> rusqlite::Result<Vec<WriteRequest>> {
        if std::mem::take(&mut self.must_search) {
            self.users = deleted_members(connection)?;
            self.last_step = None;
        }
        while let Some(user) = self.users.last().copied() {
            let rooms = rooms_of(connection, user)?;
            let step = Some((user, rooms.clone()));
            if rooms.is_empty() || self.last_step == step {
                self.users.pop();
                continue;
            }
            self.last_step = step;
            return Ok(rooms.into_iter().map(|room| removal(room, user)).collect());
        }
        Ok(Vec::new())
    }
}

fn removal(room: RoomId, user: UserId) -> WriteRequest {
    let command = WriteCommand::Client(Command::RemoveMember { room, user });
    // Nobody waits for it.
    WriteRequest::of_operator(command, Reply::new(|_result| {}))
}

const DELETED_MEMBERS: &str = "SELECT id FROM users u WHERE removed_at IS NOT NULL
     AND EXISTS (SELECT 1 FROM memberships WHERE user = u.id AND left_at IS NULL)";

fn deleted_members(connection: &Connection) -> rusqlite::Result<Vec<UserId>> {
    connection
        .prepare_cached(DELETED_MEMBERS)?
        .query_map([], |row| Ok(UserId(row.get(0)?)))?
        .collect()
}

/// Memberships in removed rooms end with these.
fn rooms_of(connection: &Connection, user: UserId) -> rusqlite::Result<Vec<RoomId>> {
    connection
        .prepare_cached(
            "SELECT m.room FROM memberships m JOIN rooms r ON r.id = m.room
             WHERE m.user = ?1 AND m.left_at IS NULL AND r.removed_at IS NULL
             ORDER BY m.own_rev LIMIT ?2",
        )?
        .query_map(params![user.0, STEP], |row| Ok(RoomId(row.get(0)?)))?
        .collect()
}

#[cfg(test)]
mod tests {
    use shared::model::RoomKind;

    use super::*;
    use crate::store::sqlite::test_store::{TestStore, plan};
    use crate::store::{AccountCommand, Actor};

    const MEMBERS: &str = "SELECT count(*) FROM memberships WHERE left_at IS NULL";

    /// Deletes somebody who is a member of many rooms, and returns how many.
    fn delete_member_of_many(store: &mut TestStore) -> i64 {
        let (ada, ben) = (store.guest("Ada", 1), store.guest("Ben", 2));
        for number in 0..=2 * STEP {
            let room = store.room(ada, &format!("den {number}"), RoomKind::Private);
            let user = ben;
            store.done(
                ada,
                Command::AddMembers {
                    room,
                    users: vec![user],
                },
            );
        }
        let (user, session) = (ben, None);
        store.account(AccountCommand::DeletePerson { user, session });
        store.number(MEMBERS)
    }

    /// Carries out steps until none is left, and returns how many that were.
    fn finish(store: &mut TestStore, departures: &mut Departures) -> usize {
        let mut steps = 0;
        while departures.is_due() {
            let requests = departures.next_step(&store.connection);
            steps += usize::from(!requests.is_empty());
            let commands = requests.into_iter();
            let commands = commands.map(|request| (Actor::Operator, request.command));
            store.commit(commands.collect());
        }
        steps
    }

    #[test]
    fn only_deleted_people_are_looked_through() {
        let plan = plan(DELETED_MEMBERS);
        assert!(plan[0].contains("USING INDEX users_removed"), "{plan:?}");
    }

    #[test]
    fn a_start_ends_the_memberships_of_who_was_deleted_before() {
        let mut store = TestStore::new();
        let before = delete_member_of_many(&mut store);
        store.forget();
        assert_eq!(finish(&mut store, &mut Departures::new()), 3);
        let ended = before - store.number(MEMBERS);
        assert_eq!(usize::try_from(ended).unwrap(), 2 * STEP + 1);
        assert_eq!(finish(&mut store, &mut Departures::new()), 0);
    }

    #[test]
    fn memberships_in_removed_rooms_and_failures_do_not_keep_it_busy() {
        let mut store = TestStore::new();
        delete_member_of_many(&mut store);
        let room = store.number("SELECT max(id) FROM rooms");
        store.operator(WriteCommand::RemoveRoom { room: RoomId(room) });
        let mut departures = Departures::new();
        // Nothing is carried out: the step comes once, and not again.
        let mut steps = 0;
        while departures.is_due() {
            steps += usize::from(!departures.next_step(&store.connection).is_empty());
        }
        assert_eq!(steps, 1);
        departures.search_again();
        assert_eq!(finish(&mut store, &mut departures), 2);
    }
}
