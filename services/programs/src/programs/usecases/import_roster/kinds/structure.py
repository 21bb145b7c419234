"""What a school is made of: orgs, academic sessions, categories. They are kept for what names them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from programs.queries.roster_items import Refs
from programs.rules.batches import RowRefused
from programs.rules.oneroster.values import LONGEST_ID, Cells, choice, needed, needed_day, text
from programs.usecases.import_roster.kind import Kind
from programs.usecases.import_roster.run import Run
from programs.usecases.import_roster.told import Told

SCHOOL = "school"
_ORG_TYPES = ("department", SCHOOL, "district", "local", "state", "national")
_SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")


class _Kept(Kind):
    """Rows of which everything read is kept. Whether a parent is known is asked once the whole file is read."""

    def resolve(self, session: Session, run: Run, rows: Sequence[Told], refs: Refs) -> None:  # noqa: ARG002
        """Nothing depends on anything else."""
        for one in rows:
            one.kept = one.facts


class Orgs(_Kept):
    """Schools, and what they belong to: a student's school is the nearest one upwards."""

    name, file = "org", "orgs.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any]:  # noqa: ARG002
        """Name, type and parent."""
        return {
            "name": needed(cells, "name"),
            "type": choice(cells, "type", _ORG_TYPES),
            "parent": text(cells, "parentSourcedId", LONGEST_ID),
        }


class Sessions(_Kept):
    """Terms and school years: they say when a class takes place."""

    name, file = "session", "academicSessions.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any]:  # noqa: ARG002
        """First and last day, and parent."""
        needed(cells, "title")
        choice(cells, "type", _SESSION_TYPES)
        start, end = needed_day(cells, "startDate"), needed_day(cells, "endDate")
        if end < start:
            raise RowRefused("endDate", "It ends before it starts.")
        return {"start": start, "end": end, "parent": text(cells, "parentSourcedId", LONGEST_ID)}


class Categories(_Kept):
    """Categories of line items."""

    name, file = "category", "categories.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any]:  # noqa: ARG002
        """Only that it is there."""
        needed(cells, "title")
        return {}
