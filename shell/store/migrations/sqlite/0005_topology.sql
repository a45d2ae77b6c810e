-- Calls whose media goes through the server, and raised hands.
-- calls.topology: 'mesh', 'upgrading', 'sfu', 'downgrading'
ALTER TABLE calls ADD COLUMN topology_until TEXT; -- when its present step is over
ALTER TABLE calls ADD COLUMN without_media_until TEXT; -- when a call fails in which nobody has media
ALTER TABLE call_participants ADD COLUMN media_ready INTEGER NOT NULL DEFAULT 0; -- media goes through the server
ALTER TABLE call_participants ADD COLUMN in_mesh INTEGER NOT NULL DEFAULT 0; -- has direct links from before
ALTER TABLE call_participants ADD COLUMN hand_raised_at TEXT;
