//! Checks what a simple client received: in order, each message once, never its own.

use std::collections::HashMap;

use shared::id::{RoomId, Seq};

use super::Violation;
use crate::evidence::{Change, Evidence, Listener};

/// Checks one listener.
pub fn check(listener: &Listener, evidence: &Evidence, found: &mut Vec<Violation>) {
    let places = places(evidence);
    let mut last = Seq::ZERO;
    for (user, content) in &listener.received {
        let name = listener.name.clone();
        if *user == listener.name {
            found.push(Violation::Echo(name.clone(), content.clone()));
        }
        match places.get(content.as_str()) {
            None => found.push(Violation::SeenButNotStored(
                name,
                RoomId::LOBBY,
                content.clone(),
            )),
            Some(&seq) if seq <= last => {
                found.push(Violation::SimpleDisorder(name, content.clone()));
            }
            Some(&seq) => last = seq,
        }
    }
}

/// Where each text was posted to the lobby that is stored there; texts are unique.
fn places(evidence: &Evidence) -> HashMap<&str, Seq> {
    let Some(lobby) = evidence.rooms.get(&RoomId::LOBBY) else {
        return HashMap::new();
    };
    let simple = lobby
        .messages
        .iter()
        .filter(|message| message.client_id.is_none())
        .map(|message| (message.body.as_str(), message.seq));
    let ids: HashMap<_, _> = lobby
        .messages
        .iter()
        .filter_map(|message| Some(((message.author.id?, message.client_id?), message.seq)))
        .collect();
    // The text of a message that was edited later is that of its post.
    let native = evidence.sent.iter().filter_map(|sent| match &sent.change {
        Change::Post { body } if sent.room == RoomId::LOBBY => {
            let seq = ids.get(&(sent.author, sent.client_id))?;
            Some((body.as_str(), *seq))
        }
        _ => None,
    });
    simple.chain(native).collect()
}
