-- Every table has a bound and is swept (`store/sqlite/sweep/`). Where rows are deleted, the last
-- revision is stored, so that no revision is given twice.

-- The last revision of a person's own stream is at least this, whatever read marks are left.
ALTER TABLE users ADD COLUMN stream_floor INTEGER NOT NULL DEFAULT 0;
-- Whether the person has posted: then messages show the name, and the row must stay.
ALTER TABLE users ADD COLUMN has_posted INTEGER NOT NULL DEFAULT 0;
UPDATE users SET has_posted = 1 WHERE id IN (SELECT DISTINCT author FROM messages WHERE author IS NOT NULL);
DROP VIEW users_now;
CREATE VIEW users_now AS
SELECT u.*,
    max(u.stream_floor, coalesce((SELECT max(rev) FROM read_marks WHERE user = u.id), 0)) AS stream_rev
FROM users u;

-- Rooms that were removed up to this revision may have no row any more. A client that knows less
-- gets the whole directory again.
ALTER TABLE directory ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;

-- Sessions expire when they are old, or have not been used for long.
ALTER TABLE sessions ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET used_at = CAST(unixepoch('subsec') * 1000000 AS INTEGER);

-- Receipts are kept for a time, and a limited number of each author.
ALTER TABLE receipts ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
UPDATE receipts SET at = CAST(unixepoch('subsec') * 1000000 AS INTEGER);
CREATE INDEX receipts_by_author ON receipts (author, at);

CREATE INDEX read_marks_by_room ON read_marks (room);
CREATE INDEX rooms_by_creator ON rooms (created_by);

-- The addresses that messages came from, so that all of them can be removed. An id that is left
-- elsewhere means nothing once its row here is deleted.
CREATE TABLE addresses (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    network BLOB    NOT NULL UNIQUE, -- four bytes, or the first eight of an IPv6 address
    used_at INTEGER NOT NULL
) STRICT;
CREATE INDEX addresses_by_use ON addresses (used_at);
ALTER TABLE messages ADD COLUMN posted_from INTEGER;
ALTER TABLE rooms ADD COLUMN created_from INTEGER;

-- Networks that are blocked for a time.
CREATE TABLE blocks (
    network    TEXT    PRIMARY KEY, -- 203.0.113.9, 203.0.113.0/24, 2001:db8::/48
    until      INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
