"""Which organization brought each student in: only its word says whom to invite.

Revision ID: 0002
"""

from alembic import op

revision = "0002"
down_revision = "0001"

_INTRODUCTIONS = """
create table introductions (
    student_id uuid primary key,
    introduced_by uuid not null
);
insert into introductions (student_id, introduced_by)
select distinct on (student_id) student_id, organization_id from invitations
where student_id is not null and organization_id is not null order by student_id, created_at, id;
"""


def upgrade() -> None:
    """Create the table; of those invited so far, whoever had them invited first counts."""
    op.execute(_INTRODUCTIONS)
