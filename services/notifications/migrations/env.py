"""Alembic's door; the chassis does the rest."""

from chassis.migrate import run

run()
