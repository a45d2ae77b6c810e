-- Sign-in, reachability, server-to-server keys and repeated requests. Secrets are stored as hashes.
ALTER TABLE users ADD COLUMN password_hash TEXT;
ALTER TABLE users ADD COLUMN issuer TEXT; -- users of a host product: its issuer ...
ALTER TABLE users ADD COLUMN subject TEXT; -- ... and its own id of the user
ALTER TABLE users ADD COLUMN token_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN do_not_disturb_until TEXT;
CREATE UNIQUE INDEX users_identifier ON users(identifier_key)
    WHERE subject IS NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX users_external ON users(issuer, subject) WHERE subject IS NOT NULL;

CREATE TABLE blocks (
    user_id BLOB NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    blocked_id BLOB NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    PRIMARY KEY (user_id, blocked_id)
) STRICT;
CREATE INDEX blocks_blocked ON blocks(blocked_id);

CREATE TABLE refresh_tokens (
    hash BLOB PRIMARY KEY NOT NULL,
    family BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    revoked_at TEXT
) STRICT;
CREATE INDEX refresh_tokens_family ON refresh_tokens(family);
CREATE INDEX refresh_tokens_user ON refresh_tokens(user_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens(expires_at);

CREATE TABLE api_keys (
    id BLOB PRIMARY KEY NOT NULL,
    hash BLOB NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;

CREATE TABLE invites (
    hash BLOB PRIMARY KEY NOT NULL,
    created_by BLOB REFERENCES users(id) ON DELETE SET NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_by BLOB REFERENCES users(id) ON DELETE SET NULL,
    used_at TEXT
) STRICT;

CREATE TABLE idempotency_keys (
    owner_id BLOB NOT NULL, -- a user or an API key
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    status INTEGER, -- NULL while the first request runs
    body TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (owner_id, route, key)
) STRICT;
CREATE INDEX idempotency_keys_age ON idempotency_keys(created_at);
CREATE INDEX turn_credentials_expiry ON turn_credentials(expires_at);
