"""Keep what is told, and tell it on to the projections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.rules.facts import digest, facts, is_snapshot, name_of
from analytics.usecases.project_facts import project_facts, renew
from chassis.clock import now
from chassis.forgetting import redact_person
from contracts.event import Event
from contracts.rights import NOBODY

_STORE_FACTS = text("""
insert into events (type, organization_id, subject, digest, snapshot, data, stored_at)
select :type, organization_id, subject, digest, :snapshot, cast(data as jsonb), :stored_at
from unnest(
    cast(:organizations as uuid[]), cast(:subjects as text[]), cast(:digests as bytea[]), cast(:data as text[])
) with ordinality as told (organization_id, subject, digest, data, ordinal)
order by ordinal
on conflict (digest) where not snapshot do nothing
returning digest
""")
_LATEST = text("""
select distinct on (events.subject, events.organization_id) events.organization_id, events.subject, events.digest
from events
join (
    select distinct organization_id, subject
    from unnest(cast(:organizations as uuid[]), cast(:subjects as text[])) as told (organization_id, subject)
) as told on told.subject = events.subject and told.organization_id = events.organization_id
where events.type = :type and events.snapshot
order by events.subject, events.organization_id, events.position desc
""")
_NAME = """
insert into names (organization_id, subject_id, name)
select told.organization_id, told.subject_id, told.name
from unnest(cast(:organizations as uuid[]), cast(:subjects as uuid[]), cast(:names as text[]))
    as told (organization_id, subject_id, name)
where not exists (select from names where organization_id = :nobody and subject_id = told.subject_id)
on conflict (organization_id, subject_id) do {action}
"""

_ERASED = text("""
select subject_id from names where organization_id = :nobody and subject_id = any(cast(:subjects as uuid[]))
""")


@dataclass(frozen=True)
class _Told:
    event: Event
    facts: dict[str, Any]
    digest: bytes


def record_events(session: Session, events: Sequence[Event]) -> None:
    """Store those of one type that are new and bring every projection up to them; what came before is left alone."""
    _remember_names(session, events)
    told = []
    for event in events:
        fields = facts(event)
        told.append(_Told(event, fields, digest(event, fields)))
    kind, moment = type(events[0]), now()
    if is_snapshot(kind):
        told = _changed(session, told)
    values = {"type": kind.type, "snapshot": is_snapshot(kind), "stored_at": moment, **_columns(told)}
    stored = {bytes(row.digest) for row in session.execute(_STORE_FACTS, values)}
    new = {each.digest: each for each in told if each.digest in stored}
    kept = told if is_snapshot(kind) else list(new.values())
    renew(session, project_facts(session, kind, [each.facts for each in kept], moment))


def _columns(told: Sequence[_Told]) -> dict[str, list[Any]]:
    return {
        "organizations": [each.event.organization_id for each in told],
        "subjects": [each.event.subject for each in told],
        "digests": [each.digest for each in told],
        "data": [msgspec.json.encode(each.facts).decode() for each in told],
    }


def _changed(session: Session, told: Sequence[_Told]) -> list[_Told]:
    """Snapshots that differ from the one before them of the same subject."""
    columns = _columns(told)
    found = session.execute(
        _LATEST, {"type": told[0].event.type, **{key: columns[key] for key in ("organizations", "subjects")}}
    )
    latest = {(row.organization_id, row.subject): bytes(row.digest) for row in found}
    changed = []
    for each in told:
        key = (each.event.organization_id, each.event.subject)
        if latest.get(key) != each.digest:
            latest[key] = each.digest
            changed.append(each)
    return changed


def _remember_names(session: Session, events: Sequence[Event]) -> None:
    """The name last used; a first registration that comes late does not undo a correction."""
    named = {found[:2]: found for event in events if (found := name_of(event))}
    if not named:
        return
    action = "update set name = excluded.name" if is_snapshot(type(events[0])) else "nothing"
    _blank_erased(session, named)
    organizations, subjects, names = zip(*named.values(), strict=True)
    values = {"organizations": list(organizations), "subjects": list(subjects), "names": list(names), "nobody": NOBODY}
    session.execute(text(_NAME.format(action=action)), values)


def _blank_erased(session: Session, named: Mapping[tuple[UUID, UUID], tuple[UUID, UUID, str]]) -> None:
    """Events that come late about who was erased are kept without what is personal in them."""
    erased = session.scalars(_ERASED, {"nobody": NOBODY, "subjects": [subject for _, subject in named]})
    redact_person(session, NOBODY, erased.all())
