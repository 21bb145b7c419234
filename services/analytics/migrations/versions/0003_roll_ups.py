"""Figures are kept as they change: ``cells`` sums by month what ``changes`` tells of the facts.

``changes`` (``migrations/sql/changes.sql``) says, for every figure, on which day which fact counts for more or less.
``cells`` is its sum and nothing else; a test holds one against the other. The migration fills it from the facts a
database already has. It also makes the tables for what students did besides, certificates among it.
"""

from pathlib import Path

from alembic import op

from chassis.migrations import protect

revision = "0003"
down_revision = "0002"

_SQL = Path(__file__).parents[1] / "sql"
_CELLS = """
create table cells (
    organization_id uuid not null,
    cohort_id uuid not null,
    measure text not null,
    dimension text not null,
    key text not null,
    origin date not null,
    month date not null,
    number numeric not null,
    primary key (organization_id, measure, dimension, cohort_id, origin, key, month)
);
create index ix_cells_completion on cells (organization_id)
    where measure = 'completion' and dimension = 'all' and origin = '-infinity'
        and cohort_id = uuid '00000000-0000-0000-0000-000000000000';
create table totals (name text primary key, number bigint not null);
"""
# A year is told in months; the days at its ends are counted from these facts (queries.edges).
_INDEXES = """
create index ix_enrollments_began_at on enrollments (organization_id, began_at);
create index ix_enrollments_done_at on enrollments (organization_id, done_at) where done_at is not null;
create index ix_enrollments_left_at on enrollments (organization_id, left_at) where left_at is not null;
create index ix_seats_student_id on seats (student_id);
create index ix_seats_assigned_at on seats (organization_id, assigned_at);
create index ix_seats_released_at on seats (organization_id, released_at) where released_at is not null;
create index ix_cohort_results_student_id on cohort_results (student_id);
create index ix_cohort_results_completed_on on cohort_results (organization_id, result_date) where completed;
create index ix_cohort_placements_student_id on cohort_placements (student_id);
create index ix_cohort_placements_placed_on on cohort_placements (organization_id, placed_on);
create index ix_students_school on students (organization_id, school);
create index ix_students_grade_level on students (organization_id, grade_level);
create index ix_payments_payment_id on payments (payment_id);
create index ix_payments_completed_at on payments (organization_id, completed_at);
create index ix_invoices_invoice_id on invoices (invoice_id);
create index ix_invoices_issued_on on invoices (organization_id, issued_on);
create index ix_invoices_paid_at on invoices (organization_id, paid_at) where paid_at is not null;
"""
# Salaries of one class share their first two digits: the median is looked for in one class only. Its number is an
# integer because row-level security lets only leakproof comparisons use an index, and numeric's are none.
_PLACEMENTS = """
alter table placements add column ended_on date, add column recorded_at timestamptz not null default '-infinity';
alter table cohort_placements add column salary_class bigint generated always as (
    cast(trunc(cast(salary_minor as numeric), 2 - length(cast(salary_minor as text))) as bigint)
) stored;
create index ix_cohort_placements_salary on cohort_placements (organization_id, currency, salary_class, salary_minor);
update organizations set time_zone = 'UTC' where time_zone not in (select name from pg_timezone_names);
"""
_FILL = """
insert into cells (organization_id, cohort_id, measure, dimension, key, origin, month, number)
select organization_id, cohort_id, measure, dimension, key, origin, month, sum(number) from month_changes
group by organization_id, cohort_id, measure, dimension, key, origin, month having sum(number) <> 0
"""


def upgrade() -> None:
    """Make the tables and fill the roll-ups; some minutes for a million enrolments."""
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute((_SQL / "activities.sql").read_text())
    for statements in (_CELLS, _INDEXES, _PLACEMENTS):
        op.execute(statements)
    op.execute((_SQL / "changes.sql").read_text())
    for table in ("activities", "cohort_activities", "cells"):
        protect(op, table)
    op.execute(_FILL)
    op.execute("insert into totals select 'results', count(*) from results having count(*) > 0")
