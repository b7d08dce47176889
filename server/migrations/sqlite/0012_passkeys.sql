-- Passkeys: credentials of Web Authentication.

-- What passkeys know a person by: 64 random bytes, made before the first passkey.
CREATE TABLE user_handles (
    user   INTEGER PRIMARY KEY REFERENCES users (id),
    handle BLOB    NOT NULL UNIQUE
) STRICT;

CREATE TABLE passkeys (
    credential    BLOB    PRIMARY KEY, -- the id that the authenticator gave
    user          INTEGER NOT NULL REFERENCES users (id),
    public_key    BLOB    NOT NULL, -- COSE
    algorithm     INTEGER NOT NULL, -- its COSE number
    counter       INTEGER NOT NULL, -- the highest signature counter so far
    relying_party TEXT    NOT NULL, -- the host name that it was made for
    name          TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    used_at       INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_by_user ON passkeys (user);

-- The host name that the last passkey was made for; NULL before the first one.
ALTER TABLE place ADD COLUMN relying_party TEXT;
