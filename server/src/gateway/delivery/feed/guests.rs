//! Publishing to guests who came later than some of a room's messages.

use shared::id::Seq;

use super::super::guest_frame::{GuestForms, GuestFrame};
use super::{Feed, FeedState, NextStep, Payload};

impl Feed {
    /// Appends a frame of which each subscriber gets the messages from the own first one on.
    ///
    /// Nothing is encoded while the feed is locked. Who subscribes meanwhile may need one more form:
    /// then it is encoded too. This ends, because a frame has no more forms than messages, and one.
    pub fn publish_to_guests(&self, mut frame: GuestFrame) -> NextStep {
        loop {
            let missing = {
                let mut state = self.0.lock();
                let missing = state.missing_in(frame.forms());
                if missing.is_empty() {
                    let forms = Box::new(frame.into_forms());
                    return state.append(Payload::FromFirstMessage(forms));
                }
                missing
            };
            for first in missing {
                frame.encode_beginning_with(first);
            }
        }
    }
}

impl FeedState {
    /// The first messages of the subscribers whose form is not there. Nearly all changes are new
    /// messages, which every guest gets: then none is missing.
    fn missing_in(&self, forms: &GuestForms) -> Vec<Seq> {
        let firsts = self
            .subscribers
            .iter()
            .map(|(_, subscriber)| subscriber.first_message);
        firsts.filter(|first| !forms.has(*first)).collect()
    }
}
