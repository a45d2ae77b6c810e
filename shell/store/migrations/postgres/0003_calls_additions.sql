-- What a call needs beyond the founding columns: everything of its state, its version for
-- conditional updates, its next deadline, and its event log.
ALTER TABLE calls
    ADD COLUMN version BIGINT NOT NULL DEFAULT 1,
    ADD COLUMN seq BIGINT NOT NULL DEFAULT 0, -- number of the newest event
    ADD COLUMN shape VARCHAR(20) NOT NULL DEFAULT 'direct', -- 'direct', 'group'
    ADD COLUMN host_id UUID REFERENCES users(id) ON DELETE SET NULL, -- NULL: the initiator
    ADD COLUMN topology VARCHAR(20) NOT NULL DEFAULT 'mesh', -- 'mesh', 'sfu'
    ADD COLUMN video_used BOOLEAN NOT NULL DEFAULT FALSE, -- a camera was on
    ADD COLUMN screen_used BOOLEAN NOT NULL DEFAULT FALSE, -- a screen was shared
    ADD COLUMN ring_ms BIGINT NOT NULL DEFAULT 45000,
    ADD COLUMN empty_until TIMESTAMPTZ(3),
    ADD COLUMN alone_until TIMESTAMPTZ(3),
    ADD COLUMN ended_by UUID REFERENCES users(id) ON DELETE SET NULL,
    ADD COLUMN metadata TEXT, -- opaque JSON text, kept byte for byte
    ADD COLUMN next_deadline_at TIMESTAMPTZ(3);
-- One call of a conversation at a time.
CREATE UNIQUE INDEX calls_live_conversation ON calls(conversation_id)
    WHERE status IN ('initiated', 'ringing', 'active');
CREATE INDEX calls_deadline ON calls(next_deadline_at) WHERE next_deadline_at IS NOT NULL;
CREATE INDEX calls_ended ON calls(ended_at) WHERE ended_at IS NOT NULL;

ALTER TABLE call_participants
    ADD COLUMN position INTEGER NOT NULL DEFAULT 0, -- order of invitation, the caller 0
    ADD COLUMN role VARCHAR(20) NOT NULL DEFAULT 'member',
    ADD COLUMN device_id VARCHAR(64),
    ADD COLUMN seat_number BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN seat_since TIMESTAMPTZ(3),
    ADD COLUMN link VARCHAR(20) NOT NULL DEFAULT 'up', -- 'up', 'dropped', 'reconnecting'
    ADD COLUMN link_at TIMESTAMPTZ(3), -- dropped: since; reconnecting: until
    ADD COLUMN ring_mode VARCHAR(20) NOT NULL DEFAULT 'ring', -- 'ring', 'notify', 'silent', 'withheld'
    ADD COLUMN ring_expires_at TIMESTAMPTZ(3),
    ADD COLUMN busy BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN joins_on_activation VARCHAR(64), -- a device
    ADD COLUMN left_reason VARCHAR(50),
    ADD COLUMN reject_reason VARCHAR(50),
    ADD COLUMN earlier_stays_ms BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN missed_entry BOOLEAN NOT NULL DEFAULT FALSE,
    ADD COLUMN seen_at TIMESTAMPTZ(3), -- when the missed entry was seen
    ADD COLUMN granted BIGINT NOT NULL DEFAULT 0, -- bit sets of capabilities
    ADD COLUMN denied BIGINT NOT NULL DEFAULT 0;
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
    call_id UUID NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    name VARCHAR(64) NOT NULL,
    payload TEXT NOT NULL,
    at TIMESTAMPTZ(3) NOT NULL,
    PRIMARY KEY (call_id, seq)
);
