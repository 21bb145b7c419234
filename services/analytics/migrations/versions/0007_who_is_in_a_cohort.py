"""Enrolments by cohort and student: joining one found a whole cohort, and looked through it, for each student."""

from alembic import op

revision = "0007"
down_revision = "0006"

_LIVE = """
create index ix_enrollments_cohort_and_student on enrollments (organization_id, cohort_id, student_id)
    include (began_at, done_at, left_at);
drop index ix_enrollments_cohort_id;
"""
# The copy in ``aside`` (0004) was named by PostgreSQL.
_ASIDE = """
create index ix_enrollments_cohort_and_student on aside.enrollments (organization_id, cohort_id, student_id)
    include (began_at, done_at, left_at);
do $$
declare name regclass;
begin
    for name in select indexrelid from pg_index where indrelid = 'aside.enrollments'::regclass
        and pg_get_indexdef(indexrelid) like '%(organization_id, cohort_id) INCLUDE%'
    loop
        execute format('drop index %s', name);
    end loop;
end $$
"""


def upgrade() -> None:
    """Make the index that tells more, drop the one that told less."""
    op.execute(_LIVE)
    op.execute(_ASIDE)
