//! Rows of accounts and sessions.

use rusqlite::{Row, params};
use shared::id::{Micros, UserId};
use shared::model::Role;

use super::{Answer, SqliteTables};
use crate::store::rules::{
    AccountKey, AccountRow, AccountTables, GrantRows, IdentityRow, PlaceRow, SessionRow,
};
use crate::store::sqlite::rows;
use crate::store::{ExternalSession, SessionId, UsernameKeys};

const SESSION: &str = "token_hash, id, user, device, network, created_at, used_at, confirmed_at, \
     issuer, external_sid";

impl AccountTables<rusqlite::Error> for SqliteTables<'_> {
    fn account(&mut self, key: &AccountKey) -> Answer<Option<AccountRow>> {
        Ok(match key {
            AccountKey::Identity(user) => self.one(
                "SELECT username, username_key, username_look FROM users
                 WHERE id = ?1 AND username IS NOT NULL",
                [user.0],
                |row| Ok(AccountRow::Identity(identity(row)?)),
            )?,
            AccountKey::Profile(user) => self.find_profile(*user)?,
            AccountKey::Owners => {
                let sql = "SELECT id FROM users
                     WHERE kind = ?1 AND removed_at IS NULL AND deactivated_at IS NULL";
                let owner = [rows::stored_person_role(Role::Owner)];
                let owners = self.all(sql, owner, |row| Ok(UserId(row.get(0)?)))?;
                Some(AccountRow::Owners(owners))
            }
            AccountKey::UsernameKey(word) => self.one(
                "SELECT id FROM users WHERE username_key = ?1",
                [word],
                |row| Ok(AccountRow::User(UserId(row.get(0)?))),
            )?,
            AccountKey::UsernameLook(word) => self.one(
                "SELECT id FROM users WHERE username_look = ?1",
                [word],
                |row| Ok(AccountRow::User(UserId(row.get(0)?))),
            )?,
            AccountKey::Password(user) => self.find_password(*user)?,
            AccountKey::Totp(user) => self.find_totp(*user)?,
            AccountKey::RecoveryCodes(user) => Some(self.find_recovery_codes(*user)?),
            AccountKey::UserHandle(user) => self.one(
                "SELECT handle FROM user_handles WHERE user = ?1",
                [user.0],
                |row| Ok(AccountRow::UserHandle(row.get(0)?)),
            )?,
            AccountKey::Passkey(credential) => self.find_passkey(credential)?,
            AccountKey::PasskeysOf(user) => Some(self.passkeys_of(*user)?),
            AccountKey::External(identity) => self.find_external(identity)?,
            AccountKey::ExternalsOf(user) => Some(self.externals_of(*user)?),
            AccountKey::LastSession => self.one("SELECT id FROM last_session", [], |row| {
                Ok(AccountRow::LastSession(SessionId(row.get(0)?)))
            })?,
            AccountKey::Session(token) => self.one(
                &format!("SELECT {SESSION} FROM sessions WHERE token_hash = ?1"),
                [token.as_slice()],
                |row| Ok(AccountRow::Session(session(row)?)),
            )?,
            AccountKey::SessionsOf(user) => {
                let sql = format!("SELECT {SESSION} FROM sessions WHERE user = ?1");
                let sessions = self.all(&sql, [user.0], session)?;
                Some(AccountRow::Sessions(sessions))
            }
            AccountKey::ExternalSessions(issuer, sid) => {
                let sql = format!(
                    "SELECT {SESSION} FROM sessions WHERE external_sid = ?1 AND issuer = ?2"
                );
                let sessions = self.all(&sql, [sid, issuer], session)?;
                Some(AccountRow::Sessions(sessions))
            }
            AccountKey::LastInvite => Some(self.last_invite()?),
            AccountKey::Invite(token) => self.find_invite(token)?,
            AccountKey::InviteToken(id) => {
                let sql = "SELECT token_hash FROM invites WHERE id = ?1";
                self.one(sql, [id.0], |row| Ok(AccountRow::InviteToken(row.get(0)?)))?
            }
            AccountKey::OpenInvites(now) => Some(self.open_invites(*now)?),
            AccountKey::Link(token) => self.find_link(token)?,
            AccountKey::LinksOf(user) => Some(self.links_of(*user)?),
            AccountKey::Place => {
                let sql = "SELECT name, claimed_at, relying_party, sign_up FROM place";
                self.one(sql, [], |row| {
                    Ok(AccountRow::Place(PlaceRow {
                        name: row.get(0)?,
                        claimed_at: row.get::<_, Option<i64>>(1)?.map(Micros),
                        relying_party: row.get(2)?,
                        sign_up: rows::sign_up(row.get(3)?),
                    }))
                })?
            }
            AccountKey::GrantsOf(user) => {
                let sql = "SELECT token_hash FROM links WHERE user = ?1 OR created_by = ?1";
                Some(AccountRow::Grants(GrantRows {
                    invites: self.open_invites_by(*user)?,
                    links: self.all(sql, [user.0], |row| row.get(0))?,
                }))
            }
            AccountKey::Mail(id) => self.find_mail(*id)?,
            AccountKey::WaitingMails => Some(self.waiting_mails()?),
            AccountKey::MailAddress(user) => self.find_mail_address(*user)?,
            AccountKey::Sidebar(user) => self.find_sidebar(*user)?,
            AccountKey::PersonalData(_) => None,
            AccountKey::LastApplication => Some(self.last_application()?),
            AccountKey::Application(id) => self.find_application(*id)?,
            AccountKey::Applications => Some(self.applications()?),
        })
    }

    fn put_account(&mut self, key: &AccountKey, row: Option<&AccountRow>) -> Answer<()> {
        match (key, row) {
            (AccountKey::Identity(user), Some(AccountRow::Identity(row))) => self.execute(
                "UPDATE users SET username = ?2, username_key = ?3, username_look = ?4
                 WHERE id = ?1",
                params![
                    user.0,
                    row.username.username,
                    row.username.key,
                    row.username.look
                ],
            ),
            (AccountKey::Profile(user), Some(AccountRow::Profile(row))) => {
                self.put_profile(*user, row)
            }
            (AccountKey::Identity(user), None) => self.execute(
                "UPDATE users SET username = NULL, username_key = NULL, username_look = NULL
                 WHERE id = ?1",
                [user.0],
            ),
            (AccountKey::Password(user), Some(AccountRow::Password(hash, changed_at))) => {
                self.put_password(*user, hash, *changed_at)
            }
            (AccountKey::Password(user), None) => {
                self.execute("DELETE FROM passwords WHERE user = ?1", [user.0])
            }
            (AccountKey::Totp(user), Some(AccountRow::Totp(row))) => self.put_totp(*user, row),
            (AccountKey::Totp(user), None) => {
                self.execute("DELETE FROM totp WHERE user = ?1", [user.0])
            }
            (AccountKey::RecoveryCodes(user), Some(AccountRow::RecoveryCodes(codes))) => {
                self.put_recovery_codes(*user, codes)
            }
            (AccountKey::UserHandle(user), Some(AccountRow::UserHandle(handle))) => self.execute(
                "INSERT INTO user_handles (user, handle) VALUES (?1, ?2)",
                params![user.0, handle],
            ),
            (AccountKey::Passkey(_), Some(AccountRow::Passkey(row))) => self.put_passkey(row),
            (AccountKey::Passkey(credential), None) => {
                self.execute("DELETE FROM passkeys WHERE credential = ?1", [credential])
            }
            (AccountKey::External(identity), Some(AccountRow::External(row))) => {
                self.put_external(identity, row)
            }
            (AccountKey::External(identity), None) => self.execute(
                "DELETE FROM external_identities WHERE issuer = ?1 AND subject = ?2",
                [&identity.issuer, &identity.subject],
            ),
            (AccountKey::LastSession, Some(AccountRow::LastSession(last))) => {
                self.execute("UPDATE last_session SET id = ?1", [last.0])
            }
            (AccountKey::Session(token), Some(AccountRow::Session(row))) => self.execute(
                "INSERT INTO sessions
                   (token_hash, id, user, device, network, created_at, used_at, confirmed_at,
                    issuer, external_sid)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT (token_hash) DO UPDATE SET used_at = excluded.used_at,
                   confirmed_at = excluded.confirmed_at",
                params![
                    token.as_slice(),
                    row.id.0,
                    row.user.0,
                    row.device,
                    row.network,
                    row.created_at.0,
                    row.used_at.0,
                    row.confirmed_at.map(|at| at.0),
                    row.external.as_ref().map(|of| &of.issuer),
                    row.external.as_ref().and_then(|of| of.sid.as_ref())
                ],
            ),
            (AccountKey::Session(token), None) => self.execute(
                "DELETE FROM sessions WHERE token_hash = ?1",
                [token.as_slice()],
            ),
            (AccountKey::Invite(token), Some(AccountRow::Invite(row))) => {
                self.put_invite(token, row)
            }
            (AccountKey::Link(token), Some(AccountRow::Link(row))) => self.put_link(token, row),
            (AccountKey::Link(token), None) => {
                let sql = "DELETE FROM links WHERE token_hash = ?1";
                self.execute(sql, [token.as_slice()])
            }
            (AccountKey::Place, Some(AccountRow::Place(row))) => self.put_place(row),
            (AccountKey::Application(_), Some(AccountRow::Application(row))) => {
                self.insert_application(row)
            }
            (AccountKey::Application(id), None) => self.delete_application(*id),
            (AccountKey::Mail(_), Some(AccountRow::Mail(row))) => self.put_mail(row),
            (AccountKey::Mail(id), None) => self.delete_mail(*id),
            (AccountKey::MailAddress(user), Some(AccountRow::MailAddress(row))) => {
                self.put_mail_address(*user, row)
            }
            (AccountKey::MailAddress(user), None) => self.delete_mail_address(*user),
            (AccountKey::Sidebar(user), Some(AccountRow::Sidebar(sidebar))) => {
                self.put_sidebar(*user, sidebar)
            }
            (AccountKey::PersonalData(user), None) => self.erase_person(*user),
            // These are only read, or never deleted; no rule does otherwise.
            _ => Err(rusqlite::Error::InvalidQuery.into()),
        }
    }
}

fn identity(row: &Row<'_>) -> rusqlite::Result<IdentityRow> {
    Ok(IdentityRow {
        username: UsernameKeys {
            username: row.get(0)?,
            key: row.get(1)?,
            look: row.get(2)?,
        },
    })
}

fn session(row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        token: row.get(0)?,
        id: SessionId(row.get(1)?),
        user: UserId(row.get(2)?),
        device: row.get(3)?,
        network: row.get(4)?,
        created_at: Micros(row.get(5)?),
        used_at: Micros(row.get(6)?),
        confirmed_at: row.get::<_, Option<i64>>(7)?.map(Micros),
        external: match row.get(8)? {
            Some(issuer) => Some(ExternalSession {
                issuer,
                sid: row.get(9)?,
            }),
            None => None,
        },
    })
}
