-- Sign-in, reachability, server-to-server keys and repeated requests. Secrets are stored as hashes.
ALTER TABLE users
    ADD COLUMN password_hash TEXT,
    ADD COLUMN issuer VARCHAR(512), -- users of a host product: its issuer ...
    ADD COLUMN subject VARCHAR(512), -- ... and its own id of the user
    ADD COLUMN token_epoch BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN do_not_disturb_until TIMESTAMPTZ(3);
CREATE UNIQUE INDEX users_identifier ON users(identifier_key)
    WHERE subject IS NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX users_external ON users(issuer, subject) WHERE subject IS NOT NULL;

CREATE TABLE blocks (
    user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    blocked_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ(3) NOT NULL,
    PRIMARY KEY (user_id, blocked_id)
);
CREATE INDEX blocks_blocked ON blocks(blocked_id);

CREATE TABLE refresh_tokens (
    hash BYTEA PRIMARY KEY,
    family UUID NOT NULL,
    user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ(3) NOT NULL,
    expires_at TIMESTAMPTZ(3) NOT NULL,
    used_at TIMESTAMPTZ(3),
    revoked_at TIMESTAMPTZ(3)
);
CREATE INDEX refresh_tokens_family ON refresh_tokens(family);
CREATE INDEX refresh_tokens_user ON refresh_tokens(user_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens(expires_at);

CREATE TABLE api_keys (
    id UUID PRIMARY KEY,
    hash BYTEA NOT NULL,
    name VARCHAR(256) NOT NULL,
    created_at TIMESTAMPTZ(3) NOT NULL,
    revoked_at TIMESTAMPTZ(3)
);

CREATE TABLE invites (
    hash BYTEA PRIMARY KEY,
    created_by UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ(3) NOT NULL,
    expires_at TIMESTAMPTZ(3) NOT NULL,
    used_by UUID REFERENCES users(id) ON DELETE SET NULL,
    used_at TIMESTAMPTZ(3)
);

CREATE TABLE idempotency_keys (
    owner_id UUID NOT NULL, -- a user or an API key
    route VARCHAR(128) NOT NULL,
    key VARCHAR(255) NOT NULL,
    body_hash BYTEA NOT NULL,
    status INTEGER, -- NULL while the first request runs
    body TEXT,
    created_at TIMESTAMPTZ(3) NOT NULL,
    PRIMARY KEY (owner_id, route, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys(created_at);
CREATE INDEX turn_credentials_expiry ON turn_credentials(expires_at);
