-- Who may get an account without an invitation, and who has asked for one.

-- 0 nobody, 1 who is approved, 2 everybody.
ALTER TABLE place ADD COLUMN sign_up INTEGER NOT NULL DEFAULT 0;

-- The username is reserved meanwhile, with both its keys.
CREATE TABLE applications (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    username      TEXT    NOT NULL,
    username_key  TEXT    NOT NULL UNIQUE,
    username_look TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    hash          TEXT    NOT NULL, -- of the password, in PHC format
    note          TEXT    NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;
