-- Mail: what waits to be sent, and the addresses at which people get it.

-- A row goes as soon as the mail server has answered for good. Until then the text may hold the
-- secret of a link.
CREATE TABLE mails (
    id         BLOB    PRIMARY KEY, -- random; the mail's Message-ID
    user       INTEGER REFERENCES users (id), -- with whom it goes: whose account it is about, or who invites
    address    TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, -- from then on it is of no use
    next_at    INTEGER NOT NULL, -- when it is tried next
    attempts   INTEGER NOT NULL -- those that have begun
) STRICT, WITHOUT ROWID;
CREATE INDEX mails_by_next ON mails (next_at);
CREATE INDEX mails_by_user ON mails (user) WHERE user IS NOT NULL;

-- An address counts once its person has followed a link that was sent to it. Several people may
-- have the same.
CREATE TABLE mail_addresses (
    user        INTEGER PRIMARY KEY REFERENCES users (id),
    address     TEXT, -- NULL: none is proved
    address_key TEXT, -- equal for addresses that differ in case
    proved_at   INTEGER,
    asked       TEXT, -- waits for its proof
    asked_token BLOB, -- SHA-256 of the token that was sent to it
    asked_until INTEGER
) STRICT;
CREATE INDEX mail_addresses_by_key ON mail_addresses (address_key) WHERE address_key IS NOT NULL;

-- To whom an invitation was mailed, until it is used.
ALTER TABLE invites ADD COLUMN mailed_to TEXT;
