"""A table of notes, one organization's own, and a journal nobody may change."""

from alembic import op

from chassis.migrations import append_only, create_chassis_tables, protect

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_chassis_tables(op)
    op.execute("create table notes (id uuid primary key, organization_id uuid not null, text varchar(40) not null)")
    protect(op, "notes")
    op.execute("create table journal (id uuid primary key, line text not null)")
    append_only(op, "journal")
