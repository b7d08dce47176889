-- Private rooms exist for their members alone. They are not in the directory (`directory_rev` 0),
-- and their names need not be unique (`name_look` NULL).
ALTER TABLE rooms ADD COLUMN kind INTEGER NOT NULL DEFAULT 0; -- 0 public, 1 private
-- The room's last revision is at least this, whatever memberships are left.
ALTER TABLE rooms ADD COLUMN rev_floor INTEGER NOT NULL DEFAULT 0;

-- Who is, or was, a member of a private room. The row is an item of two streams.
CREATE TABLE memberships (
    room      INTEGER NOT NULL REFERENCES rooms (id),
    user      INTEGER NOT NULL REFERENCES users (id),
    role      INTEGER NOT NULL, -- 0 member, 1 manager
    rev       INTEGER NOT NULL, -- of the room's stream
    own_rev   INTEGER NOT NULL, -- of the person's own stream
    joined_at INTEGER NOT NULL,
    left_at   INTEGER, -- NULL: is a member
    PRIMARY KEY (room, user)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX memberships_by_rev ON memberships (room, rev);
CREATE UNIQUE INDEX memberships_by_own_rev ON memberships (user, own_rev);

-- How often the mark was set back.
ALTER TABLE read_marks ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

-- The revision that last changed the text, if it is another than `rev`.
ALTER TABLE messages ADD COLUMN content_rev INTEGER;
-- What is unread follows from the last sequence number and from which messages are deleted. A
-- post writes nothing here.
CREATE INDEX messages_deleted ON messages (room, seq, deleted_at) WHERE deleted_at IS NOT NULL;

DROP VIEW rooms_now;
CREATE VIEW rooms_now AS
SELECT r.*,
    coalesce((SELECT max(seq) FROM messages WHERE room = r.id), 0) AS seq,
    max(
        r.info_rev,
        r.rev_floor,
        coalesce((SELECT posted_rev FROM messages WHERE room = r.id ORDER BY seq DESC LIMIT 1), 0),
        coalesce((SELECT max(rev) FROM messages WHERE room = r.id AND rev > posted_rev), 0),
        coalesce((SELECT max(rev) FROM memberships WHERE room = r.id), 0)
    ) AS rev
FROM rooms r;

DROP VIEW users_now;
CREATE VIEW users_now AS
SELECT u.*,
    max(
        u.stream_floor,
        coalesce((SELECT max(rev) FROM read_marks WHERE user = u.id), 0),
        coalesce((SELECT max(own_rev) FROM memberships WHERE user = u.id), 0)
    ) AS stream_rev
FROM users u;
