-- What a call needs beyond the founding columns: everything of its state, its version for
-- conditional updates, its next deadline, and its event log.
ALTER TABLE calls ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE calls ADD COLUMN seq INTEGER NOT NULL DEFAULT 0; -- number of the newest event
ALTER TABLE calls ADD COLUMN shape TEXT NOT NULL DEFAULT 'direct'; -- 'direct', 'group'
ALTER TABLE calls ADD COLUMN host_id BLOB REFERENCES users(id) ON DELETE SET NULL; -- NULL: the initiator
ALTER TABLE calls ADD COLUMN topology TEXT NOT NULL DEFAULT 'mesh'; -- 'mesh', 'sfu'
ALTER TABLE calls ADD COLUMN video_used INTEGER NOT NULL DEFAULT 0; -- a camera was on
ALTER TABLE calls ADD COLUMN screen_used INTEGER NOT NULL DEFAULT 0; -- a screen was shared
ALTER TABLE calls ADD COLUMN ring_ms INTEGER NOT NULL DEFAULT 45000;
ALTER TABLE calls ADD COLUMN empty_until TEXT;
ALTER TABLE calls ADD COLUMN alone_until TEXT;
ALTER TABLE calls ADD COLUMN ended_by BLOB REFERENCES users(id) ON DELETE SET NULL;
ALTER TABLE calls ADD COLUMN metadata TEXT; -- opaque JSON text, kept byte for byte
ALTER TABLE calls ADD COLUMN next_deadline_at TEXT;
-- One call of a conversation at a time.
CREATE UNIQUE INDEX calls_live_conversation ON calls(conversation_id)
    WHERE status IN ('initiated', 'ringing', 'active');
CREATE INDEX calls_deadline ON calls(next_deadline_at) WHERE next_deadline_at IS NOT NULL;
CREATE INDEX calls_ended ON calls(ended_at) WHERE ended_at IS NOT NULL;

ALTER TABLE call_participants ADD COLUMN position INTEGER NOT NULL DEFAULT 0; -- order of invitation, the caller 0
ALTER TABLE call_participants ADD COLUMN role TEXT NOT NULL DEFAULT 'member';
ALTER TABLE call_participants ADD COLUMN device_id TEXT;
ALTER TABLE call_participants ADD COLUMN seat_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE call_participants ADD COLUMN seat_since TEXT;
ALTER TABLE call_participants ADD COLUMN link TEXT NOT NULL DEFAULT 'up'; -- 'up', 'dropped', 'reconnecting'
ALTER TABLE call_participants ADD COLUMN link_at TEXT; -- dropped: since; reconnecting: until
ALTER TABLE call_participants ADD COLUMN ring_mode TEXT NOT NULL DEFAULT 'ring'; -- 'ring', 'notify', 'silent', 'withheld'
ALTER TABLE call_participants ADD COLUMN ring_expires_at TEXT;
ALTER TABLE call_participants ADD COLUMN busy INTEGER NOT NULL DEFAULT 0;
ALTER TABLE call_participants ADD COLUMN joins_on_activation TEXT; -- a device
ALTER TABLE call_participants ADD COLUMN left_reason TEXT;
ALTER TABLE call_participants ADD COLUMN reject_reason TEXT;
ALTER TABLE call_participants ADD COLUMN earlier_stays_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE call_participants ADD COLUMN missed_entry INTEGER NOT NULL DEFAULT 0;
ALTER TABLE call_participants ADD COLUMN seen_at TEXT; -- when the missed entry was seen
ALTER TABLE call_participants ADD COLUMN granted INTEGER NOT NULL DEFAULT 0; -- bit sets of capabilities
ALTER TABLE call_participants ADD COLUMN denied INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX call_participants_once ON call_participants(call_id, user_id);
-- A device is in one call at a time.
CREATE UNIQUE INDEX call_participants_seat ON call_participants(user_id, device_id)
    WHERE status = 'joined' AND device_id IS NOT NULL;
CREATE INDEX call_participants_user ON call_participants(user_id, call_id);
CREATE INDEX call_participants_present ON call_participants(user_id)
    WHERE status IN ('invited', 'ringing', 'joined');
CREATE INDEX call_participants_missed ON call_participants(user_id, call_id) WHERE missed_entry;

-- The payload is plain text: it is replayed exactly as it was sent.
CREATE TABLE call_events (
    call_id BLOB NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (call_id, seq)
) STRICT;
