"""Organizations, people, memberships, sessions, invitations.

Revision ID: 0001
"""

from alembic import op

from chassis.migrations import append_only, create_chassis_tables, protect

revision = "0001"
down_revision = None

_ORGANIZATIONS = """
create table organizations (
    id uuid primary key,
    kind text not null check (kind in ('sponsor', 'employer', 'partner', 'customer', 'academy')),
    sponsor_type text check (sponsor_type in ('corporate', 'foundation', 'government', 'individual')),
    name text not null check (length(name) between 1 and 200),
    slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    contact_email text,
    country text check (country ~ '^[A-Z]{2}$'),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    time_zone text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
"""

_PEOPLE = """
create table users (
    id uuid primary key,
    email text not null,
    name text not null check (length(name) between 1 and 200),
    password_hash text,
    email_verified_at timestamptz,
    created_at timestamptz not null
);
create unique index uq_users_email on users (lower(email));
-- Keyed by a hash of the address, so that an address nobody has locks exactly like one somebody has.
create table login_attempts (
    address_hash bytea primary key,
    failures integer not null,
    last_at timestamptz not null,
    locked_until timestamptz
);
create index ix_login_attempts_last_at on login_attempts (last_at);
create table email_verifications (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    token_hash bytea not null unique,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index ix_email_verifications_user_id on email_verifications (user_id);
"""

_MEMBERS = """
create table memberships (
    organization_id uuid not null references organizations (id),
    user_id uuid not null references users (id) on delete cascade,
    created_at timestamptz not null,
    primary key (organization_id, user_id)
);
create index ix_memberships_user_id on memberships (user_id);
create table roles (
    id uuid primary key,
    organization_id uuid references organizations (id),
    user_id uuid not null references users (id) on delete cascade,
    role text not null,
    cohort_id uuid,
    created_at timestamptz not null,
    -- The platform's administrators act for no organization; everybody else's role is a member's.
    check ((organization_id is null) = (role = 'platform_admin')),
    foreign key (organization_id, user_id) references memberships (organization_id, user_id) on delete cascade,
    constraint uq_roles unique nulls not distinct (organization_id, user_id, role, cohort_id)
);
create index ix_roles_user_id on roles (user_id);
create table rights_audit (
    id uuid primary key,
    organization_id uuid,
    actor_id uuid,
    user_id uuid not null,
    action text not null,
    details jsonb not null,
    at timestamptz not null
);
create index ix_rights_audit_organization_id_at on rights_audit (organization_id, at);
"""

_INVITATIONS = """
create table invitations (
    id uuid primary key,
    purpose text not null check (purpose in ('member', 'student', 'guardian')),
    email text not null,
    organization_id uuid references organizations (id),
    student_id uuid,
    role text,
    cohort_id uuid,
    invited_by uuid,
    state text not null check (state in ('pending', 'accepted', 'revoked', 'replaced')),
    token_hash bytea unique,
    expires_at timestamptz not null,
    resends integer not null default 0,
    accepted_by uuid references users (id) on delete set null,
    accepted_at timestamptz,
    created_at timestamptz not null,
    check ((purpose = 'member') = (role is not null)),
    check ((purpose = 'member') = (student_id is null)),
    check (purpose <> 'member' or organization_id is not null)
);
create index ix_invitations_organization_id on invitations (organization_id, created_at);
create index ix_invitations_email on invitations (email);
create unique index uq_invitations_member
    on invitations (organization_id, email, role, cohort_id) nulls not distinct
    where purpose = 'member' and state = 'pending';
create unique index uq_invitations_student
    on invitations (student_id, purpose, email) where student_id is not null;
"""

_SESSIONS = """
create table sessions (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    organization_id uuid references organizations (id),
    device text,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    ends_at timestamptz not null,
    revoked_at timestamptz,
    revoked_reason text,
    -- In which transaction it was revoked: what the gateway's cursor counts, since commits have no other order.
    revoked_in xid8
);
create index ix_sessions_user_id on sessions (user_id, last_used_at);
create index ix_sessions_organization_id_user_id on sessions (organization_id, user_id);
create index ix_sessions_revoked_at on sessions (revoked_at) where revoked_at is not null;
create index ix_sessions_ends_at on sessions (ends_at);
create table refresh_tokens (
    token_hash bytea primary key,
    session_id uuid not null references sessions (id) on delete cascade,
    nonce bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index ix_refresh_tokens_session_id on refresh_tokens (session_id);
"""

_CONSENTS = """
create table consent_scopes (
    grant_id uuid primary key,
    student_id uuid not null,
    organization_id uuid,
    scope text not null,
    expires_at timestamptz
);
create index ix_consent_scopes_organization_id_scope on consent_scopes (organization_id, scope);
create index ix_consent_scopes_student_id on consent_scopes (student_id);
"""


def upgrade() -> None:
    """Create the tables; protect those that hold one organization's rows."""
    create_chassis_tables(op)
    for tables in (_ORGANIZATIONS, _PEOPLE, _MEMBERS, _INVITATIONS, _SESSIONS, _CONSENTS):
        op.execute(tables)
    protect(op, "organizations", column="id")
    for table in ("memberships", "roles", "rights_audit", "invitations", "consent_scopes"):
        protect(op, table)
    append_only(op, "rights_audit")
