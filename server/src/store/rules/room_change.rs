//! A change of a room's own state, and the line about it.

use shared::model::{EventKind, Posting, Room, RoomEvent};

/// What changes of a room; what is none stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct RoomChange<'a> {
    /// The new name.
    pub name: Option<&'a str>,
    /// The new topic.
    pub topic: Option<&'a str>,
    /// Who posts from now on.
    pub posting: Option<Posting>,
}

impl RoomChange<'_> {
    /// The line about it, which is about the first of the three that becomes another; none if none
    /// does.
    pub fn event(&self, room: &Room) -> Option<RoomEvent> {
        let of_text = |kind, text: &str| RoomEvent::of_text(kind, text.to_owned());
        if let Some(name) = self.name.filter(|name| *name != room.name) {
            return Some(of_text(EventKind::Renamed, name));
        }
        if let Some(topic) = self.topic.filter(|topic| *topic != room.topic) {
            return Some(of_text(EventKind::TopicChanged, topic));
        }
        let posting = self.posting.filter(|posting| *posting != room.posting);
        posting.map(|posting| {
            RoomEvent::new(match posting {
                Posting::Everybody => EventKind::PostingOpened,
                Posting::Managers => EventKind::PostingLimited,
            })
        })
    }
}
