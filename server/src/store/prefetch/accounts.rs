//! Rows of accounts, as those that were written change what was fetched.

use std::collections::BTreeMap;

use shared::id::UserId;

use crate::store::rules::{
    AccountKey, AccountRow, ExternalRow, GrantRows, IdentityRow, InviteRow, LinkRow, SessionRow,
};
use crate::store::{ExternalIdentity, ExternalSession, LinkHash, PasskeyRow};

/// The last state of each row; none if it was deleted.
pub type WrittenAccounts = BTreeMap<AccountKey, Option<AccountRow>>;

/// What a row that was not itself written is, over the fetched one.
pub fn over(
    written: &WrittenAccounts,
    key: &AccountKey,
    fetched: Option<AccountRow>,
) -> Option<AccountRow> {
    match (key, fetched) {
        (AccountKey::UsernameKey(word), fetched) => {
            user_with(written, fetched, |identity| identity.username.key == *word)
        }
        (AccountKey::UsernameLook(word), fetched) => {
            user_with(written, fetched, |identity| identity.username.look == *word)
        }
        (AccountKey::SessionsOf(user), Some(AccountRow::Sessions(mut rows))) => {
            rows.retain(|row| !written.contains_key(&AccountKey::Session(row.token)));
            rows.extend(sessions(written).filter(|row| row.user == *user).cloned());
            Some(AccountRow::Sessions(rows))
        }
        (AccountKey::ExternalSessions(issuer, sid), Some(AccountRow::Sessions(mut rows))) => {
            rows.retain(|row| !written.contains_key(&AccountKey::Session(row.token)));
            let is_of = |of: &ExternalSession| of.issuer == *issuer && of.sid.as_ref() == Some(sid);
            rows.extend(
                sessions(written)
                    .filter(|row| row.external.as_ref().is_some_and(is_of))
                    .cloned(),
            );
            Some(AccountRow::Sessions(rows))
        }
        (AccountKey::PasskeysOf(user), Some(AccountRow::Passkeys(mut rows))) => {
            let is_fetched = |credential: &Vec<u8>| {
                !written.contains_key(&AccountKey::Passkey(credential.clone()))
            };
            rows.retain(|row| is_fetched(&row.passkey.credential));
            rows.extend(passkeys(written).filter(|row| row.user == *user).cloned());
            Some(AccountRow::Passkeys(rows))
        }
        (AccountKey::ExternalsOf(user), Some(AccountRow::Externals(mut identities))) => {
            identities.retain(|one| !written.contains_key(&AccountKey::External(one.clone())));
            let own = externals(written).filter(|(_, row)| row.user == *user);
            identities.extend(own.map(|(identity, _)| identity.clone()));
            Some(AccountRow::Externals(identities))
        }
        (AccountKey::LastInvite, Some(AccountRow::LastInvite(last))) => {
            let ids = invites(written).map(|(_, row)| row.id);
            Some(AccountRow::LastInvite(ids.fold(last, Ord::max)))
        }
        (AccountKey::InviteToken(id), None) => {
            let mut found = invites(written).filter(|(_, row)| row.id == *id);
            found
                .next()
                .map(|(token, _)| AccountRow::InviteToken(token))
        }
        (AccountKey::OpenInvites(now), Some(AccountRow::OpenInvites(mut ids))) => {
            ids.retain(|id| invites(written).all(|(_, row)| row.id != *id));
            let open = invites(written).filter(|(_, row)| row.is_open(*now));
            ids.extend(open.map(|(_, row)| row.id));
            Some(AccountRow::OpenInvites(ids))
        }
        (AccountKey::LinksOf(user), Some(AccountRow::Links(mut found))) => {
            found.retain(|(token, _)| !written.contains_key(&AccountKey::Link(*token)));
            let own = links(written).filter(|(_, row)| row.user == *user);
            found.extend(own.map(|(token, row)| (token, row.purpose)));
            Some(AccountRow::Links(found))
        }
        (AccountKey::LastApplication, Some(AccountRow::LastApplication(last))) => {
            // Those that were deleted have had their numbers too.
            let ids = written.keys().filter_map(|key| match key {
                AccountKey::Application(id) => Some(*id),
                _ => None,
            });
            Some(AccountRow::LastApplication(ids.fold(last, Ord::max)))
        }
        (AccountKey::Applications, Some(AccountRow::Applications(mut rows))) => {
            rows.retain(|row| !written.contains_key(&AccountKey::Application(row.id)));
            rows.extend(written.values().filter_map(|row| match row {
                Some(AccountRow::Application(row)) => Some(row.clone()),
                _ => None,
            }));
            Some(AccountRow::Applications(rows))
        }
        (AccountKey::WaitingMails, Some(AccountRow::WaitingMails(mut ids))) => {
            ids.retain(|id| !written.contains_key(&AccountKey::Mail(*id)));
            ids.extend(written.iter().filter_map(|row| match row {
                (AccountKey::Mail(id), Some(_)) => Some(*id),
                _ => None,
            }));
            Some(AccountRow::WaitingMails(ids))
        }
        (AccountKey::GrantsOf(user), Some(AccountRow::Grants(grants))) => {
            Some(AccountRow::Grants(grants_of(written, *user, grants)))
        }
        (_, fetched) => fetched,
    }
}

fn user_with(
    written: &WrittenAccounts,
    fetched: Option<AccountRow>,
    has_word: impl Fn(&IdentityRow) -> bool,
) -> Option<AccountRow> {
    let mut found = identities(written).filter(|(_, identity)| has_word(identity));
    if let Some((user, _)) = found.next() {
        return Some(AccountRow::User(user));
    }
    let was_changed = |row: &AccountRow| match row {
        AccountRow::User(user) => written.contains_key(&AccountKey::Identity(*user)),
        _ => false,
    };
    fetched.filter(|row| !was_changed(row))
}

fn grants_of(written: &WrittenAccounts, user: UserId, mut grants: GrantRows) -> GrantRows {
    (grants.invites).retain(|(token, _)| !written.contains_key(&AccountKey::Invite(*token)));
    let own = invites(written).filter(|(_, row)| {
        row.created_by == Some(user) && row.revoked_at.is_none() && row.is_unspent()
    });
    let own = own.map(|(token, row)| (token, row.clone()));
    grants.invites.extend(own);
    (grants.links).retain(|token| !written.contains_key(&AccountKey::Link(*token)));
    let own =
        links(written).filter(|(_, row)| row.user == Some(user) || row.created_by == Some(user));
    grants.links.extend(own.map(|(token, _)| token));
    grants
}

fn identities(written: &WrittenAccounts) -> impl Iterator<Item = (UserId, &IdentityRow)> {
    written.iter().filter_map(|row| match row {
        (AccountKey::Identity(user), Some(AccountRow::Identity(row))) => Some((*user, row)),
        _ => None,
    })
}

fn externals(written: &WrittenAccounts) -> impl Iterator<Item = (&ExternalIdentity, &ExternalRow)> {
    written.iter().filter_map(|row| match row {
        (AccountKey::External(identity), Some(AccountRow::External(row))) => Some((identity, row)),
        _ => None,
    })
}

fn sessions(written: &WrittenAccounts) -> impl Iterator<Item = &SessionRow> {
    written.values().filter_map(|row| match row {
        Some(AccountRow::Session(row)) => Some(row),
        _ => None,
    })
}

fn passkeys(written: &WrittenAccounts) -> impl Iterator<Item = &PasskeyRow> {
    written.values().filter_map(|row| match row {
        Some(AccountRow::Passkey(row)) => Some(row),
        _ => None,
    })
}

fn invites(written: &WrittenAccounts) -> impl Iterator<Item = (LinkHash, &InviteRow)> {
    written.iter().filter_map(|row| match row {
        (AccountKey::Invite(token), Some(AccountRow::Invite(row))) => Some((*token, row)),
        _ => None,
    })
}

fn links(written: &WrittenAccounts) -> impl Iterator<Item = (LinkHash, &LinkRow)> {
    written.iter().filter_map(|row| match row {
        (AccountKey::Link(token), Some(AccountRow::Link(row))) => Some((*token, row)),
        _ => None,
    })
}
