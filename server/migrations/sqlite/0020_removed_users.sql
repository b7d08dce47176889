-- People who were deleted are few, and looked for at each start and once an hour.
CREATE INDEX users_removed ON users (id) WHERE removed_at IS NOT NULL;
