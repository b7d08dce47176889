-- What edited messages said before. They go with their message.
CREATE TABLE message_versions (
    room       INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    rev        INTEGER NOT NULL, -- the room's revision at which this text was replaced
    body       TEXT    NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (room, seq, rev),
    FOREIGN KEY (room, seq) REFERENCES messages (room, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
