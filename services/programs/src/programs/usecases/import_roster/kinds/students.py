"""Students: people whom the organization comes to know, by the id of its files."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.ids import new_id
from programs.queries.people import find_people
from programs.queries.roster_items import Refs
from programs.queries.xapi import no_writer
from programs.rules.addresses import normalized
from programs.rules.batches import RowRefused
from programs.rules.oneroster.prints import address_print
from programs.rules.oneroster.values import Cells, address, many, needed, text
from programs.rules.rosters import Entry, Roster
from programs.usecases.enrol_students.register import register
from programs.usecases.import_roster.kind import Kind, Reference
from programs.usecases.import_roster.kinds.adults import STUDENT
from programs.usecases.import_roster.kinds.courses import grade
from programs.usecases.import_roster.kinds.shared_addresses import (
    SharedAddresses,
    address_of,
    is_shared,
    notice_of,
    tell_apart,
)
from programs.usecases.import_roster.kinds.surroundings import Surroundings
from programs.usecases.import_roster.run import UNCHANGED, Run
from programs.usecases.import_roster.told import Told
from programs.usecases.record_statements.catch_up import catch_up_on_students

_COLUMNS = {"email": "email", "name": "givenName"}
_GUARDIAN = "guardian"
_LONGEST_NAME = 200
MOST_NOTICES = 20
"""Notices about shared addresses that an import keeps: one a batch."""


class Students(Kind):
    """Name, address and grade from the row; school, birth date and guardian from the rows it belongs with.

    No two rows are one person. See docs/decisions/0024-an-address-is-one-students.md.
    """

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
        found, addresses = Surroundings(session, run, rows), SharedAddresses(session, run, rows)
        for one in rows:
            one.resolved = {
                "school": found.school(one),
                "birth_date": found.birth_date(one),
                "guardian_email": found.guardian(one),
            }
            one.kept = {"role": STUDENT, "orgs": one.facts["orgs"], "agents": one.facts["agents"]}
            if guardian := one.resolved["guardian_email"]:
                one.kept[_GUARDIAN] = address_print(run.organization_id, normalized(guardian))
            addresses.mark(one)

    def apply(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Register those who are new and tell what has changed."""
        no_writer(session, run.organization_id)
        found = find_people(
            session,
            run.organization_id,
            student_ids={one.our_id for one in rows if one.our_id},
            emails={email for one in rows if (email := address_of(one))},
            external_ids={one.sourced_id for one in rows},
        )
        bereft = tell_apart(session, run, rows, found)
        roster = Roster(run.organization_id, found)
        entries = {one: entry for one in rows if (entry := _recognize(roster, one))}
        for one, entry in entries.items():
            _forget_guardian(run, one, entry)
        met = dict.fromkeys([*entries.values(), *bereft])
        changed = [entry for entry in met if entry.new or entry.changed or not entry.known]
        register(session, run, changed, now())
        for one, entry in entries.items():
            one.our_id = entry.student_id
            if one.before and entry not in set(changed):
                one.outcome = UNCHANGED

    def follow(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        """Say who has no address of their own. What statements have told of these students counts from now on."""
        if notice := notice_of(rows):
            run.notice(session, notice, most=MOST_NOTICES)
        catch_up_on_students(session, run.organization_id, [one.our_id for one in rows if one.our_id])


def _recognize(roster: Roster, one: Told) -> Entry | None:
    try:
        return roster.recognize(_values(one), new_id())
    except RowRefused as why:
        one.refuse_for(why, _COLUMNS)
        return None


def _forget_guardian(run: Run, one: Told, entry: Entry) -> None:
    """Whom the files named before and name no more is no guardian any more; one named by other ways stays."""
    before, standing = one.before.facts.get(_GUARDIAN) if one.before else None, entry.typed["guardian_email"]
    if standing is None or one.resolved["guardian_email"]:
        return
    if before == address_print(run.organization_id, normalized(standing)):
        entry.forget_guardian()


def _values(one: Told) -> dict[str, Any]:
    """The row as rosters read it."""
    born = one.resolved["birth_date"]
    return {
        "student_id": one.our_id,
        "external_id": one.sourced_id,
        "name": one.facts.get("name"),
        "email": None if is_shared(one) else one.facts.get("email"),
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
