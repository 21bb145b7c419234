"""The category of what was written before people could wish by category.

Revision 0005 once gave it as the owner role without saying for whom, and so saw no message: what waited as a notice
stayed an organization's message, which whoever had stopped those did not get.
"""

from alembic import op

revision = "0007"
down_revision = "0005"

_CATEGORIES = """
select set_config('app.scope', 'system', true);
update messages set category = case kind when 'enrollment_completed' then 'progress' else 'service' end
where category = 'messages' and kind <> 'message';
"""


def upgrade() -> None:
    """Again, it finds nothing more."""
    op.execute(_CATEGORIES)
