"""Who is who, what was granted, and who read what."""

from alembic import op

from chassis.migrations import append_only, create_chassis_tables, protect

revision = "0001"
down_revision = None

_PEOPLE = """
create table organizations (
    id uuid primary key,
    name text not null,
    kind text not null
);
create table members (
    organization_id uuid not null,
    user_id uuid not null,
    primary key (organization_id, user_id)
);
-- The one address each account has proved to read. Links are made through this table and nothing else.
create table accounts (
    user_id uuid primary key,
    email text not null unique check (email = lower(email))
);
-- What each organization says of a student, in the order in which they came to know them.
create table organization_students (
    organization_id uuid not null,
    student_id uuid not null,
    name text not null,
    email text check (email = lower(email)),
    birth_date date,
    country text,
    adult_on date,
    taught boolean not null,
    sequence bigint generated always as identity,
    primary key (organization_id, student_id)
);
create index ix_organization_students_student_id on organization_students (student_id, sequence);
-- One person, derived from all of the above: adult_on is the latest anyone says, the address the introducer's.
create table students (
    id uuid primary key,
    introduced_by uuid not null,
    name text not null,
    email text,
    adult_on date,
    user_id uuid
);
create index ix_students_email on students (email) where user_id is null;
create index ix_students_user_id on students (user_id);
create table guardianships (
    student_id uuid not null,
    email text not null check (email = lower(email)),
    named_by uuid not null,
    from_roster boolean not null,
    user_id uuid,
    created_at timestamptz not null,
    primary key (student_id, email, named_by)
);
create index ix_guardianships_email on guardianships (email) where user_id is null;
create index ix_guardianships_user_id on guardianships (user_id);
"""

_CONSENT = """
create table policies (
    scope text not null check (scope ~ '^[a-z][a-z0-9_]{1,63}$'),
    version text not null,
    title text not null,
    text text not null,
    for_anyone boolean not null,
    effective_from timestamptz not null,
    primary key (scope, version)
);
-- The current state of each (student, organization, scope); how it came about is in grant_history.
create table grants (
    id uuid primary key,
    student_id uuid not null,
    organization_id uuid,
    scope text not null,
    state text not null check (state in ('granted', 'withdrawn', 'expired')),
    granted_by text not null check (granted_by in ('self', 'guardian')),
    granted_by_user_id uuid not null,
    policy_version text not null,
    granted_at timestamptz not null,
    expires_at timestamptz,
    ended_at timestamptz,
    foreign key (scope, policy_version) references policies (scope, version),
    check ((state = 'granted') = (ended_at is null))
);
create unique index uq_grants_organization_id_student_id_scope
    on grants (organization_id, student_id, scope) nulls not distinct;
create index ix_grants_student_id on grants (student_id, scope);
create index ix_grants_expires_at on grants (expires_at) where state = 'granted';
create index ix_grants_by_guardian on grants (student_id) where state = 'granted' and granted_by = 'guardian';
create table grant_history (
    id uuid primary key,
    grant_id uuid not null references grants (id),
    student_id uuid not null,
    organization_id uuid,
    scope text not null,
    action text not null check (action in ('granted', 'withdrawn', 'expired')),
    acted_by text not null check (acted_by in ('self', 'guardian', 'system')),
    user_id uuid,
    policy_version text not null,
    at timestamptz not null,
    expires_at timestamptz
);
create index ix_grant_history_student_id on grant_history (student_id, at, id);
-- One row for each allowed read of a named student. Written often, read by student.
create table access_log (
    id uuid primary key,
    student_id uuid not null,
    organization_id uuid,
    user_id uuid,
    scope text not null,
    purpose text,
    basis text not null,
    grant_id uuid,
    at timestamptz not null
);
create index ix_access_log_student_id on access_log (student_id, at, id);
"""

_FOR_ANYONE = "create policy for_anyone on {table} for select using (organization_id is null)"


def upgrade() -> None:
    """Create the tables."""
    create_chassis_tables(op)
    op.execute(_PEOPLE)
    op.execute(_CONSENT)
    for table in ("members", "organization_students", "grants", "grant_history", "access_log"):
        protect(op, table)
    for table in ("grants", "grant_history"):
        op.execute(_FOR_ANYONE.format(table=table))
    for table in ("policies", "grant_history", "access_log"):
        append_only(op, table)
