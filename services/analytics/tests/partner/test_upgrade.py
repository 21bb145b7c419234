"""What events told before the partner's tables were made is in them, so that a rebuild finds nothing wrong."""

import importlib.util
from pathlib import Path

import pytest
from sqlalchemy import text

from analytics.app import SERVICE
from analytics.usecases.rebuild_projections import rebuild_projections
from chassis.database import SYSTEM
from contracts.events import programs

pytestmark = pytest.mark.usefixtures("november")


def _migration():
    path = Path(SERVICE.migrations) / "versions" / "0006_partners.py"
    spec = importlib.util.spec_from_file_location("partners", path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_the_migration_fills_what_was_told_before(told, committing):
    student, paid = told.student(grade="Grade 4"), told.paid(500)
    later = programs.StudentUpdated(**{**student.__dict__, "grade_level": "5"})
    events = (told.organization_created(), student, later, paid)
    for event in events:
        with committing.database.transaction(SYSTEM) as session:
            SERVICE.consumers[type(event)](session, [event])
    with committing.database.transaction(SYSTEM) as session:
        before = [session.scalar(text(f"select count(*) from {t}")) for t in ("payment_moves", "grades")]  # noqa: S608
        assert before == [1, 2]
        session.execute(text("delete from payment_moves"))
        session.execute(text("delete from grades"))
        for statement in _migration()._FILL.split(";\n"):
            if statement.strip():
                session.execute(text(statement))
    assert rebuild_projections(committing.database, lambda *_: None) == {}
