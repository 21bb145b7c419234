"""Recognizing people in a roster: who a row speaks of, and what the organization learns or changes by it.

By address across organizations, otherwise by the organization's own external id. What one organization typed never
overwrites another's: who registered a person says when they were born and where to write to them; a country that is
missing may be filled in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from contracts.rights import NOBODY
from programs.rules.addresses import normalized
from programs.rules.batches import RowRefused

TYPED = ("name", "email", "external_id", "grade_level", "school", "county", "guardian_email")
"""What an organization says of a student for itself."""

PERSONAL = ("name", "grade_level", "school", "county")
"""What whoever registered the person says of them to every organization that takes them up by id."""

_NOBODY = "There is no student by this id."
_ERASED = "This person was erased and is not taken in again."


@dataclass(eq=False)
class Entry:
    """A student the roster speaks of, as they will be once it is taken."""

    student_id: UUID
    new: bool
    known: bool
    registered_by: UUID
    email: str | None = None
    birth_date: date | None = None
    country: str | None = None
    typed: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(TYPED))
    personal: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(PERSONAL))
    person_changed: bool = False
    changed: bool = False

    def learn(self, values: Mapping[str, Any], email: str | None, organization_id: UUID) -> None:
        """Take over what a row says; what it does not say stays.

        A student taken up by id starts from what whoever registered the person said.
        """
        if values.get("student_id") and not self.known:
            for name in PERSONAL:
                self.typed[name] = self.typed[name] or self.personal[name]
        for name in TYPED:
            if values.get(name) is not None and values[name] != self.typed[name]:
                self.typed[name] = values[name]
                self.changed = True
                self._tell(name, organization_id)
        if email and self.email is None:
            self._set("email", email)
        for name in ("birth_date", "country"):
            told, so_far = values.get(name), getattr(self, name)
            if told not in (None, so_far) and (self.registered_by == organization_id or self._fills_in(name)):
                self._set(name, told)

    def lose_address(self) -> None:
        """The address turned out to be nobody's own. For who registered the person only."""
        self.typed["email"] = None
        self._set("email", None)

    def forget_guardian(self) -> None:
        """Who was named as the guardian is named no more."""
        self.typed["guardian_email"] = None
        self.changed = True

    def _fills_in(self, name: str) -> bool:
        """A country only ever makes a minor one for longer. A birth date could make an adult of a child."""
        return name == "country" and self.country is None

    def _tell(self, name: str, organization_id: UUID) -> None:
        if name in PERSONAL and self.registered_by == organization_id:
            self.personal[name] = self.typed[name]
            self.person_changed = True

    def _set(self, name: str, value: Any) -> None:
        setattr(self, name, value)
        self.person_changed = self.changed = True


class Roster:
    """The people found for a roster, and those it adds."""

    def __init__(self, organization_id: UUID, found: Iterable[Entry]) -> None:
        self._organization_id = organization_id
        self._by_id: dict[UUID, Entry] = {}
        self._by_email: dict[str, Entry] = {}
        self._by_external_id: dict[str, Entry] = {}
        for entry in found:
            self._remember(entry)

    def find(self, values: Mapping[str, Any]) -> Entry | None:
        """Whom the row speaks of, if it is somebody known already. Raises RowRefused."""
        return self._find(values, normalized(values["email"]) if values.get("email") else None)

    def recognize(self, values: Mapping[str, Any], new_id: UUID) -> Entry:
        """Whom the row speaks of; somebody new gets ``new_id``. Raises RowRefused."""
        email = normalized(values["email"]) if values.get("email") else None
        entry = self._find(values, email) or self._add(values, email, new_id)
        if entry.registered_by == NOBODY:
            raise RowRefused(_named_by(values), _ERASED if entry.known else _NOBODY)
        if not (entry.typed["name"] or values.get("name") or values.get("student_id")):
            raise RowRefused("name", "Needed for a student whom your organization does not know yet.")
        if email and entry.email not in (None, email):
            raise RowRefused("email", "This student is known by another address.")
        if email and entry.email is None and entry.registered_by != self._organization_id:
            # Else anybody could have mail for a student, with the student's name in it, sent to themselves.
            raise RowRefused("email", "Only who registered this student can give an address.")
        entry.learn(values, email, self._organization_id)
        self._remember(entry)
        return entry

    def _find(self, values: Mapping[str, Any], email: str | None) -> Entry | None:
        by_id, by_external_id = values.get("student_id"), values.get("external_id")
        if by_id and by_id not in self._by_id:
            raise RowRefused("student_id", _NOBODY)
        named = [
            self._by_id.get(by_id) if by_id else None,
            self._by_email.get(email) if email else None,
            self._by_external_id.get(by_external_id) if by_external_id else None,
        ]
        entries = {entry for entry in named if entry}
        if len(entries) > 1:
            raise RowRefused("external_id" if named[2] else "email", "This belongs to another student.")
        return next(iter(entries), None)

    def _add(self, values: Mapping[str, Any], email: str | None, new_id: UUID) -> Entry:
        if not email and not values.get("external_id"):
            raise RowRefused("email", "Give student_id, email or external_id.")
        return Entry(new_id, new=True, known=False, registered_by=self._organization_id)

    def _remember(self, entry: Entry) -> None:
        external_id = entry.typed["external_id"]
        self._by_id[entry.student_id] = entry
        if entry.email:
            self._by_email[entry.email] = entry
        if external_id:
            self._by_external_id[external_id] = entry


def _named_by(values: Mapping[str, Any]) -> str:
    """The field by which a row says whom it speaks of."""
    return next((name for name in ("student_id", "external_id", "email") if values.get(name)), "name")
