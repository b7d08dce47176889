-- A post need not write to its room's row nor to its author's: where a stream stands follows
-- from what it holds. That rests on this: as long as a room stands, none of its messages'
-- rows is taken away (a deleted message keeps its row), and no read mark ever is.
ALTER TABLE rooms DROP COLUMN seq;
ALTER TABLE rooms DROP COLUMN rev;
ALTER TABLE users DROP COLUMN stream_rev;

-- Rooms, with the last message's place (`seq`) and the last change (`rev`): of the room
-- itself, a post, or a change of a message.
CREATE VIEW rooms_now AS
SELECT r.*,
    coalesce((SELECT max(seq) FROM messages WHERE room = r.id), 0) AS seq,
    max(
        r.info_rev,
        coalesce((SELECT posted_rev FROM messages WHERE room = r.id ORDER BY seq DESC LIMIT 1), 0),
        coalesce((SELECT max(rev) FROM messages WHERE room = r.id AND rev > posted_rev), 0)
    ) AS rev
FROM rooms r;

-- People, with the last change of their own stream (`stream_rev`).
CREATE VIEW users_now AS
SELECT u.*, coalesce((SELECT max(rev) FROM read_marks WHERE user = u.id), 0) AS stream_rev
FROM users u;
