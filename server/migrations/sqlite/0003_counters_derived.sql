-- A post need not write to the rows of its room and its author: a stream's counters follow from
-- the rows that it contains. This requires that no row of a message is deleted while its room
-- exists (a deleted message keeps its row), and that no read mark is deleted.
ALTER TABLE rooms DROP COLUMN seq;
ALTER TABLE rooms DROP COLUMN rev;
ALTER TABLE users DROP COLUMN stream_rev;

-- Rooms with the last sequence number (`seq`) and the last revision (`rev`), which is that of
-- the room itself, of a post, or of a change of a message.
CREATE VIEW rooms_now AS
SELECT r.*,
    coalesce((SELECT max(seq) FROM messages WHERE room = r.id), 0) AS seq,
    max(
        r.info_rev,
        coalesce((SELECT posted_rev FROM messages WHERE room = r.id ORDER BY seq DESC LIMIT 1), 0),
        coalesce((SELECT max(rev) FROM messages WHERE room = r.id AND rev > posted_rev), 0)
    ) AS rev
FROM rooms r;

-- People with the last revision of their own stream (`stream_rev`).
CREATE VIEW users_now AS
SELECT u.*, coalesce((SELECT max(rev) FROM read_marks WHERE user = u.id), 0) AS stream_rev
FROM users u;
