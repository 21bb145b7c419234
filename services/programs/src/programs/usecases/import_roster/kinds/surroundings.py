"""What other rows of the files say of students: their school, their birth date, their guardian."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from programs.queries.roster_items import guardians_of, items, schools
from programs.usecases.import_roster.kinds.adults import GUARDIANS
from programs.usecases.import_roster.run import Run
from programs.usecases.import_roster.told import Told


class Surroundings:
    """What other rows say of these students."""

    def __init__(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        ids = [one.sourced_id for one in rows]
        self._schools = schools(session, run.organization_id, {org for one in rows for org in one.facts["orgs"]})
        self._named_by = guardians_of(session, run.organization_id, ids)
        agents = {agent for one in rows for agent in self._agents(one)}
        wanted: Collection[tuple[str, str]] = {("user", agent) for agent in agents} | {
            ("demographics", id) for id in ids
        }
        self._items = items(session, run.organization_id, wanted)

    def school(self, one: Told) -> str | None:
        """The first school among the orgs, or above them; else the first org."""
        found = [self._schools[org] for org in one.facts["orgs"] if org in self._schools]
        named = [name for name, kind in found if kind == "school"] or [name for name, _ in found]
        return named[0] if named else None

    def birth_date(self, one: Told) -> str | None:
        """As the demographics say."""
        item = self._items.get(("demographics", one.sourced_id))
        born: str | None = item.facts["birth_date"] if item else None
        return born

    def guardian(self, one: Told) -> str | None:
        """The address of the first guardian who has one; a relative only when no parent or guardian does."""
        found = [self._items[key].facts for agent in self._agents(one) if (key := ("user", agent)) in self._items]
        adults = [facts for facts in found if facts["role"] in GUARDIANS and facts.get("email")]
        adults.sort(key=lambda facts: facts["role"] == GUARDIANS[-1])
        return adults[0]["email"] if adults else None

    def _agents(self, one: Told) -> list[str]:
        return [*one.facts["agents"], *self._named_by.get(one.sourced_id, ())]
