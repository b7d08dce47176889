//! How the model server answers questions.

use shared::error::ErrorCode;
use shared::frame::{Anchor, Changes, History, People, Reset, Rooms, ServerFrame, Welcome};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Member, Message, Room, RoomKind};
use shared::permission::Action;
use shared::stream::{Item, StreamKey};

use super::store::{Counter, Store, author};

pub const PAGE: usize = 3;
pub const RESUME: usize = 14;

/// What a client asks about a stream.
#[derive(Clone, Copy, Debug)]
pub struct StreamQuestion {
    pub question: u32,
    pub stream: StreamKey,
    pub epoch: Option<Epoch>,
    pub rev: Rev,
    pub most: Option<usize>,
    pub page: Option<usize>,
}

impl Store {
    pub fn welcome(&self, user: UserId) -> Welcome {
        Welcome {
            version: shared::PROTOCOL_VERSION,
            epoch: self.epoch,
            user: Some(self.people[&user].clone()),
            lobby: RoomId::LOBBY,
            only_room: None,
            now: Micros(1),
            limits: Limits {
                page: PAGE,
                resume: RESUME,
                ..Limits::default()
            },
        }
    }

    pub fn present(&self, room: &Room) -> Room {
        Room {
            seq: self.head(room.id),
            ..room.clone()
        }
    }

    /// A message as a client gets it: with the author's present name.
    pub fn read(&self, message: &Message) -> Message {
        let mut message = message.clone();
        if let Some(person) = message.author.id.and_then(|id| self.people.get(&id)) {
            message.author = author(person);
        }
        message
    }

    /// The items of a stream that have changed after a revision, ascending.
    fn items_above(&self, user: UserId, stream: StreamKey, rev: Rev) -> Vec<Item> {
        let mut items: Vec<Item> = match stream {
            StreamKey::Directory => {
                let public = |room: &&Room| room.kind == RoomKind::Public;
                // From 0, what is gone is left out.
                let is_told = |room: &&Room| rev > Rev::ZERO || room.removed_at.is_none();
                let rooms = self.rooms.values().filter(public).filter(is_told);
                let rooms = rooms.map(|room| Item::Room(self.present(room)));
                rooms
                    .chain(self.people.values().cloned().map(Item::Person))
                    .collect()
            }
            StreamKey::Own => {
                let seats = self.seats.iter().filter(|((_, of), _)| *of == user);
                // From 0, what has ended is left out.
                let seats =
                    seats.filter(|(_, seat)| rev > Rev::ZERO || seat.membership.left_at.is_none());
                let marks = self.marks.iter().filter(|((of, _), _)| *of == user);
                let marks = marks.filter(|((_, room), _)| self.may_read(*room, user));
                seats
                    .map(|(_, seat)| Item::Membership(seat.membership))
                    .chain(marks.map(|(_, mark)| Item::ReadMark(*mark)))
                    .chain(self.sidebars.get(&user).cloned().map(Item::Sidebar))
                    .collect()
            }
            StreamKey::Room(room) => {
                let messages = self.messages(room).iter();
                let messages = messages.map(|message| Item::Message(self.read(message)));
                let seats = self.seats.iter().filter(|((of, _), _)| *of == room);
                messages
                    .chain([Item::Room(self.present(&self.rooms[&room]))])
                    .chain(seats.map(|((room, user), _)| self.member(*room, *user)))
                    .collect()
            }
        };
        items.retain(|item| item.rev(stream) > rev);
        items.sort_by_key(|item| item.rev(stream));
        items
    }

    /// A membership as the room's stream shows it.
    pub fn member(&self, room: RoomId, user: UserId) -> Item {
        let seat = &self.seats[&(room, user)];
        Item::Member(Member {
            person: self.people[&user].clone(),
            rev: seat.room_rev,
            role: seat.membership.role,
            joined_at: seat.membership.joined_at,
            left_at: seat.membership.left_at,
        })
    }

    pub fn changes(&self, user: UserId, asked: StreamQuestion) -> Result<ServerFrame, ErrorCode> {
        let StreamQuestion {
            question,
            stream,
            epoch,
            rev,
            ..
        } = asked;
        let counter = Counter::of(stream, user);
        let head = self.rev(counter);
        let resumes = self.resumes(counter, epoch, rev);
        if let StreamKey::Room(room) = stream {
            self.access(room, user, Action::Read)?;
            let missed = usize::try_from(head.0 - rev.0).unwrap_or(usize::MAX);
            if !resumes || missed > asked.most.unwrap_or(RESUME).min(RESUME) {
                return Ok(self.reset(room, asked));
            }
        }
        let from = if resumes { rev } else { Rev::ZERO };
        let mut items = self.items_above(user, stream, from);
        let through = match items.get(PAGE) {
            Some(next) => next.rev(stream).previous(),
            None => head,
        };
        items.truncate(PAGE);
        Ok(ServerFrame::Changes(Changes {
            question: Some(question),
            stream,
            from,
            through,
            head: Some(head),
            items,
        }))
    }

    fn reset(&self, room: RoomId, asked: StreamQuestion) -> ServerFrame {
        let messages = self.messages(room);
        let page = asked.page.unwrap_or(PAGE).min(PAGE);
        let newest = messages[messages.len().saturating_sub(page)..].iter();
        let newest = newest.map(|message| Item::Message(self.read(message)));
        ServerFrame::Reset(Reset {
            question: Some(asked.question),
            stream: asked.stream,
            rev: self.rev(Counter::Room(room)),
            items: [Item::Room(self.present(&self.rooms[&room]))]
                .into_iter()
                .chain(newest)
                .collect(),
        })
    }

    pub fn people(&self, question: u32, ids: &[UserId]) -> ServerFrame {
        assert!((1..=PAGE).contains(&ids.len()), "{ids:?}");
        let found = ids.iter().filter_map(|id| self.people.get(id).cloned());
        ServerFrame::People(People {
            question,
            people: found.collect(),
        })
    }

    pub fn room_states(&self, user: UserId, question: u32, ids: &[RoomId]) -> ServerFrame {
        assert!((1..=PAGE).contains(&ids.len()), "{ids:?}");
        let found = ids.iter().filter(|id| self.may_read(**id, user));
        ServerFrame::Rooms(Rooms {
            question,
            rooms: found.map(|id| self.present(&self.rooms[id])).collect(),
        })
    }

    pub fn history(
        &self,
        user: UserId,
        question: u32,
        room: RoomId,
        anchor: Anchor,
        limit: Option<usize>,
    ) -> Result<ServerFrame, ErrorCode> {
        self.access(room, user, Action::Read)?;
        let limit = limit.unwrap_or(PAGE).min(PAGE);
        let len = self.messages(room).len();
        let at = |seq: Seq| usize::try_from(seq.0.max(0)).unwrap_or(usize::MAX);
        let (start, end) = match anchor {
            Anchor::Before(seq) => {
                let end = at(seq.previous()).min(len);
                (end.saturating_sub(limit), end)
            }
            Anchor::After(seq) => {
                let start = at(seq).min(len);
                (start, (start + limit).min(len))
            }
            Anchor::Around(seq) => {
                let middle = at(seq).min(len);
                let start = middle.saturating_sub(limit.div_ceil(2));
                (start, (middle + limit / 2).min(len))
            }
        };
        let messages = self.messages(room)[start..end].iter();
        Ok(ServerFrame::History(History {
            question,
            room,
            rev: self.rev(Counter::Room(room)),
            seq: self.head(room),
            items: messages
                .map(|message| Item::Message(self.read(message)))
                .collect(),
        }))
    }
}
