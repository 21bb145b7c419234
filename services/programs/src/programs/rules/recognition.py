"""Whom a row of a batch speaks of, among the students whom the organization knows."""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from programs.rules.batches import Row, RowRefused


class KnownStudents:
    """The students a batch names, by our id and by the organization's own key."""

    def __init__(self, known: Iterable[Any]) -> None:
        self._ids: set[UUID] = set()
        self._by_external_id: dict[str, UUID] = {}
        for row in known:
            self._ids.add(row.id)
            if row.external_id:
                self._by_external_id[row.external_id] = row.id

    def named_by(self, values: Mapping[str, Any]) -> UUID:
        """Whom the row speaks of; its schema asked for student_id or external_id. Raises RowRefused."""
        by_id, external_id = values.get("student_id"), values.get("external_id")
        if by_id and by_id not in self._ids:
            raise RowRefused("student_id", "Your organization knows no student by this id.")
        by_external_id = self._by_external_id.get(external_id) if external_id else None
        if external_id and by_external_id is None:
            raise RowRefused("external_id", "Your organization knows no student by this external id.")
        if by_id and by_external_id and by_id != by_external_id:
            raise RowRefused("external_id", "This belongs to another student.")
        return cast("UUID", by_id or by_external_id)


def named(rows: Iterable[Row], name: str) -> set[Any]:
    """Every value that readable rows give of this field."""
    return {row.values[name] for row in rows if not row.reasons and row.values.get(name)}
