"""Imports of OneRoster files: the upload, how far it is, what was refused, and what is known by which id."""

from alembic import op

from chassis.migrations import protect

revision = "0004"
down_revision = "0003"

_IMPORTS = """
create table imports (
    organization_id uuid not null,
    id uuid not null,
    kind text not null,
    requested_by uuid,
    state text not null check (state in ('receiving', 'queued', 'running', 'done', 'failed')),
    absent text not null check (absent in ('keep', 'remove')),
    absent_limit bigint not null check (absent_limit between 0 and 100),
    size bigint not null,
    sha256 text not null,
    received_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    as_of timestamptz not null,
    step text,
    position bigint not null,
    problem jsonb,
    notices jsonb not null,
    refused bigint not null,
    primary key (organization_id, id)
);
create index ix_imports_received_at on imports (organization_id, received_at, id);
create index ix_imports_open on imports (received_at, id) where state in ('queued', 'running');
create index ix_imports_finished on imports (as_of) where state not in ('queued', 'running');
-- The zip itself, in pieces: web and worker share no disk. It is compressed already.
create table import_chunks (
    organization_id uuid not null,
    import_id uuid not null,
    number bigint not null,
    data bytea not null,
    primary key (organization_id, import_id, number),
    foreign key (organization_id, import_id) references imports (organization_id, id) on delete cascade
);
alter table import_chunks alter column data set storage external;
create table import_files (
    organization_id uuid not null,
    import_id uuid not null,
    name text not null,
    place bigint not null,
    mode text not null,
    rows bigint not null,
    read bigint not null,
    created bigint not null,
    updated bigint not null,
    unchanged bigint not null,
    removed bigint not null,
    ignored bigint not null,
    refused bigint not null,
    primary key (organization_id, import_id, name),
    foreign key (organization_id, import_id) references imports (organization_id, id) on delete cascade
);
create table import_errors (
    organization_id uuid not null,
    import_id uuid not null,
    number bigint not null,
    file text not null,
    line bigint not null,
    column_name text not null,
    reason text not null,
    sourced_id text,
    primary key (organization_id, import_id, number),
    foreign key (organization_id, import_id) references imports (organization_id, id) on delete cascade
);
create index ix_import_errors_sourced_id on import_errors (organization_id, import_id, file, sourced_id);
"""

_ITEMS = """
-- What an organization's files have told, by their ids: the same row again changes nothing. Each import notes on the
-- row that it has seen it, so there is room left to do that in place.
create table roster_items (
    organization_id uuid not null,
    kind text not null,
    sourced_id text not null,
    our_id uuid,
    fingerprint bytea not null,
    facts jsonb not null,
    seen_in uuid not null,
    line bigint not null,
    outcome text not null,
    listed_in uuid,
    primary key (organization_id, kind, sourced_id)
) with (fillfactor = 70);
-- Without the kind, or a database that does not know yet how many rows there are could take it for as good as the key.
create index ix_roster_items_our_id on roster_items (organization_id, our_id);
-- Guardians who name their students; a student's own row names guardians in its facts.
create table roster_guardians (
    organization_id uuid not null,
    student text not null,
    guardian text not null,
    primary key (organization_id, student, guardian)
);
create index ix_roster_guardians_guardian on roster_guardians (organization_id, guardian);
"""

TENANT_TABLES = ("imports", "import_chunks", "import_files", "import_errors", "roster_items", "roster_guardians")


def upgrade() -> None:
    """Create the tables of imports, each tenant's protected."""
    op.execute(_IMPORTS)
    op.execute(_ITEMS)
    for table in TENANT_TABLES:
        protect(op, table)
