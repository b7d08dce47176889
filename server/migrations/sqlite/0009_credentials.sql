-- What proves who somebody is, besides a password.

-- When the person of a session last proved a credential in it. Changes of credentials need that
-- it was lately. NULL for those from before, and for guests.
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER;

-- Codes that change every 30 seconds, as a second factor.
CREATE TABLE totp (
    user         INTEGER PRIMARY KEY REFERENCES users (id),
    key          BLOB    NOT NULL, -- which the person's app has too
    last_step    INTEGER NOT NULL, -- the step of the last code that was used; older ones are void
    confirmed_at INTEGER NOT NULL -- since when it is needed
) STRICT;

-- Codes that replace a lost app. A row is deleted when its code is used.
CREATE TABLE recovery_codes (
    user INTEGER NOT NULL REFERENCES users (id),
    hash BLOB    NOT NULL, -- SHA-256 of the code
    PRIMARY KEY (user, hash)
) STRICT, WITHOUT ROWID;
