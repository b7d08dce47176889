-- `removed_at` is when a person was deleted; then name, username and all else that is personal are
-- erased. Who was removed before has kept the name: from now on that is a person who is
-- deactivated.
UPDATE users SET deactivated_at = removed_at, removed_at = NULL WHERE removed_at IS NOT NULL;
-- Finds owners, and lists people by what they may do.
CREATE INDEX users_by_kind ON users (kind);
