-- Accounts: people who can sign in again, how they come in, and this place.

-- The name to sign in with. Its key is equal for names that differ in case or normal form, its
-- look for names that look alike besides. Guests have none.
ALTER TABLE users ADD COLUMN username TEXT;
ALTER TABLE users ADD COLUMN username_key TEXT;
ALTER TABLE users ADD COLUMN username_look TEXT;
-- Since when nobody can sign in to the account.
ALTER TABLE users ADD COLUMN deactivated_at INTEGER;
CREATE UNIQUE INDEX users_by_username_key ON users (username_key) WHERE username_key IS NOT NULL;
CREATE UNIQUE INDEX users_by_username_look ON users (username_look) WHERE username_look IS NOT NULL;
-- `kind` is the role: 0 guest, 1 member, 2 administrator, 3 owner, 4 bot. The view has all columns
-- of the table as it is now.
DROP VIEW users_now;
CREATE VIEW users_now AS
SELECT u.*,
    max(
        u.stream_floor,
        coalesce((SELECT max(rev) FROM read_marks WHERE user = u.id), 0),
        coalesce((SELECT max(own_rev) FROM memberships WHERE user = u.id), 0)
    ) AS stream_rev
FROM users u;

CREATE TABLE passwords (
    user       INTEGER PRIMARY KEY REFERENCES users (id),
    hash       TEXT    NOT NULL, -- in PHC format
    changed_at INTEGER NOT NULL
) STRICT;

-- A session has a number that its person may see. It is never given twice.
ALTER TABLE sessions RENAME TO sessions_before;
DROP INDEX sessions_by_user;
CREATE TABLE sessions (
    token_hash BLOB    PRIMARY KEY, -- SHA-256 of the token
    id         INTEGER NOT NULL,
    user       INTEGER NOT NULL REFERENCES users (id),
    device     TEXT    NOT NULL, -- in a few words; empty for those from before
    network    TEXT, -- the address that it came from
    created_at INTEGER NOT NULL,
    used_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sessions (token_hash, id, user, device, created_at, used_at)
SELECT token_hash, row_number() OVER (ORDER BY created_at, token_hash), user, '', created_at, used_at
FROM sessions_before;
DROP TABLE sessions_before;
CREATE UNIQUE INDEX sessions_by_id ON sessions (id);
CREATE INDEX sessions_by_user ON sessions (user);

-- The last number that a session got: a table of one row.
CREATE TABLE last_session (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id  INTEGER NOT NULL
) STRICT;
INSERT INTO last_session (one, id) SELECT 1, coalesce(max(id), 0) FROM sessions;

CREATE TABLE invites (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB    NOT NULL UNIQUE, -- SHA-256 of the token
    role       INTEGER NOT NULL, -- as `users.kind`
    created_by INTEGER REFERENCES users (id), -- NULL: the operator
    created_at INTEGER NOT NULL,
    expires_at INTEGER, -- NULL: it stays
    max_uses   INTEGER, -- NULL: without end
    uses       INTEGER NOT NULL,
    revoked_at INTEGER,
    spent_at   INTEGER -- when it was used for the last time
) STRICT;
-- Private rooms of which who joins becomes a member.
CREATE TABLE invite_rooms (
    invite INTEGER NOT NULL REFERENCES invites (id),
    room   INTEGER NOT NULL REFERENCES rooms (id),
    PRIMARY KEY (invite, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX invite_rooms_by_room ON invite_rooms (room);

-- Links that work once.
CREATE TABLE links (
    token_hash BLOB    PRIMARY KEY, -- SHA-256 of the token
    purpose    INTEGER NOT NULL, -- 0 to claim the place
    user       INTEGER REFERENCES users (id), -- for whom it is
    created_by INTEGER REFERENCES users (id), -- NULL: the operator
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- This place: a table of one row.
CREATE TABLE place (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    name       TEXT    NOT NULL DEFAULT '',
    claimed_at INTEGER -- since when it has an owner
) STRICT;
INSERT INTO place (one) VALUES (1);
