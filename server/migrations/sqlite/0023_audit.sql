-- The audit log: what those did who manage the place or its public rooms, and the operator. A row is
-- inserted in the commit of the act. No command changes or deletes one; the sweeper deletes what is
-- old enough.

-- It refers to no other table: people and rooms may be gone before their entries are, and then the
-- numbers alone stay.
CREATE TABLE audit (
    id     INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, so that a page's end stays its end
    at     INTEGER NOT NULL,
    actor  INTEGER,          -- the person; NULL: the operator, or the server for an identity provider
    action TEXT    NOT NULL, -- by its name in JSON
    person INTEGER,          -- whom it was about
    room   INTEGER,
    seq    INTEGER,          -- the message in that room
    detail TEXT    NOT NULL  -- a JSON object
) STRICT;
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_actor ON audit (actor) WHERE actor IS NOT NULL;
CREATE INDEX audit_person ON audit (person) WHERE person IS NOT NULL;
CREATE INDEX audit_action ON audit (action);
