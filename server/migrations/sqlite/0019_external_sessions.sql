-- By which identity provider a session began, and which session there it belongs to: the provider
-- may end them. NULL for sessions that began otherwise, or before this.
ALTER TABLE sessions ADD COLUMN issuer TEXT;
ALTER TABLE sessions ADD COLUMN external_sid TEXT;
CREATE INDEX sessions_by_external_sid ON sessions (external_sid) WHERE external_sid IS NOT NULL;
