-- Rooms of every kind: memberships of public rooms, rooms for announcements, archived rooms, direct
-- conversations, lines about what happened in a room, and how people arrange their rooms.

-- `kind` of a room: 0 public, 1 private, 2 direct.
ALTER TABLE rooms ADD COLUMN posting INTEGER NOT NULL DEFAULT 0; -- 0 everybody, 1 managers
ALTER TABLE rooms ADD COLUMN archived_at INTEGER;
-- Of a direct conversation, its people: a JSON list in ascending order.
ALTER TABLE rooms ADD COLUMN people TEXT;
CREATE UNIQUE INDEX rooms_by_people ON rooms (people) WHERE people IS NOT NULL AND removed_at IS NULL;
-- Direct conversations do not count for the limits of rooms.
CREATE INDEX rooms_counted ON rooms (created_by, kind, removed_at)
WHERE removed_at IS NULL AND kind <> 2;

-- Those of one person, to bound how many are opened.
CREATE INDEX rooms_direct_by_creator ON rooms (created_by, created_at)
WHERE kind = 2 AND removed_at IS NULL;
-- What the sweep and lists look for. `name_key` has other letters for those that look alike.
CREATE INDEX rooms_listed ON rooms (name COLLATE NOCASE)
WHERE removed_at IS NULL AND name_look IS NOT NULL;
CREATE INDEX rooms_removed ON rooms (removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX memberships_present ON memberships (room, user) WHERE left_at IS NULL;
CREATE INDEX users_by_name ON users (name COLLATE NOCASE, id)
WHERE removed_at IS NULL AND deactivated_at IS NULL;

-- What happened, if the row is a line about the room and no message of a person: JSON.
ALTER TABLE messages ADD COLUMN event TEXT;
-- What counts as nothing unread, in place of the index of deleted messages. A post writes nothing
-- here.
DROP INDEX messages_deleted;
CREATE INDEX messages_uncounted ON messages (room, seq, deleted_at, event)
WHERE deleted_at IS NOT NULL OR event IS NOT NULL;

-- How a person has arranged the rooms.
CREATE TABLE sidebars (
    user   INTEGER PRIMARY KEY REFERENCES users (id),
    rev    INTEGER NOT NULL, -- of the person's own stream
    layout TEXT    NOT NULL  -- JSON
) STRICT;

-- The views have all columns of the tables as they are now.
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
        coalesce((SELECT max(own_rev) FROM memberships WHERE user = u.id), 0),
        coalesce((SELECT rev FROM sidebars WHERE user = u.id), 0)
    ) AS stream_rev
FROM users u;

-- Public rooms had no members. Who made one manages it, and who has read or written there is a
-- member. The lobby (1) has none: everybody is in it. The revisions follow the last ones of both
-- streams.
CREATE TEMP TABLE new_members AS
SELECT room, user, max(role) AS role FROM (
    SELECT id AS room, created_by AS user, 1 AS role FROM rooms
    UNION ALL SELECT room, user, 0 FROM read_marks
    UNION ALL SELECT room, author, 0 FROM messages WHERE author IS NOT NULL GROUP BY room, author
)
WHERE room <> 1
    AND room IN (SELECT id FROM rooms WHERE kind = 0 AND removed_at IS NULL)
    AND user IN (SELECT id FROM users WHERE removed_at IS NULL AND only_room IS NULL)
GROUP BY room, user;
INSERT INTO memberships (room, user, role, rev, own_rev, joined_at)
SELECT n.room, n.user, n.role,
    r.rev + row_number() OVER (PARTITION BY n.room ORDER BY n.user),
    u.stream_rev + row_number() OVER (PARTITION BY n.user ORDER BY n.room),
    CAST(unixepoch('subsec') * 1000000 AS INTEGER)
FROM new_members n JOIN rooms_now r ON r.id = n.room JOIN users_now u ON u.id = n.user;
-- These revisions are given in an epoch of their own. Otherwise a page of an epoch before, which knows
-- revisions that were lost, would take them for these.
INSERT INTO epochs (id, started_at)
SELECT randomblob(16), CAST(unixepoch('subsec') * 1000000 AS INTEGER)
WHERE EXISTS (SELECT 1 FROM new_members);
INSERT INTO epoch_starts (kind, stream, epoch, first_rev)
SELECT 1, room, (SELECT max(ordinal) FROM epochs), min(rev)
FROM memberships JOIN new_members USING (room, user) GROUP BY room
UNION ALL
SELECT 2, user, (SELECT max(ordinal) FROM epochs), min(own_rev)
FROM memberships JOIN new_members USING (room, user) GROUP BY user;
DROP TABLE new_members;
