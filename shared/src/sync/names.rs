//! People's display names, and the rest of their profiles.
//!
//! Names come with messages, presence and the directory. Of two, the one with the higher
//! revision is newer. Names become *void* when the server has lost the revisions that they are
//! from: then those of who is shown are asked for again, and until the answer the name in the
//! message is shown.
//!
//! The rest of a profile (colour, username, status) does not come with messages. The view asks
//! for it of those whom it shows.

use crate::frame::ClientFrame;
use crate::id::{Micros, Rev, UserId};
use crate::model::{Author, Profile, ProfileStatus, Role};

use super::timing::later;
use super::vec_map::VecMap;
use super::wanted_ids::WantedIds;

/// An upper bound. Further people are shown by the name on their message.
const MOST_PEOPLE: usize = 50_000;
/// How long the question for a profile waits for others, at least, in milliseconds. When somebody
/// new writes in a large room, the clients' questions are spread over as long again.
const GATHER_MS: u64 = 3_000;

#[derive(Debug, Default)]
pub(super) struct Names {
    known: VecMap<UserId, KnownName>,
    /// People who are shown and whose names are void.
    pub(super) wanted: WantedIds,
    /// People of whom the server has answered nothing on this connection: they do not exist, or not
    /// for this person. They are not asked for again before something newer is known of them.
    unanswered: VecMap<UserId, ()>,
    /// Whether a profile was wanted on this connection. The first ones are asked for at once.
    gathers: bool,
}

#[derive(Debug)]
struct KnownName {
    name: String,
    rev: Rev,
    /// The rest of the profile, if it has come. It may be of an earlier revision.
    details: Option<Box<Details>>,
}

/// What a profile has besides the name.
#[derive(Debug, PartialEq, Eq)]
struct Details {
    rev: Rev,
    role: Role,
    username: Option<String>,
    colour: Option<u8>,
    status: Option<ProfileStatus>,
    deleted: bool,
    deactivated: bool,
}

impl Details {
    fn of(profile: &Profile) -> Self {
        Details {
            rev: profile.rev,
            role: profile.role,
            username: profile.username.clone(),
            colour: profile.colour,
            status: profile.status.clone(),
            deleted: profile.deleted,
            deactivated: profile.deactivated,
        }
    }

    /// What is shown of somebody of whom only the name is known.
    fn unknown() -> Self {
        Details::of(&Profile::guest(UserId(0), String::new(), Rev::ZERO))
    }

    /// Whether a view shows both alike.
    fn looks_like(&self, other: &Self) -> bool {
        self.role == other.role
            && self.username == other.username
            && self.colour == other.colour
            && self.status == other.status
            && self.deleted == other.deleted
            && self.deactivated == other.deactivated
    }
}

impl Names {
    /// A person's name, if known.
    pub(super) fn get(&self, id: UserId) -> Option<(&str, Rev)> {
        let known = self.known.get(&id)?;
        Some((known.name.as_str(), known.rev))
    }

    /// The name to show for an author. The name of a message is known from when it arrived on,
    /// so one that is known is as new as that of the message. Once void, the message's may be
    /// from a time that the server has lost, whatever its revision.
    pub(super) fn display_name<'a>(&'a self, author: &'a Author) -> &'a str {
        let known = author.id.and_then(|id| self.known.get(&id));
        known.map_or(&author.name, |known| &known.name)
    }

    /// A person's profile, as far as it is known: of who has only been named, that of a guest.
    pub(super) fn profile(&self, id: UserId) -> Option<Profile> {
        let known = self.known.get(&id)?;
        let profile = Profile::guest(id, known.name.clone(), known.rev);
        Some(match &known.details {
            None => profile,
            Some(details) => Profile {
                role: details.role,
                username: details.username.clone(),
                colour: details.colour,
                status: details.status.clone(),
                deleted: details.deleted,
                deactivated: details.deactivated,
                ..profile
            },
        })
    }

    /// The colour that a person has chosen, and the username, as far as they are known.
    pub(super) fn colour_and_username(&self, id: UserId) -> (Option<u8>, Option<&str>) {
        let details = self.known.get(&id).and_then(|known| known.details.as_ref());
        let username = details.and_then(|details| details.username.as_deref());
        (details.and_then(|details| details.colour), username)
    }

    /// Whether something newer is known of a person than this profile.
    pub(super) fn is_newer(&self, profile: &Profile) -> bool {
        let known = self.known.get(&profile.id);
        known.is_some_and(|known| known.rev > profile.rev && known.name != profile.name)
            || known.is_some_and(|known| {
                let details = known.details.as_ref();
                details.is_some_and(|details| details.rev > profile.rev)
            })
    }

    /// Whether the rest of a profile is not known, although the profile was changed once or
    /// `is_ambiguous` says that it is needed.
    pub(super) fn lacks_profile(&self, id: UserId, is_ambiguous: bool) -> bool {
        let known = self.known.get(&id);
        let lacks =
            |known: &KnownName| known.details.is_none() && (is_ambiguous || known.rev > Rev::ZERO);
        known.is_some_and(lacks) && !self.unanswered.contains_key(&id)
    }

    /// Notes a name. Returns the person if another name was shown before.
    pub(super) fn note(&mut self, id: UserId, name: &str, rev: Rev) -> Option<UserId> {
        let is_old = |known: &&mut KnownName| known.rev >= rev;
        let held = self.known.get_mut(&id);
        if held.as_ref().is_some_and(is_old) {
            return None;
        }
        let was_void = self.wanted.remove(id.0);
        self.unanswered.remove(&id);
        let name = name.to_owned();
        let differs = if let Some(held) = held {
            held.rev = rev;
            std::mem::replace(&mut held.name, name.clone()) != name
        } else {
            let known = KnownName {
                name,
                rev,
                details: None,
            };
            (self.known).insert_newer(id, known, |known| known.rev, MOST_PEOPLE);
            false
        };
        (differs || was_void).then_some(id)
    }

    /// Notes a name and the rest of the profile. Returns the person if another one was shown
    /// before.
    pub(super) fn note_profile(&mut self, profile: &Profile) -> Option<UserId> {
        let id = profile.id;
        let renamed = self.note(id, &profile.name, profile.rev);
        let known = self.known.get_mut(&id)?;
        let held = known.details.as_ref();
        if held.is_some_and(|held| held.rev >= profile.rev) {
            return renamed;
        }
        let details = Details::of(profile);
        let differs = match held {
            Some(held) => !held.looks_like(&details),
            None => !Details::unknown().looks_like(&details),
        };
        known.details = Some(Box::new(details));
        self.wanted.remove(id.0);
        renamed.or(differs.then_some(id))
    }

    pub(super) fn note_author(&mut self, author: &Author) -> Option<UserId> {
        self.note(author.id?, &author.name, author.rev)
    }

    /// Discards all names above a revision. Returns whose.
    pub(super) fn void_above(&mut self, rev: Rev) -> Vec<UserId> {
        self.unanswered.clear();
        let mut void = Vec::new();
        for (id, known) in std::mem::take(&mut self.known) {
            if known.rev > rev {
                void.push(id);
            } else {
                self.known.insert(id, known);
            }
        }
        void
    }

    /// A person is shown, and is asked for if there is no name.
    pub(super) fn want(&mut self, shown: UserId) {
        if !self.known.contains_key(&shown) {
            self.ask_for(shown);
        }
    }

    fn ask_for(&mut self, id: UserId) {
        if !self.unanswered.contains_key(&id) {
            self.wanted.want(id.0);
        }
    }

    /// These profiles were stored by an earlier page, which may have known no more than the name
    /// of who seems to have nothing else: they may be asked for again.
    pub(super) fn doubt(&mut self, stored: &[UserId]) {
        for id in stored {
            if let Some(known) = self.known.get_mut(id) {
                let details = known.details.take();
                known.details = details.filter(|held| !held.looks_like(&Details::unknown()));
            }
        }
    }

    /// These people are shown, and the rest of their profiles is wanted too. Whether it was
    /// asked for is seen at the next timer.
    pub(super) fn want_profiles(&mut self, shown: &[UserId], me: Option<UserId>, now: Micros) {
        for id in shown {
            if !self.has_details(*id) {
                self.ask_for(*id);
            }
        }
        if self.gathers && !self.wanted.is_empty() && self.wanted.retry_at().is_none() {
            let spread = me.map_or(0, |me| me.0.unsigned_abs()) % GATHER_MS;
            self.wanted.wait_until(later(now, GATHER_MS + spread));
        }
        self.gathers = true;
    }

    fn has_details(&self, id: UserId) -> bool {
        (self.known.get(&id)).is_some_and(|known| known.details.is_some())
    }

    /// The question for people who are wanted, at most `page` of them, if none is open.
    pub(super) fn ask(&mut self, number: &mut u32, page: usize) -> Option<ClientFrame> {
        let ids = self.wanted.ask(number, page)?;
        Some(ClientFrame::People {
            question: *number,
            ids: ids.into_iter().map(UserId).collect(),
        })
    }

    /// The open question was answered, or will never be. The people whose profiles are known now
    /// were in the answer.
    pub(super) fn answered(&mut self) {
        for id in self.wanted.answered().into_iter().map(UserId) {
            if !self.has_details(id) && self.unanswered.len() < MOST_PEOPLE {
                self.unanswered.insert(id, ());
            }
        }
    }

    /// The open question was refused. Repeat it at `retry_at`; `None`: never.
    pub(super) fn refused(&mut self, retry_at: Option<Micros>) {
        if retry_at.is_none() {
            self.answered();
        }
        self.wanted.refused(retry_at);
    }

    /// No answer will arrive any more.
    pub(super) fn forget_connection(&mut self) {
        self.wanted.forget_connection();
        self.gathers = false;
        self.unanswered.clear();
    }
}
