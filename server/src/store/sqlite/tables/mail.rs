//! Rows of mails that wait, and of the addresses at which people get mail.

use rusqlite::{Row, params};
use shared::id::{Micros, UserId};

use super::{Answer, SqliteTables};
use crate::store::rules::AccountRow;
use crate::store::{AskedAddress, MailAddressRow, MailId, MailRow, MailText, mail_address_key};

/// The columns that [`mail`] reads, of `mails`.
pub const MAIL: &str =
    "id, user, address, subject, body, created_at, expires_at, next_at, attempts";

/// A mail from the columns of [`MAIL`].
pub fn mail(row: &Row<'_>) -> rusqlite::Result<MailRow> {
    Ok(MailRow {
        text: MailText {
            id: MailId(row.get(0)?),
            subject: row.get(3)?,
            body: row.get(4)?,
            expires_at: Micros(row.get(6)?),
        },
        user: row.get::<_, Option<i64>>(1)?.map(UserId),
        address: row.get(2)?,
        created_at: Micros(row.get(5)?),
        next_at: Micros(row.get(7)?),
        attempts: row.get(8)?,
    })
}

/// The columns that [`mail_address`] reads, of `mail_addresses`.
pub const MAIL_ADDRESS: &str = "address, proved_at, asked, asked_token, asked_until";

/// The addresses of a person from the columns of [`MAIL_ADDRESS`].
pub fn mail_address(row: &Row<'_>) -> rusqlite::Result<MailAddressRow> {
    let proved: (Option<String>, Option<i64>) = (row.get(0)?, row.get(1)?);
    let asked: (Option<String>, Option<[u8; 32]>, Option<i64>) =
        (row.get(2)?, row.get(3)?, row.get(4)?);
    Ok(MailAddressRow {
        proved: match proved {
            (Some(address), Some(at)) => Some((address, Micros(at))),
            _ => None,
        },
        asked: match asked {
            (Some(address), Some(token), Some(until)) => Some(AskedAddress {
                address,
                token,
                until: Micros(until),
            }),
            _ => None,
        },
    })
}

impl SqliteTables<'_> {
    pub(super) fn find_mail(&self, id: MailId) -> Answer<Option<AccountRow>> {
        let sql = format!("SELECT {MAIL} FROM mails WHERE id = ?1");
        self.one(&sql, [id.0.as_slice()], |row| {
            Ok(AccountRow::Mail(mail(row)?))
        })
    }

    pub(super) fn waiting_mails(&self) -> Answer<AccountRow> {
        let ids = self.all("SELECT id FROM mails", [], |row| Ok(MailId(row.get(0)?)))?;
        Ok(AccountRow::WaitingMails(ids))
    }

    /// Of a mail that is there only its attempts change.
    pub(super) fn put_mail(&self, row: &MailRow) -> Answer<()> {
        self.execute(
            "INSERT INTO mails
               (id, user, address, subject, body, created_at, expires_at, next_at, attempts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET next_at = excluded.next_at,
               attempts = excluded.attempts",
            params![
                row.text.id.0.as_slice(),
                row.user.map(|user| user.0),
                row.address,
                row.text.subject,
                row.text.body,
                row.created_at.0,
                row.text.expires_at.0,
                row.next_at.0,
                row.attempts
            ],
        )
    }

    pub(super) fn delete_mail(&self, id: MailId) -> Answer<()> {
        self.execute("DELETE FROM mails WHERE id = ?1", [id.0.as_slice()])
    }

    pub(super) fn find_mail_address(&self, user: UserId) -> Answer<Option<AccountRow>> {
        let sql = format!("SELECT {MAIL_ADDRESS} FROM mail_addresses WHERE user = ?1");
        self.one(&sql, [user.0], |row| {
            Ok(AccountRow::MailAddress(mail_address(row)?))
        })
    }

    pub(super) fn put_mail_address(&self, user: UserId, row: &MailAddressRow) -> Answer<()> {
        let (proved, asked) = (row.proved.as_ref(), row.asked.as_ref());
        self.execute(
            "INSERT INTO mail_addresses
               (user, address, address_key, proved_at, asked, asked_token, asked_until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (user) DO UPDATE SET address = excluded.address,
               address_key = excluded.address_key, proved_at = excluded.proved_at,
               asked = excluded.asked, asked_token = excluded.asked_token,
               asked_until = excluded.asked_until",
            params![
                user.0,
                proved.map(|(address, _)| address),
                proved.map(|(address, _)| mail_address_key(address)),
                proved.map(|(_, at)| at.0),
                asked.map(|asked| &asked.address),
                asked.map(|asked| asked.token.as_slice()),
                asked.map(|asked| asked.until.0)
            ],
        )
    }

    pub(super) fn delete_mail_address(&self, user: UserId) -> Answer<()> {
        self.execute("DELETE FROM mail_addresses WHERE user = ?1", [user.0])
    }
}
