-- Links with which somebody sets a new password, or takes a session to another device.

-- The session from which a link was made: once that has ended, the link works no more.
ALTER TABLE links ADD COLUMN session INTEGER;
-- 1: who sets a new password by it needs no second factor, and has none afterwards.
ALTER TABLE links ADD COLUMN removes_second_factor INTEGER NOT NULL DEFAULT 0;
CREATE INDEX links_by_user ON links (user);
