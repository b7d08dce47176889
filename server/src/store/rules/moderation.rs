//! What keeps people out by their network, and what removes much of what somebody wrote.

use shared::audit::AuditAction;
use shared::id::{Micros, RoomId, Seq};
use shared::permission::Action;

use super::audit::Act;
use super::tables::Tables;
use super::{Applied, Rules};
use crate::network::Network;
use crate::store::{Actor, AuthorFilter, Outcome};

impl<T: Tables> Rules<T> {
    /// Blocks a network until a moment.
    pub(super) fn block(&mut self, actor: &Actor, network: Network, until: Micros) -> Applied<T> {
        Self::require_operator(actor)?;
        self.tables.put_block(network, until, self.config.now)?;
        let act = Act::new(AuditAction::BlockNetwork)
            .with("network", network.to_string())
            .with("until", until.0);
        self.note(actor, act)?;
        Ok(Outcome::Done)
    }

    /// Ends the block of a network, if there is one.
    pub(super) fn unblock(&mut self, actor: &Actor, network: Network) -> Applied<T> {
        Self::require_operator(actor)?;
        self.tables.delete_block(network)?;
        let act = Act::new(AuditAction::UnblockNetwork).with("network", network.to_string());
        self.note(actor, act)?;
        Ok(Outcome::Done)
    }

    /// Notes that the operator removes what somebody wrote. What is removed are many commands, and
    /// none of them is an act of its own.
    pub(super) fn begin_removal(
        &mut self,
        actor: &Actor,
        author: AuthorFilter,
        since: Micros,
    ) -> Applied<T> {
        Self::require_operator(actor)?;
        let act = Act::new(AuditAction::RemoveWritings).with("since", since.0);
        let act = match author {
            AuthorFilter::Person(user) => act.to(user),
            AuthorFilter::Network(network) => act.with("network", network.to_string()),
        };
        self.note(actor, act)?;
        Ok(Outcome::Done)
    }

    /// Erases the text of one of these messages.
    pub(super) fn erase_writing(&mut self, actor: &Actor, room: RoomId, seq: Seq) -> Applied<T> {
        Self::require_operator(actor)?;
        let room = self.access(actor, room, Action::DeleteOwn)?;
        let message = self.message_for(actor, room, seq)?;
        self.erase_message(room, message)
    }
}
