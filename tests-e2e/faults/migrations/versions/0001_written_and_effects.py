"""What the writer says it wrote, what the listener did, and what arrived more than once.

Neither ``effects`` nor ``arrivals`` has a constraint that could hide a second time. A trigger before the insert
also sees the rows that ``on conflict do nothing`` then leaves out: arrivals less rows are the repeats.
"""

from alembic import op

from chassis.migrations import create_chassis_tables

revision = "0001"
down_revision = None

_TABLES = """
create table written (
    number bigint primary key,
    subject uuid not null,
    counter bigint not null
);
create table effects (
    sequence bigint generated always as identity,
    number bigint not null,
    subject uuid not null,
    counter bigint not null,
    position bigint not null,
    handled_at timestamptz not null default clock_timestamp()
);
create table arrivals (id uuid not null);
create function note_arrival() returns trigger language plpgsql as $$
begin
    insert into arrivals (id) values (new.id);
    return new;
end $$;
create trigger note_arrival before insert on inbox for each row execute function note_arrival();
"""


def upgrade() -> None:
    create_chassis_tables(op)
    op.execute(_TABLES)
