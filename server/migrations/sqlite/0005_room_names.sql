-- Rooms are told apart by what they are called and by what they look like: `names::RoomKey`,
-- which SQL cannot work out. The next start does (`apply/room_names.rs`), under its own epoch, as
-- a room that gets another name is changed; until then a room's `name_look` is NULL.
DROP INDEX rooms_by_name;
ALTER TABLE rooms ADD COLUMN name_look TEXT;
CREATE UNIQUE INDEX rooms_by_name ON rooms (name_key) WHERE removed_at IS NULL AND name_look IS NOT NULL;
CREATE UNIQUE INDEX rooms_by_look ON rooms (name_look) WHERE removed_at IS NULL;
