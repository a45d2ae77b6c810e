-- Calls whose media goes through the server, and raised hands.
-- calls.topology: 'mesh', 'upgrading', 'sfu', 'downgrading'
ALTER TABLE calls
    ADD COLUMN topology_until TIMESTAMPTZ(3), -- when its present step is over
    ADD COLUMN without_media_until TIMESTAMPTZ(3); -- when a call fails in which nobody has media
ALTER TABLE call_participants
    ADD COLUMN media_ready BOOLEAN NOT NULL DEFAULT FALSE, -- media goes through the server
    ADD COLUMN in_mesh BOOLEAN NOT NULL DEFAULT FALSE, -- has direct links from before
    ADD COLUMN hand_raised_at TIMESTAMPTZ(3);
