//! Invitations, as those who invite see them.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::id::{Micros, RoomId, UserId};
use shared::model::Role;

use super::{Accounts, ActingPerson, Token};
use crate::store::{AccountCommand, Actor, Invite, InviteId, NewInvite, Store, TokenHash, Viewer};

/// Where the page takes an invitation; the secret follows as the fragment.
pub const JOIN_PATH: &str = "/join#";
/// Invitations in one page of their list.
const PAGE: usize = 100;
/// The longest time for which an invitation works, unless it is without limit.
const MAX_DAYS: u32 = 3_650;
const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// What an invitation shall offer.
#[derive(Clone, Debug)]
pub struct InviteRequest {
    /// The role of the accounts.
    pub role: Role,
    /// The rooms that they will be members of; of a guest, the one room.
    pub rooms: Vec<RoomId>,
    /// Whether guests see what was written before they came.
    pub with_history: bool,
    /// For how many days it works; none for ever.
    pub days: Option<u32>,
    /// How many accounts it makes at most; none for any number.
    pub uses: Option<u32>,
}

impl Accounts {
    /// Makes an invitation; see [`create_invite`].
    ///
    /// # Errors
    /// As [`create_invite`].
    pub async fn invite(
        &self,
        by: &ActingPerson,
        request: InviteRequest,
    ) -> Result<(InviteId, Token), Refusal> {
        let session = Some(by.token.hash());
        let by = Actor::User(by.person.id);
        create_invite(self.store.as_ref(), self.clock.now(), by, session, request).await
    }

    /// The invitations, the newest first: those before a number; and the private rooms that the
    /// viewer may invite to. An invitation that has ended is there for 30 more days.
    ///
    /// # Errors
    /// `forbidden`, or the store's.
    pub async fn invites(
        &self,
        viewer: Viewer,
        before: Option<InviteId>,
    ) -> Result<(Vec<Invite>, Vec<(RoomId, String)>), Refusal> {
        let invites = self.store.invites(viewer, before, PAGE).await;
        let rooms = self.store.managed_rooms(viewer, PAGE).await;
        Ok((
            invites.map_err(super::refuse)?,
            rooms.map_err(super::refuse)?,
        ))
    }

    /// Ends an invitation. It is no error if it has ended already.
    ///
    /// # Errors
    /// `forbidden`, or the store's.
    pub async fn revoke_invite(&self, by: UserId, id: InviteId) -> Result<(), Refusal> {
        let command = AccountCommand::RevokeInvite(id);
        let revoked = super::carry_out(self.store.as_ref(), Actor::User(by), command);
        revoked.await.map(drop)
    }
}

/// Makes an invitation. Its secret is known to nobody afterwards.
///
/// # Errors
/// `forbidden`, `confirmation_required` for an administrator's, `too_many`, `no_such_room`, `bad_command` for no days or no uses, or the store's.
pub async fn create_invite(
    store: &dyn Store,
    now: Micros,
    by: Actor,
    session: Option<TokenHash>,
    request: InviteRequest,
) -> Result<(InviteId, Token), Refusal> {
    let (invite, token) = new_invite(now, request)?;
    let outcome =
        super::carry_out(store, by, AccountCommand::CreateInvite { invite, session }).await?;
    let id = outcome.created();
    let id = id.ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
    Ok((InviteId(id), token))
}

/// What is asked for, checked, and its secret.
pub(super) fn new_invite(
    now: Micros,
    request: InviteRequest,
) -> Result<(NewInvite, Token), Refusal> {
    let InviteRequest {
        role,
        rooms,
        with_history,
        days,
        uses,
    } = request;
    if days == Some(0) || uses == Some(0) {
        return Err(Refusal::bad_command(
            "`days` and `uses` are 1 at least, or null for no limit",
        ));
    }
    if days.is_some_and(|days| days > MAX_DAYS) {
        return Err(Refusal::bad_command(
            "`days` is 3650 at most, or null for no limit",
        ));
    }
    if with_history && role != Role::Guest {
        return Err(Refusal::bad_command(
            "`with_history` is for guests: who has an account sees what a room has",
        ));
    }
    let token = Token::random().ok_or_else(|| Refusal::new(ErrorCode::StorageFailed))?;
    let until = |days| Micros(now.0.saturating_add(DAY_MICROS * i64::from(days)));
    let invite = NewInvite {
        mailed_to: None,
        token: token.hash(),
        role,
        rooms,
        with_history,
        expires_at: days.map(until),
        max_uses: uses,
    };
    Ok((invite, token))
}
