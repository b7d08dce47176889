-- Links with which somebody sets a new password, or takes a session to another device.

-- The session from which a link was made: once that has ended, the link works no more.
ALTER TABLE links ADD COLUMN session INTEGER;
CREATE INDEX links_by_user ON links (user);
