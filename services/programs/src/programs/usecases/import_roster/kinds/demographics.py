"""Demographics: of all that the file may hold, the birth date alone is kept."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from programs.queries.roster_items import Refs
from programs.rules.oneroster.values import Cells, past_day
from programs.usecases.import_roster.kind import Kind
from programs.usecases.import_roster.run import Run
from programs.usecases.import_roster.told import Told


class Demographics(Kind):
    """When a user was born. Whether there is such a user is asked once users are read."""

    name, file = "demographics", "demographics.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any]:
        """The birth date."""
        return {"birth_date": past_day(cells, "birthDate", run.today)}

    def resolve(self, session: Session, run: Run, rows: Sequence[Told], refs: Refs) -> None:  # noqa: ARG002
        """Nothing depends on anything else."""
        for one in rows:
            one.kept = one.facts
