-- People, and who may call whom. Rows are only soft-deleted: other people's history stays.
CREATE TABLE users (
    id BLOB PRIMARY KEY NOT NULL,
    identifier TEXT NOT NULL,
    identifier_key TEXT NOT NULL, -- lower case
    name TEXT NOT NULL,
    search_key TEXT NOT NULL, -- name and identifier in lower case
    created_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;

CREATE TABLE conversations (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL, -- 'direct', 'group'
    title TEXT,
    direct_key TEXT, -- the two members of a direct conversation, smaller id first
    created_by BLOB REFERENCES users(id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    deleted_at TEXT
) STRICT;
CREATE UNIQUE INDEX conversations_direct ON conversations(direct_key)
    WHERE direct_key IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE conversation_members (
    conversation_id BLOB NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    user_id BLOB NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    role TEXT NOT NULL, -- 'owner', 'member'
    joined_at TEXT NOT NULL,
    left_at TEXT,
    PRIMARY KEY (conversation_id, user_id)
) STRICT;
CREATE INDEX conversation_members_user ON conversation_members(user_id, conversation_id)
    WHERE left_at IS NULL;
