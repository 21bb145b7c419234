"""A cohort's courses keep the order in which they were given."""

from alembic import op

revision = "0002"
down_revision = "0001"

# Row-level security holds for the owner too: without the scope the update would find no row.
_POSITION = """
select set_config('app.scope', 'system', true);
alter table cohort_courses add column position bigint;
update cohort_courses set position = numbered.position
from (
    select organization_id, cohort_id, course_id,
        row_number() over (partition by organization_id, cohort_id order by course_id) as position
    from cohort_courses
) as numbered
where (cohort_courses.organization_id, cohort_courses.cohort_id, cohort_courses.course_id)
    = (numbered.organization_id, numbered.cohort_id, numbered.course_id);
alter table cohort_courses alter column position set not null;
"""


def upgrade() -> None:
    """What was kept without an order keeps the one it was shown in."""
    op.execute(_POSITION)
