"""Proofs are kept for a time, not for ever: the database lets go of those that are older than a year.

How long they are kept is PROOF_MONTHS (``rules/periods.py``); this is the wall behind it.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

_ENDING = """
create function refuse_early_end() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and old.at < now() - interval '1 year' then
        return old;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
"""
_END = """
drop trigger {table}_append_only on {table};
create trigger {table}_append_only before update or delete on {table}
    for each row execute function refuse_early_end();
"""
# Grants leave by their end, and their history by the grant.
_INDEXES = """
create index ix_grants_ended_at on grants (ended_at, id) where ended_at is not null;
create index ix_grant_history_grant_id on grant_history (grant_id);
"""


def upgrade() -> None:
    """What reads and writes goes on as before."""
    op.execute(_ENDING)
    for table in ("grant_history", "access_log"):
        op.execute(_END.format(table=table))
    op.execute(_INDEXES)
