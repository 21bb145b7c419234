"""xAPI statements, as they were received, and what each can be found by."""

from alembic import op

from chassis.migrations import protect

revision = "0006"
down_revision = "0005"

_STATEMENTS = """
create table xapi_statements (
    organization_id uuid not null,
    id uuid not null,
    position bigint generated always as identity,
    stored timestamptz not null,
    -- The JSON text that is given back, byte for byte.
    statement text not null,
    fingerprint bytea not null,
    voids uuid,
    is_voided boolean not null default false,
    effect text not null,
    reason text,
    primary key (organization_id, id)
);
create index ix_xapi_statements_stored on xapi_statements (organization_id, stored, position);
create index ix_xapi_statements_voids on xapi_statements (organization_id, voids) where voids is not null;
create index ix_xapi_statements_effect on xapi_statements (organization_id, effect, stored);
-- What a statement is found by: an agent, a verb, an activity or a registration, each as a hash of bounded length.
create table xapi_terms (
    organization_id uuid not null,
    term bytea not null,
    position bigint not null,
    statement_id uuid not null,
    primary key (organization_id, term, position),
    foreign key (organization_id, statement_id) references xapi_statements (organization_id, id)
);
"""


def upgrade() -> None:
    """Create the tables, each organization's rows protected."""
    op.execute(_STATEMENTS)
    for table in ("xapi_statements", "xapi_terms"):
        protect(op, table)
