//! Entries of the audit log, each in the commit of the act that it is about.
//!
//! To note an act reads nothing, so a rule does it whenever it has decided.
//!
//! Who reads the log manages the place, and learns nothing by it of what is in rooms that are not
//! public: what their members do there is not in it. What the operator does there is, with the
//! number of the room and nothing else.

use serde_json::{Value, json};
use shared::audit::AuditAction;
use shared::id::{RoomId, Seq, UserId};
use shared::model::{Room, RoomKind};

use super::room_change::RoomChange;
use super::tables::Tables;
use super::{RuleResult, Rules};
use crate::store::{Actor, AuditDetail, AuditRow};

/// What somebody did, as the log has it.
#[derive(Clone, Debug)]
pub(super) struct Act {
    action: AuditAction,
    person: Option<UserId>,
    seq: Option<Seq>,
    detail: AuditDetail,
}

impl Act {
    pub(super) fn new(action: AuditAction) -> Self {
        Act {
            action,
            person: None,
            seq: None,
            detail: AuditDetail::new(),
        }
    }

    /// Whom it is about.
    pub(super) fn to(self, person: impl Into<Option<UserId>>) -> Self {
        let person = person.into();
        Act { person, ..self }
    }

    /// The message that it is about.
    pub(super) fn message(self, seq: Seq) -> Self {
        let seq = Some(seq);
        Act { seq, ..self }
    }

    /// One more value that says what is particular about it.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }

    /// A value that has changed; nothing if it has not.
    pub(super) fn changed<V: PartialEq + Into<Value>>(self, name: &str, from: V, to: V) -> Self {
        if from == to {
            return self;
        }
        let change = json!({ "from": from.into(), "to": to.into() });
        self.with(name, change)
    }
}

impl<T: Tables> Rules<T> {
    /// Notes what an actor did that is about no room.
    pub(super) fn note(&mut self, actor: &Actor, act: Act) -> RuleResult<(), T> {
        self.note_by(actor.user(), None, act)
    }

    /// Notes what an actor did in a room, or to it.
    pub(super) fn note_in_room(
        &mut self,
        actor: &Actor,
        room: RoomId,
        kind: RoomKind,
        act: Act,
    ) -> RuleResult<(), T> {
        match (kind, actor) {
            (RoomKind::Public, _) => self.note_by(actor.user(), Some(room), act),
            (RoomKind::Private | RoomKind::Direct, Actor::Operator) => {
                self.note_by(None, Some(room), Act::new(act.action))
            }
            (RoomKind::Private | RoomKind::Direct, _) => Ok(()),
        }
    }

    /// Notes an act of a person; none: the operator's.
    pub(super) fn note_by(
        &mut self,
        actor: Option<UserId>,
        room: Option<RoomId>,
        act: Act,
    ) -> RuleResult<(), T> {
        let Act {
            action,
            person,
            seq,
            detail,
        } = act;
        Ok(self.tables.insert_audit(&AuditRow {
            at: self.config.now,
            actor,
            action,
            person,
            room,
            seq,
            detail,
        })?)
    }
}

/// A change of a room's own state; none if nothing changes. Of a topic it says only that it has
/// changed: it may be long.
pub(super) fn room_change(room: &Room, change: RoomChange<'_>) -> Option<Act> {
    let mut act = Act::new(AuditAction::ChangeRoom);
    if let Some(name) = change.name {
        act = act.changed("name", room.name.as_str(), name);
    }
    if change.topic.is_some_and(|topic| topic != room.topic) {
        act = act.with("topic", true);
    }
    if let Some(posting) = change.posting {
        act = act.changed("posting", json!(room.posting), json!(posting));
    }
    (!act.detail.is_empty()).then_some(act)
}
