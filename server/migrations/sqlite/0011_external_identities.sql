-- Who somebody is at an identity provider: its issuer and the subject there, which it never gives
-- to anybody else. Of one provider a person has one at most.
CREATE TABLE external_identities (
    issuer    TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    user      INTEGER NOT NULL REFERENCES users (id),
    name      TEXT    NOT NULL, -- what the person is called there
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX external_identities_by_user ON external_identities (user, issuer);
