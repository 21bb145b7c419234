"""Keys with which programs enter for an organization."""

from alembic import op

from chassis.migrations import protect

revision = "0004"
down_revision = "0003"

_API_KEYS = """
create table api_keys (
    id uuid primary key,
    organization_id uuid not null references organizations (id),
    name text not null check (length(name) between 1 and 200),
    prefix text not null,
    key_hash bytea not null unique,
    permissions text[] not null check (cardinality(permissions) > 0),
    created_by uuid references users (id) on delete set null,
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    -- As a session's: what the gateway's cursor counts.
    revoked_in xid8
);
create index ix_api_keys_organization_id on api_keys (organization_id, created_at, id);
create index ix_api_keys_revoked_at on api_keys (revoked_at) where revoked_at is not null;
"""


def upgrade() -> None:
    """Create the table, each organization's rows protected."""
    op.execute(_API_KEYS)
    protect(op, "api_keys")
