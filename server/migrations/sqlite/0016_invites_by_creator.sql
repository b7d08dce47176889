-- Whose invites end with a right or a person, and whether a guest who left has made some: the sweeper
-- asks for each.
CREATE INDEX invites_by_creator ON invites (created_by) WHERE created_by IS NOT NULL;
CREATE INDEX links_by_creator ON links (created_by) WHERE created_by IS NOT NULL;
