-- A post writes to as few pages as can be. Posts were given their revisions in the order of their
-- places, so that only what was changed later needs an index by revision; and a person's
-- marks are few enough to go through.
DROP INDEX messages_by_rev;
CREATE UNIQUE INDEX messages_by_change ON messages (room, rev) WHERE rev > posted_rev;
DROP INDEX read_marks_by_rev;
