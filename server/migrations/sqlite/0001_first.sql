-- Times are microseconds since 1970 in UTC. Revisions (`rev`) and sequence numbers (`seq`)
-- start at 1.

-- One row per start of the server: see `store/sqlite/epoch.rs`.
CREATE TABLE epochs (
    ordinal    INTEGER PRIMARY KEY AUTOINCREMENT,
    id         BLOB    NOT NULL UNIQUE,
    started_at INTEGER NOT NULL
) STRICT;

-- The first revision that an epoch gave in a stream. `kind`: 0 directory, 1 room, 2 person.
CREATE TABLE epoch_starts (
    kind      INTEGER NOT NULL,
    stream    INTEGER NOT NULL,
    epoch     INTEGER NOT NULL REFERENCES epochs (ordinal),
    first_rev INTEGER NOT NULL,
    PRIMARY KEY (kind, stream, epoch)
) STRICT, WITHOUT ROWID;

-- The directory's own counter: a table of one row.
CREATE TABLE directory (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    rev INTEGER NOT NULL
) STRICT;
INSERT INTO directory (id, rev) VALUES (1, 0);

CREATE TABLE users (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    kind          INTEGER NOT NULL, -- 0 guest, 1 member
    name          TEXT    NOT NULL,
    directory_rev INTEGER NOT NULL, -- when the name last changed
    stream_rev    INTEGER NOT NULL, -- the person's own stream
    created_at    INTEGER NOT NULL,
    removed_at    INTEGER
) STRICT;
CREATE INDEX users_by_directory_rev ON users (directory_rev);

CREATE TABLE sessions (
    token_hash BLOB    PRIMARY KEY, -- SHA-256 of the token
    user       INTEGER NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user);

CREATE TABLE rooms (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL,
    name_key      TEXT    NOT NULL, -- lower case, for uniqueness
    topic         TEXT    NOT NULL,
    seq           INTEGER NOT NULL, -- of the last message
    rev           INTEGER NOT NULL, -- the last change
    info_rev      INTEGER NOT NULL, -- the last change of name, topic or existence
    directory_rev INTEGER NOT NULL, -- the directory's revision of that change
    created_at    INTEGER NOT NULL,
    created_by    INTEGER REFERENCES users (id),
    removed_at    INTEGER
) STRICT;
CREATE UNIQUE INDEX rooms_by_name ON rooms (name_key) WHERE removed_at IS NULL;
CREATE INDEX rooms_by_directory_rev ON rooms (directory_rev);

CREATE TABLE messages (
    id          INTEGER PRIMARY KEY,
    room        INTEGER NOT NULL REFERENCES rooms (id),
    seq         INTEGER NOT NULL,
    rev         INTEGER NOT NULL, -- the last change
    posted_rev  INTEGER NOT NULL, -- the first, for the reply to a retry
    author      INTEGER REFERENCES users (id), -- NULL: the simple protocol
    author_name TEXT, -- NULL: the user's current name
    client_id   BLOB,
    digest      INTEGER, -- of the command: a retry has the same
    body        TEXT    NOT NULL,
    posted_at   INTEGER NOT NULL,
    edited_at   INTEGER,
    deleted_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX messages_by_place ON messages (room, seq);
CREATE UNIQUE INDEX messages_by_rev ON messages (room, rev);
CREATE UNIQUE INDEX messages_by_client_id ON messages (client_id, author) WHERE client_id IS NOT NULL;

-- The results of commands other than posts, and posts that were cancelled before they came.
CREATE TABLE receipts (
    client_id BLOB    NOT NULL,
    author    INTEGER NOT NULL REFERENCES users (id),
    digest    INTEGER NOT NULL, -- 0: cancelled
    room      INTEGER,
    seq       INTEGER,
    rev       INTEGER,
    PRIMARY KEY (client_id, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE read_marks (
    user INTEGER NOT NULL REFERENCES users (id),
    room INTEGER NOT NULL REFERENCES rooms (id),
    seq  INTEGER NOT NULL,
    rev  INTEGER NOT NULL, -- of the person's own stream
    PRIMARY KEY (user, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX read_marks_by_rev ON read_marks (user, rev);
