-- Guests who came by a link to one room.

-- The only room that exists for a guest; NULL: every room that may. No foreign key: a room's number
-- is never given again, and a room that was removed need not wait for its guests.
ALTER TABLE users ADD COLUMN only_room INTEGER;
-- Messages of that room before this one do not exist for the guest either; 0: all exist.
ALTER TABLE users ADD COLUMN only_room_from INTEGER;
-- The view has all columns of the table as it is now.
DROP VIEW users_now;
CREATE VIEW users_now AS
SELECT u.*,
    max(
        u.stream_floor,
        coalesce((SELECT max(rev) FROM read_marks WHERE user = u.id), 0),
        coalesce((SELECT max(own_rev) FROM memberships WHERE user = u.id), 0)
    ) AS stream_rev
FROM users u;

-- Whether the guests whom an invite lets in see what was written before. Other roles see it anyway.
ALTER TABLE invites ADD COLUMN with_history INTEGER NOT NULL DEFAULT 0;
