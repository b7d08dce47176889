//! A store with many people who are members of many private rooms, made through the server by the
//! same commands that people send.

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use shared::command::Command;
use shared::frame::ClientFrame;
use shared::id::{RoomId, UserId};
use shared::model::RoomKind;

use super::bench_room::create_room;
use crate::context::{BenchContext, WatchSize};
use crate::load::lobby_member;
use crate::load::message::{self, ClientIds};
use crate::load::pool::ConnectionPool;
use crate::load::received::ConnectionId;
use crate::load::session::{self, Guest};
use crate::process::server::ServerProcess;

/// People who make the rooms. None of them returns.
const MANAGERS: usize = 16;
/// The number of rooms is this many times the number of rooms of a person.
const SPREAD: usize = 5;
/// Messages in each room: more than the server counts as unread.
const MESSAGES: usize = 120;
/// The size of a message, in bytes.
const BODY: usize = 20;
/// Commands of one manager without an answer.
const IN_FLIGHT: usize = 500;
/// The longest time for an answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The people, and the room that the benchmark posts to.
pub struct PrivateRooms {
    /// The members. All are in equally many rooms, and few are in the very same ones.
    pub people: Vec<Guest>,
    /// A room of the first person.
    pub room: RoomId,
    /// The number of people who return and are members of it.
    pub members: usize,
}

/// Commands that one connection sends, a few of them at a time.
struct Manager {
    connection: ConnectionId,
    ids: ClientIds,
    sent: u32,
    // Made one by one, because there are millions.
    remaining: Box<dyn Iterator<Item = Command>>,
}

impl PrivateRooms {
    /// Fills the store of a server.
    ///
    /// # Errors
    /// When the server refuses something.
    pub fn fill(context: &BenchContext, server: &ServerProcess, size: WatchSize) -> Result<Self> {
        let address = server.address();
        let people = session::create_guests(address, size.people)?;
        let members = members(&people, size.rooms);
        let all = members.iter().map(|room| MESSAGES + room.len()).sum();
        let first_members = members[0].len();
        let mut pool = ConnectionPool::new()?;
        let mut managers = Vec::new();
        let mut posted_to = None;
        for (index, guest) in session::create_guests(address, MANAGERS)?
            .iter()
            .enumerate()
        {
            let connection = lobby_member::sign_in(&mut pool, server.endpoint(), guest)?;
            let mut rooms = Vec::new();
            for (number, members) in members.iter().enumerate() {
                if number % MANAGERS != index {
                    continue;
                }
                let (name, number) = (format!("house {number}"), u32::try_from(number)?);
                let room = create_room(&mut pool, connection, number, &name, RoomKind::Private)?;
                posted_to = posted_to.or(Some(room));
                rooms.push((room, members.clone()));
            }
            managers.push(Manager {
                connection,
                ids: ClientIds::new(u32::try_from(index)?),
                sent: 0,
                remaining: Box::new(rooms.into_iter().flat_map(commands)),
            });
        }
        run_all(context, &mut pool, &mut managers, all)?;
        let Some(room) = posted_to else {
            bail!("no room was made");
        };
        Ok(PrivateRooms {
            people,
            room,
            members: first_members,
        })
    }
}

/// The members of each room. Each person is in `each` rooms in a row, and begins where few others
/// do.
fn members(people: &[Guest], each: usize) -> Vec<Vec<UserId>> {
    let rooms = each * SPREAD;
    let mut members = vec![Vec::new(); rooms];
    for (index, person) in people.iter().enumerate() {
        let first = index * rooms / people.len();
        for room in first..first + each {
            members[room % rooms].push(person.id);
        }
    }
    members
}

/// The commands that fill one room.
fn commands((room, members): (RoomId, Vec<UserId>)) -> impl Iterator<Item = Command> {
    let body = message::marked(0, BODY);
    let sends = std::iter::repeat_n(Command::Send { room, body }, MESSAGES);
    let add = move |user| Command::AddMembers {
        room,
        users: vec![user],
    };
    sends.chain(members.into_iter().map(add))
}

/// Lets all managers send their commands, and waits until all are carried out.
fn run_all(
    context: &BenchContext,
    pool: &mut ConnectionPool,
    managers: &mut [Manager],
    all: usize,
) -> Result<()> {
    let mut frames = Vec::new();
    for manager in managers.iter_mut() {
        frames.clear();
        for _ in 0..IN_FLIGHT {
            manager.append_next(&mut frames);
        }
        pool.send(manager.connection, &frames);
    }
    let (mut answered, mut shown) = (0, Instant::now());
    let mut refusal = None;
    let mut last_answer = Instant::now();
    while answered < all && refusal.is_none() {
        ensure!(last_answer.elapsed() < TIMEOUT, "no answer to a command");
        if shown.elapsed() > Duration::from_secs(1) {
            shown = Instant::now();
            context.progress(&format!("watch: filling, {answered} of {all} commands"));
        }
        pool.poll_once(Duration::from_millis(100), &mut |received| {
            if message::is_type(received.text, "ack") {
                answered += 1;
                last_answer = received.at;
                managers[received.connection.0].append_next(received.answer);
            } else if message::is_type(received.text, "error") {
                refusal = Some(String::from_utf8_lossy(received.text).into_owned());
            }
        })?;
    }
    ensure!(refusal.is_none(), "a command was refused: {refusal:?}");
    Ok(())
}

impl Manager {
    /// Appends the next command, if there is one left.
    fn append_next(&mut self, frames: &mut Vec<u8>) {
        let Some(command) = self.remaining.next() else {
            return;
        };
        let frame = ClientFrame::command(self.ids.id(self.sent), command);
        self.sent += 1;
        // Encoding cannot fail for these types. If it did, the missing answer would be noticed.
        let _appended = message::append_native(&frame, frames);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_person_is_in_the_same_number_of_rooms_and_each_room_has_the_same_number_of_people() {
        let people: Vec<Guest> = (0..100)
            .map(|id| Guest {
                id: UserId(id),
                token: String::new(),
            })
            .collect();
        let members = members(&people, 10);
        assert_eq!(members.len(), 50);
        assert!(members.iter().all(|room| room.len() == 20));
        assert!(members[0].contains(&people[0].id));
        for person in &people {
            let rooms = members.iter().filter(|room| room.contains(&person.id));
            assert_eq!(rooms.count(), 10);
        }
    }
}
