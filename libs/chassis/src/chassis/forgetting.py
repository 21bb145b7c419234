"""Take what is personal out of events that are kept: those sent, those still owed, those received.

The outbox keeps an event for days after it was delivered and the inbox for weeks after it was handled, in case somebody
must look at it or send it again. Whoever erases a person blanks them there too; the rows stay, so that nothing is
handled twice. Which fields are personal only the service knows.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields as fields_of
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from contracts import rights
from contracts.event import REGISTRY

KEPT = ("outbox", "inbox")

RECOGNISED = (
    "encode(sha256(convert_to(cast(:salt as text) || lower({value}), 'UTF8')), 'hex') = any(cast(:digests as text[]))"
)
"""SQL that knows an address by its salted digest; ``value`` is the column."""


def theirs(statement: str, column: str) -> str:
    """The statement, with ``{theirs}`` for: this column holds one of the addresses known by :salt and :digests."""
    return statement.replace("{theirs}", RECOGNISED.format(value=column))


# Only fields that the event has: what is blanked must still be an event of its type.
_OF_SUBJECTS = """
with blank as (
    select id, data || (
        select coalesce(jsonb_object_agg(told.key, told.value), '{{}}')
        from jsonb_each(cast(:fields as jsonb)) as told where jsonb_typeof(data -> told.key) = 'string'
    ) as data from {table} where subject = any(:subjects) and data ?| cast(:names as text[])
)
update {table} set data = blank.data from blank where {table}.id = blank.id and {table}.data <> blank.data
"""
_OF_ADDRESSES = """
update {table} set data = jsonb_set(data, array[cast(:field as text)], cast(:instead as jsonb))
where type = any(:types) and jsonb_typeof(data -> cast(:field as text)) = 'string' and {recognised}
"""


def redact_subjects(session: Session, subjects: Sequence[str], fields: Mapping[str, str | None]) -> int:
    """Put these values in place of what events of these subjects say. Returns in how many rows."""
    values = {"subjects": list(subjects), "names": list(fields), "fields": json.dumps(fields)}
    return sum(_rows(session, _OF_SUBJECTS.format(table=table), values) for table in KEPT)


def redact_addresses(session: Session, salt: str, digests: Sequence[str], fields: Mapping[str, str | None]) -> int:
    """Put these values in place of addresses known by their digest, in whichever event. Returns in how many rows."""
    if not digests:
        return 0
    changed = 0
    for field, instead in fields.items():
        types = [name for name, event in REGISTRY.items() if field in {each.name for each in fields_of(event)}]
        values = {
            "salt": salt,
            "digests": list(digests),
            "field": field,
            "instead": json.dumps(instead),
            "types": types,
        }
        recognised = RECOGNISED.format(value="data ->> cast(:field as text)")
        changed += sum(
            _rows(session, _OF_ADDRESSES.format(table=table, recognised=recognised), values) for table in KEPT
        )
    return changed


def redact_person(session: Session, request_id: UUID, ids: Iterable[UUID | None], digests: Sequence[str] = ()) -> int:
    """Blank events about these students and accounts, and these addresses in anybody's. Returns in how many rows."""
    changed = redact_addresses(session, str(request_id), digests, rights.address_blanks(request_id))
    return changed + sum(redact_subjects(session, [str(id)], rights.blanks(id)) for id in ids if id is not None)


def _rows(session: Session, statement: str, values: Mapping[str, Any]) -> int:
    return cast("CursorResult[Any]", session.execute(text(statement), values)).rowcount


__all__ = ["RECOGNISED", "redact_addresses", "redact_person", "redact_subjects", "theirs"]
