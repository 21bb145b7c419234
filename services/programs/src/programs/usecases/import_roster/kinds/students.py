"""Students: people whom the organization comes to know, by the id of its files."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from programs.queries.people import find_people
from programs.queries.roster_items import Refs, guardians_of, items, owners, schools
from programs.rules.addresses import normalized
from programs.rules.batches import RowRefused
from programs.rules.oneroster.values import Cells, address, many, needed, text
from programs.rules.rosters import Entry, Roster
from programs.usecases.enrol_students.register import register
from programs.usecases.import_roster.kind import Kind, Reference
from programs.usecases.import_roster.kinds.adults import GUARDIANS, STUDENT
from programs.usecases.import_roster.kinds.courses import grade
from programs.usecases.import_roster.run import UNCHANGED, Run
from programs.usecases.import_roster.told import Told

_COLUMNS = {"email": "email", "name": "givenName"}
_LONGEST_NAME = 200


class Students(Kind):
    """Name, address and grade from the row; school, birth date and guardian from the rows it belongs with."""

    name, file = "user", "users.csv"

    def read(self, cells: Cells, run: Run) -> dict[str, Any]:  # noqa: ARG002
        """Who it is, and what else is to be looked at."""
        return {
            "name": _name(cells),
            "email": address(cells, "email"),
            "grade_level": grade(cells),
            "orgs": many(cells, "orgSourcedIds"),
            "agents": many(cells, "agentSourcedIds"),
        }

    def references(self, told: Told) -> Iterable[Reference]:
        """The orgs. Guardians may be missing: a student does not wait for them."""
        for org in told.facts["orgs"]:
            yield "orgSourcedIds", "org", org

    def resolve(self, session: Session, run: Run, rows: Sequence[Told], refs: Refs) -> None:  # noqa: ARG002
        """School, birth date and guardian, as they stand now."""
        found = _Surroundings(session, run, rows)
        for one in rows:
            one.resolved = {
                "school": found.school(one),
                "birth_date": found.birth_date(one),
                "guardian_email": found.guardian(one),
            }
            one.kept = {"role": STUDENT, "orgs": one.facts["orgs"], "agents": one.facts["agents"]}

    def apply(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Register those who are new and tell what has changed."""
        values = {one: _values(one) for one in rows}
        found = find_people(
            session,
            run.organization_id,
            student_ids={one.our_id for one in rows if one.our_id},
            emails={normalized(told["email"]) for told in values.values() if told["email"]},
            external_ids={one.sourced_id for one in rows},
        )
        roster = _Recognition(session, run, found)
        entries = {one: entry for one in rows if (entry := roster.recognize(one, values[one]))}
        changed = [entry for entry in dict.fromkeys(entries.values()) if entry.new or entry.changed or not entry.known]
        register(session, run, changed, now())
        for one, entry in entries.items():
            one.our_id = entry.student_id
            if one.before and entry not in set(changed):
                one.outcome = UNCHANGED


class _Recognition:
    """A roster in which no two rows are one person."""

    def __init__(self, session: Session, run: Run, found: Sequence[Entry]) -> None:
        self._roster = Roster(run.organization_id, found)
        known = owners(session, run.organization_id, Students.name, [entry.student_id for entry in found])
        self._owners: dict[UUID, set[str]] = known

    def recognize(self, one: Told, values: dict[str, Any]) -> Entry | None:
        try:
            self._tell_apart(one, values)
            entry = self._roster.recognize(values, new_id())
        except RowRefused as why:
            one.refuse_for(why, _COLUMNS)
            return None
        self._owners.setdefault(entry.student_id, set()).add(one.sourced_id)
        return entry

    def _tell_apart(self, one: Told, values: dict[str, Any]) -> None:
        met = self._roster.find(values)
        if met and self._owners.get(met.student_id, set()) - {one.sourced_id}:
            raise RowRefused("email", "Another user of these files has this address; people are told apart by it.")


class _Surroundings:
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


def _values(one: Told) -> dict[str, Any]:
    """The row as rosters read it."""
    born = one.resolved["birth_date"]
    return {
        "student_id": one.our_id,
        "external_id": one.sourced_id,
        "name": one.facts.get("name"),
        "email": one.facts.get("email"),
        "grade_level": one.facts.get("grade_level"),
        "school": one.resolved["school"],
        "birth_date": date.fromisoformat(born) if born else None,
        "guardian_email": one.resolved["guardian_email"],
    }


def _name(cells: Cells) -> str:
    parts = (needed(cells, "givenName"), text(cells, "middleName"), needed(cells, "familyName"))
    name = " ".join(part for part in parts if part)
    if len(name) > _LONGEST_NAME:
        raise RowRefused("familyName", f"The whole name is longer than {_LONGEST_NAME} characters.")
    return name
