-- Room names must differ as words and in their look (`names::RoomNameKey`). SQL cannot compute
-- these keys. The next start of the server does (`store/sqlite/room_names.rs`), in its own epoch, because
-- renaming a room changes it. Until then a room's `name_look` is NULL.
DROP INDEX rooms_by_name;
ALTER TABLE rooms ADD COLUMN name_look TEXT;
CREATE UNIQUE INDEX rooms_by_name ON rooms (name_key) WHERE removed_at IS NULL AND name_look IS NOT NULL;
CREATE UNIQUE INDEX rooms_by_look ON rooms (name_look) WHERE removed_at IS NULL;
