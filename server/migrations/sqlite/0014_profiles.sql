-- What a person shows beside the name, and what the page has to know of its own person.

ALTER TABLE users ADD COLUMN colour INTEGER; -- 0 to 11; NULL: none was chosen
ALTER TABLE users ADD COLUMN status_emoji TEXT; -- NULL: there is no status
ALTER TABLE users ADD COLUMN status_text TEXT;
ALTER TABLE users ADD COLUMN status_until INTEGER; -- NULL: it stays
ALTER TABLE users ADD COLUMN language TEXT; -- a tag of BCP 47
ALTER TABLE users ADD COLUMN time_zone TEXT; -- a name of the time zone database
-- Finds the statuses that have ended.
CREATE INDEX users_by_status_until ON users (status_until) WHERE status_until IS NOT NULL;
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
