"""What partners fund and what became of it, and the files of their reports.

The projections stand in ``public`` and in ``aside`` (0004). Those of events that were kept before are filled from
``events``; the events of sponsorships are new.
"""

from pathlib import Path

from alembic import op

from chassis.migrations import protect

revision = "0006"
down_revision = "0005"

_TABLES = (
    "sponsorships", "funded_programs", "program_students", "funds", "awaited_payments", "payment_moves",
    "disbursements", "grades", "sponsored_results", "sponsored_activities", "sponsored_grades",
)  # fmt: skip
# "5", "Grade 5", "05": a number, with or without the word before it, as programs reads it. "PP1" and "Form 2" are none.
_GRADE = """
create function grade_number(typed text) returns integer language sql immutable strict parallel safe
return cast((regexp_match(
    lower(btrim(typed)), '^(grade|class|year|standard|std|g)?[ .]*0*([0-9]{1,2})$'
))[2] as integer);
"""
# All organizations together, for the comparison; read by everybody, told only when they are enough.
_PLATFORM = """
create table platform_learning (
    since date primary key,
    students bigint not null,
    points bigint not null,
    begun bigint not null,
    completed bigint not null,
    organizations bigint not null,
    made_at timestamptz not null
);
"""
_REPORTS = """
create table reports (
    organization_id uuid not null,
    report_id uuid not null unique,
    fingerprint text not null,
    kind text not null check (kind in ('impact', 'financial', 'student_outcomes')),
    form text not null check (form in ('json', 'pdf', 'csv')),
    since date,
    until date,
    requested_by uuid not null,
    organization_kind text,
    requested_at timestamptz not null,
    expires_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'made', 'failed', 'withdrawn', 'expired')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    generated_at timestamptz,
    title text,
    summary jsonb,
    filename text,
    named uuid[] not null default '{}',
    content bytea,
    primary key (organization_id, report_id)
);
create index ix_reports_fingerprint on reports (organization_id, fingerprint, requested_at);
create index ix_reports_waiting on reports (next_attempt_at, report_id) where state = 'waiting';
create index ix_reports_expires_at on reports (expires_at);
create index ix_reports_named on reports using gin (named);
"""
_FILL = """
insert into payment_moves (organization_id, move_id, payment_id, amount_minor, currency, moved_at)
select cast(data ->> 'organization_id' as uuid), cast(data ->> 'payment_id' as uuid),
    cast(data ->> 'payment_id' as uuid), cast(data ->> 'amount_minor' as bigint), data ->> 'currency',
    cast(data ->> 'completed_at' as timestamptz)
from events where type = 'ufadhili.billing.payment_completed.v1' on conflict do nothing;
insert into payment_moves (organization_id, move_id, payment_id, amount_minor, currency, moved_at)
select cast(data ->> 'organization_id' as uuid), cast(data ->> 'refund_id' as uuid),
    cast(data ->> 'payment_id' as uuid), -cast(data ->> 'amount_minor' as bigint), data ->> 'currency',
    cast(data ->> 'refunded_at' as timestamptz)
from events where type = 'ufadhili.billing.payment_refunded.v1' on conflict do nothing;
insert into grades (organization_id, student_id, told_at, number)
select distinct on (1, 2, 3) cast(data ->> 'organization_id' as uuid), cast(data ->> 'student_id' as uuid),
    case when snapshot then stored_at else '-infinity' end, grade_number(data ->> 'grade_level')
from events where type in ('ufadhili.programs.student_registered.v1', 'ufadhili.programs.student_updated.v1')
order by 1, 2, 3, position desc;
"""
# Whoever may use the tables of ``public`` may use these: the runtime role, whatever it is called.
_GRANT = """
do $$
declare role name;
begin
    for role in select distinct grantee from information_schema.role_table_grants
        where table_schema = 'public' and table_name = 'cells' and privilege_type = 'INSERT' and grantee <> current_user
    loop
        execute format('grant select, insert, update, delete on all tables in schema aside to %I', role);
    end loop;
end $$
"""


def upgrade() -> None:
    """Make both sets of tables and fill what events told before."""
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute(_GRADE)
    op.execute((Path(__file__).parents[1] / "sql" / "partners.sql").read_text())
    op.execute(_PLATFORM)
    op.execute(_REPORTS)
    protect(op, "reports")
    for table in _TABLES:
        protect(op, table)
        op.execute(f"create table aside.{table} (like public.{table} including all)")
        protect(op, f"aside.{table}")
    op.execute(_GRANT)
    op.execute(_FILL)
