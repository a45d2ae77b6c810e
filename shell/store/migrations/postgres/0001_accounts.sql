-- People, and who may call whom. Rows are only soft-deleted: other people's history stays.
CREATE TABLE users (
    id UUID PRIMARY KEY,
    identifier VARCHAR(320) NOT NULL,
    identifier_key VARCHAR(320) NOT NULL, -- lower case
    name VARCHAR(256) NOT NULL,
    search_key TEXT COLLATE "C" NOT NULL, -- name and identifier in lower case
    created_at TIMESTAMPTZ(3) NOT NULL,
    deleted_at TIMESTAMPTZ(3)
);

CREATE TABLE conversations (
    id UUID PRIMARY KEY,
    kind VARCHAR(20) NOT NULL, -- 'direct', 'group'
    title VARCHAR(256),
    direct_key VARCHAR(80), -- the two members of a direct conversation, smaller id first
    created_by UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ(3) NOT NULL,
    deleted_at TIMESTAMPTZ(3)
);
CREATE UNIQUE INDEX conversations_direct ON conversations(direct_key)
    WHERE direct_key IS NOT NULL AND deleted_at IS NULL;

CREATE TABLE conversation_members (
    conversation_id UUID NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    role VARCHAR(20) NOT NULL, -- 'owner', 'member'
    joined_at TIMESTAMPTZ(3) NOT NULL,
    left_at TIMESTAMPTZ(3),
    PRIMARY KEY (conversation_id, user_id)
);
CREATE INDEX conversation_members_user ON conversation_members(user_id, conversation_id)
    WHERE left_at IS NULL;
