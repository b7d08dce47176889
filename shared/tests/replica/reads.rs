//! How the model server answers requests.

use shared::frame::{Anchor, Changes, Directory, History, Reset, ServerFrame, Stream, Welcome};
use shared::id::{Epoch, Micros, Rev, RoomId, Seq, UserId};
use shared::limits::Limits;
use shared::model::{Message, Room};

use super::store::{Counter, Store, author};

pub const PAGE: usize = 3;
pub const RESUME: usize = 14;

impl Store {
    pub fn welcome(&self, user: UserId) -> Welcome {
        Welcome {
            version: shared::PROTOCOL_VERSION,
            epoch: self.epoch,
            user: self.people[&user].clone(),
            lobby: RoomId::LOBBY,
            now: Micros(1),
            limits: Limits {
                page: PAGE,
                resume: RESUME,
                ..Limits::default()
            },
        }
    }

    pub fn directory(&self, epoch: Option<Epoch>, rev: Rev) -> Directory {
        let head = self.rev(Counter::Directory);
        let from = if self.resumes(Counter::Directory, epoch, rev) {
            rev
        } else {
            Rev::ZERO
        };
        let mut revs: Vec<Rev> = self
            .people
            .values()
            .map(|person| person.rev)
            .chain(self.rooms.values().map(|room| room.directory_rev))
            .filter(|rev| *rev > from)
            .collect();
        revs.sort_unstable();
        let through = *revs
            .get(PAGE - 1)
            .filter(|_| revs.len() > PAGE)
            .unwrap_or(&head);
        let told = |rev: Rev| from < rev && rev <= through;
        Directory {
            from,
            through,
            head: Some(head),
            rooms: (self.rooms.values().filter(|room| told(room.directory_rev)))
                .map(|room| self.present(room))
                .collect(),
            people: (self.people.values().filter(|person| told(person.rev)))
                .cloned()
                .collect(),
        }
    }

    pub fn stream(&self, user: UserId, epoch: Option<Epoch>, rev: Rev) -> Stream {
        let counter = Counter::Person(user);
        let head = self.rev(counter);
        let from = if self.resumes(counter, epoch, rev) {
            rev
        } else {
            Rev::ZERO
        };
        let marks = self.marks.iter().filter(|((of, _), _)| *of == user);
        Stream {
            from,
            through: head,
            head: Some(head),
            marks: marks
                .map(|(_, mark)| *mark)
                .filter(|mark| mark.rev > from)
                .collect(),
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

    pub fn catch_up(
        &self,
        room: RoomId,
        epoch: Option<Epoch>,
        rev: Rev,
        most: Option<usize>,
        page: Option<usize>,
    ) -> ServerFrame {
        let counter = Counter::Room(room);
        let head = self.rev(counter);
        let missed = usize::try_from(head.0 - rev.0).unwrap_or(usize::MAX);
        let most = most.unwrap_or(RESUME).min(RESUME);
        if !self.resumes(counter, epoch, rev) || missed > most {
            let messages = &self.messages[&room];
            let page = page.unwrap_or(PAGE).min(PAGE);
            let newest = &messages[messages.len().saturating_sub(page)..];
            return ServerFrame::Reset(Reset {
                rev: head,
                info: self.present(&self.rooms[&room]),
                messages: newest.iter().map(|message| self.read(message)).collect(),
            });
        }
        let mut changed: Vec<&Message> = self.messages[&room]
            .iter()
            .filter(|message| message.rev > rev)
            .collect();
        changed.sort_by_key(|message| message.rev);
        let through = match changed.get(PAGE) {
            Some(next) => next.rev.previous(),
            None => head,
        };
        changed.truncate(PAGE);
        let info = &self.rooms[&room];
        ServerFrame::Changes(Changes {
            room,
            from: rev,
            through,
            head: Some(head),
            info: (rev < info.rev && info.rev <= through).then(|| self.present(info)),
            messages: changed
                .into_iter()
                .map(|message| self.read(message))
                .collect(),
        })
    }

    pub fn history(
        &self,
        request: u32,
        room: RoomId,
        anchor: Anchor,
        limit: Option<usize>,
    ) -> History {
        let limit = limit.unwrap_or(PAGE).min(PAGE);
        let len = self.messages[&room].len();
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
        let messages = self.messages[&room][start..end].iter();
        History {
            request,
            room,
            rev: self.rev(Counter::Room(room)),
            seq: self.head(room),
            messages: messages.map(|message| self.read(message)).collect(),
        }
    }
}
