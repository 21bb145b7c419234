"""A rebuild is made aside: ``aside`` has every projection once more, and what differs is moved over in the end.

``versions`` counts what an organization's figures were told, for ETags; it is no projection and only ever grows.
"""

from pathlib import Path

from alembic import op

from chassis.migrations import protect

revision = "0004"
down_revision = "0003"

_TABLES = (
    "organizations", "freshness", "courses", "cohorts", "cohort_courses", "students", "seats", "seat_grants",
    "enrollments", "results", "cohort_results", "placements", "cohort_placements", "payments", "invoices", "consents",
    "deliveries", "activities", "cohort_activities", "cells", "totals",
)  # fmt: skip
_OPEN = ("courses", "totals")
_STATE = """
create table versions (
    organization_id uuid primary key,
    version bigint not null
);
-- At most one rebuild is under way; ``revision`` is that of the tables it began with.
create table rebuilds (
    one boolean primary key default true check (one),
    revision text not null,
    position bigint not null,
    done bigint not null,
    began_at timestamptz not null
);
create schema aside;
-- The median is read from the index alone.
drop index ix_cohort_placements_salary;
create index ix_cohort_placements_salary on cohort_placements (organization_id, currency, salary_class, salary_minor)
    include (placement_id, placed_on, cohort_id);
"""
# Whoever may use the tables of ``public`` may use these: the runtime role, whatever it is called.
_GRANT = """
do $$
declare role name;
begin
    for role in select distinct grantee from information_schema.role_table_grants
        where table_schema = 'public' and table_name = 'cells' and privilege_type = 'INSERT' and grantee <> current_user
    loop
        execute format('grant usage on schema aside to %I', role);
        execute format('grant select, insert, update, delete on all tables in schema aside to %I', role);
    end loop;
end $$
"""


def upgrade() -> None:
    """Make the second set of tables, empty."""
    op.execute(_STATE)
    protect(op, "versions")
    for table in _TABLES:
        op.execute(f"create table aside.{table} (like public.{table} including all)")
        if table not in _OPEN:
            protect(op, f"aside.{table}")
    op.execute("select set_config('search_path', 'aside, public', true)")
    op.execute((Path(__file__).parents[1] / "sql" / "changes.sql").read_text())
    op.execute("select set_config('search_path', 'public', true)")
    op.execute(_GRANT)
