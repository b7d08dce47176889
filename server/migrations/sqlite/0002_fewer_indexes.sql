-- Fewer indexes, so that a post writes to fewer pages. The revisions of posts rise with their
-- sequence numbers, so only messages that were changed later need an index by revision. A
-- person has few read marks; they are scanned.
DROP INDEX messages_by_rev;
CREATE UNIQUE INDEX messages_by_change ON messages (room, rev) WHERE rev > posted_rev;
DROP INDEX read_marks_by_rev;
