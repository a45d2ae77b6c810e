-- The founding tables with the same column names. Ids are 16 bytes, times RFC 3339 text in UTC,
-- documents JSON text; expired credentials are deleted by the program.
CREATE TABLE calls (
id BLOB PRIMARY KEY NOT NULL,
conversation_id BLOB NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
type TEXT NOT NULL DEFAULT 'audio', -- 'audio', 'video', 'screen'
status TEXT NOT NULL DEFAULT 'initiated',
-- Status: 'initiated', 'ringing', 'active', 'ended', 'missed', 'rejected', 'failed'
initiated_by BLOB NOT NULL REFERENCES users(id) ON DELETE CASCADE,
started_at TEXT,
ended_at TEXT,
duration_seconds INTEGER,
end_reason TEXT,
sfu_room_id TEXT,
recording_url TEXT,
quality_stats TEXT,
created_at TEXT,
updated_at TEXT
) STRICT;

CREATE TABLE call_participants (
id BLOB PRIMARY KEY NOT NULL,
call_id BLOB NOT NULL REFERENCES calls(id) ON DELETE CASCADE,
user_id BLOB NOT NULL REFERENCES users(id) ON DELETE CASCADE,
status TEXT NOT NULL DEFAULT 'invited',
-- Status: 'invited', 'ringing', 'joined', 'left', 'rejected', 'missed'
joined_at TEXT,
left_at TEXT,
ice_candidates TEXT,
media_state TEXT DEFAULT '{"audioEnabled": true, "videoEnabled": true, "screenSharing": false}',
media_stats TEXT,
connection_quality TEXT,
created_at TEXT,
updated_at TEXT
) STRICT;

CREATE TABLE turn_credentials (
id BLOB PRIMARY KEY NOT NULL,
user_id BLOB NOT NULL REFERENCES users(id) ON DELETE CASCADE,
username TEXT NOT NULL,
credential TEXT NOT NULL,
expires_at TEXT NOT NULL,
created_at TEXT
) STRICT;
