//! How a person has arranged their rooms: favourites, sections, what is muted.

use serde::{Deserialize, Serialize};

use crate::id::{Rev, RoomId, Seq};

/// How a person has arranged their rooms, the same on all devices. A room that is in no list of it
/// stands where rooms stand by themselves. Rooms that do not exist for the person any more may be
/// in it; they are not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sidebar {
    /// The revision of the person's own stream that last changed it.
    #[serde(default)]
    pub rev: Rev,
    /// The favourites, in the person's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub favourites: Vec<RoomId>,
    /// The person's own sections, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
    /// The rooms that draw no attention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<RoomId>,
    /// Direct conversations that are not shown until a later message than this comes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<(RoomId, Seq)>,
}

/// A section of a person's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Section {
    /// Its name. No two sections of a person have the same.
    pub name: String,
    /// Its rooms, in the person's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<RoomId>,
}

/// A change of the arrangement. Several devices may make some at once: each is applied to what
/// there is by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SidebarChange {
    /// Takes a room out of where it is, and puts it into another place.
    Move {
        /// The room.
        room: RoomId,
        /// Where it is to be.
        to: SidebarPlace,
        /// Before which room there; at the end if this is absent or not there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<RoomId>,
    },
    /// Mutes a room, or ends that.
    Mute {
        /// The room.
        room: RoomId,
        /// Whether it is to be muted.
        on: bool,
    },
    /// Shows a direct conversation no more until a later message comes; shows it again with
    /// `seq` 0.
    Close {
        /// The conversation.
        room: RoomId,
        /// Its last message.
        seq: Seq,
    },
    /// Makes a section, at the end.
    AddSection {
        /// Its name.
        name: String,
    },
    /// Renames a section.
    RenameSection {
        /// Its name.
        name: String,
        /// Its new name.
        to: String,
    },
    /// Moves a section.
    MoveSection {
        /// Its name.
        name: String,
        /// Before which other; to the end if this is absent or does not exist.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// Removes a section. Its rooms stand where rooms stand by themselves.
    RemoveSection {
        /// Its name.
        name: String,
    },
}

/// Where a room can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SidebarPlace {
    /// Among the favourites.
    Favourites,
    /// In a section with this name.
    Section(String),
    /// Where rooms stand by themselves.
    Rooms,
}

/// Why a change was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SidebarError {
    /// There is no section of this name.
    NoSuchSection,
    /// Another section has this name.
    SectionTaken,
    /// The arrangement would be larger than it may be.
    TooLarge,
}

impl Sidebar {
    /// The most sections.
    pub const MAX_SECTIONS: usize = 50;
    /// The most rooms in all lists together.
    pub const MAX_ROOMS: usize = 500;

    /// Makes a change. Returns whether it made a difference.
    ///
    /// # Errors
    /// A [`SidebarError`]; then nothing has changed.
    pub fn apply(&mut self, change: &SidebarChange) -> Result<bool, SidebarError> {
        let mut changed = self.clone();
        changed.change(change)?;
        if changed == *self {
            return Ok(false);
        }
        let is_larger = changed.room_count() > self.room_count();
        if (is_larger && changed.room_count() > Self::MAX_ROOMS)
            || changed.sections.len() > Self::MAX_SECTIONS
        {
            return Err(SidebarError::TooLarge);
        }
        *self = changed;
        Ok(true)
    }

    /// Whether a room draws no attention.
    pub fn is_muted(&self, room: RoomId) -> bool {
        self.muted.contains(&room)
    }

    /// Whether a direct conversation, whose last message this is, is not shown.
    pub fn is_closed(&self, room: RoomId, last: Seq) -> bool {
        let mut closed = self.closed.iter();
        closed.any(|(other, seq)| *other == room && last <= *seq)
    }

    fn room_count(&self) -> usize {
        let in_sections = self.sections.iter().map(|section| section.rooms.len());
        in_sections.sum::<usize>() + self.favourites.len() + self.muted.len() + self.closed.len()
    }

    fn change(&mut self, change: &SidebarChange) -> Result<(), SidebarError> {
        match change {
            SidebarChange::Move { room, to, before } => self.move_room(*room, to, *before)?,
            SidebarChange::Mute { room, on } => {
                let is_muted = self.is_muted(*room);
                if *on && !is_muted {
                    self.muted.push(*room);
                } else if !on {
                    self.muted.retain(|other| other != room);
                }
            }
            SidebarChange::Close { room, seq } => {
                self.closed.retain(|(other, _)| other != room);
                if *seq > Seq::ZERO {
                    self.closed.push((*room, *seq));
                }
            }
            SidebarChange::AddSection { name } => {
                self.require_free(name)?;
                self.sections.push(Section {
                    name: name.clone(),
                    rooms: Vec::new(),
                });
            }
            SidebarChange::RenameSection { name, to } => {
                let index = self.section(name)?;
                if name != to {
                    self.require_free(to)?;
                    self.sections[index].name.clone_from(to);
                }
            }
            SidebarChange::MoveSection { name, before } => {
                let index = self.section(name)?;
                let section = self.sections.remove(index);
                let mut names = self.sections.iter().map(|section| &section.name);
                let place = names.position(|name| Some(name) == before.as_ref());
                let place = if before.as_ref() == Some(name) {
                    index
                } else {
                    place.unwrap_or(self.sections.len())
                };
                self.sections.insert(place, section);
            }
            SidebarChange::RemoveSection { name } => {
                let index = self.section(name)?;
                self.sections.remove(index);
            }
        }
        Ok(())
    }

    fn move_room(
        &mut self,
        room: RoomId,
        to: &SidebarPlace,
        before: Option<RoomId>,
    ) -> Result<(), SidebarError> {
        let target = match to {
            SidebarPlace::Section(name) => Some(self.section(name)?),
            SidebarPlace::Favourites | SidebarPlace::Rooms => None,
        };
        let before = before.filter(|before| *before != room);
        self.favourites.retain(|other| *other != room);
        for section in &mut self.sections {
            section.rooms.retain(|other| *other != room);
        }
        let list = match (to, target) {
            (SidebarPlace::Rooms, _) => return Ok(()),
            (_, Some(index)) => &mut self.sections[index].rooms,
            (_, None) => &mut self.favourites,
        };
        let place = list.iter().position(|other| Some(*other) == before);
        list.insert(place.unwrap_or(list.len()), room);
        Ok(())
    }

    fn section(&self, name: &str) -> Result<usize, SidebarError> {
        let place = self
            .sections
            .iter()
            .position(|section| section.name == name);
        place.ok_or(SidebarError::NoSuchSection)
    }

    fn require_free(&self, name: &str) -> Result<(), SidebarError> {
        match self.section(name) {
            Ok(_) => Err(SidebarError::SectionTaken),
            Err(_) => Ok(()),
        }
    }
}

impl SidebarChange {
    /// The name that it gives, if it gives one.
    pub fn new_name(&self) -> Option<&String> {
        match self {
            SidebarChange::AddSection { name } => Some(name),
            SidebarChange::RenameSection { to, .. } => Some(to),
            _ => None,
        }
    }

    /// As [`SidebarChange::new_name`], to be replaced.
    pub fn new_name_mut(&mut self) -> Option<&mut String> {
        match self {
            SidebarChange::AddSection { name } => Some(name),
            SidebarChange::RenameSection { to, .. } => Some(to),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
