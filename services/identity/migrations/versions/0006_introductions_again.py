"""Who brought in the students that were invited before introductions were kept.

Revision 0002 read the invitations as the owner role, whom row-level security shows none, so it found nobody; and
whoever told of such a student next was taken for the one who brought them in.

Revision ID: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"

# Only the organization that brought a student in has ever invited: the earliest invitation says who it was. Nobody (an
# id of zeros) stands for a student who was erased, and stays.
_INTRODUCTIONS = """
select set_config('app.scope', 'system', true);
insert into introductions (student_id, introduced_by)
select distinct on (student_id) student_id, organization_id from invitations
where student_id is not null and organization_id is not null order by student_id, created_at, id
on conflict (student_id) do update set introduced_by = excluded.introduced_by
    where introductions.introduced_by not in (excluded.introduced_by, '00000000-0000-0000-0000-000000000000');
select set_config('app.scope', '', true);
"""


def upgrade() -> None:
    """Fill what is missing, and put right what was taken from a later organization."""
    op.execute(_INTRODUCTIONS)
