-- What edited messages said before. They go with their message.
CREATE TABLE message_versions (
    room       INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    rev        INTEGER NOT NULL, -- the room's revision at which this text was replaced
    body       TEXT    NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (room, seq, rev),
    FOREIGN KEY (room, seq) REFERENCES messages (room, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Until when a person reads and does not write, and the revision of the person's own stream that
-- says so.
ALTER TABLE users ADD COLUMN timed_out_until INTEGER;
ALTER TABLE users ADD COLUMN restriction_rev INTEGER NOT NULL DEFAULT 0;

-- The view has all columns of the table as it is now.
DROP VIEW users_now;
CREATE VIEW users_now AS
SELECT u.*,
    max(
        u.stream_floor,
        u.restriction_rev,
        coalesce((SELECT max(rev) FROM read_marks WHERE user = u.id), 0),
        coalesce((SELECT max(own_rev) FROM memberships WHERE user = u.id), 0),
        coalesce((SELECT rev FROM sidebars WHERE user = u.id), 0)
    ) AS stream_rev
FROM users u;
