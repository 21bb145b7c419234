"""The verb: check, tell repeats from conflicts, void, cause, store. All of a batch or nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import Forbidden, Malformed, TooLarge
from chassis.ids import new_id
from chassis.json_provider import moment
from chassis.wiring import use
from programs.errors import StatementConflict
from programs.models import XapiStatement, XapiTerm
from programs.queries import xapi
from programs.queries.bulk import among, insert_many
from programs.queries.organizations import organization_of
from programs.queries.waiting import wait_for
from programs.rules.xapi.meaning import Meaning, Meaningless, meaning_of, taken_back
from programs.rules.xapi.prints import as_lists, fingerprint, terms_of
from programs.rules.xapi.shapes import NotAStatement
from programs.rules.xapi.statement import VOIDED, check_statement
from programs.settings import Settings
from programs.usecases.record_statements.effects import Effect, Said, cause, cause_all
from programs.usecases.record_statements.forget import blank_erased

LARGEST_BATCH = 1_000
VERSION = "1.0.3"
VOIDING, BEFORE = "voiding", "voided"


@dataclass
class _Told:
    """One statement of the batch."""

    id: UUID
    statement: dict[str, Any]
    print: bytes
    voids: UUID | None
    effect: Effect = field(default_factory=Effect)
    is_voided: bool = False


def record_statements(session: Session, caller: Caller, statements: Sequence[Any]) -> list[UUID]:
    """The ids of the statements, in order. The same statement again changes nothing.

    Raises Malformed, TooLarge, Forbidden, StatementConflict for another statement of an id that is taken.
    """
    organization_id = organization_of(caller)
    if not caller.may("records.write"):
        raise Forbidden("Statements are written for the whole organization.")
    if len(statements) > LARGEST_BATCH:
        raise TooLarge(f"Send at most {LARGEST_BATCH:,} statements at once.")
    told = [_read(value, number) for number, value in enumerate(statements)]
    if twice := [str(id) for id, times in Counter(one.id for one in told).items() if times > 1]:
        raise Malformed(f"The batch has two statements of the id {twice[0]}.")
    at = xapi.one_writer(session, organization_id)
    new = _news(session, organization_id, told)
    if new:
        blank_erased(session, organization_id, new)
        _void(session, organization_id, new, at, caller.user_id)
        _cause(session, organization_id, new, at, caller.user_id)
        _store(session, organization_id, new, at, _authority(session, caller))
    return [one.id for one in told]


def _read(value: Any, number: int) -> _Told:
    try:
        check_statement(value, f"[{number}]")
    except NotAStatement as error:
        raise Malformed(
            f"Statement {number + 1}: {error.message}", errors=[{"field": error.path, "message": error.message}]
        ) from None
    statement = as_lists(value)
    voids = UUID(value["object"]["id"]) if value["verb"]["id"] == VOIDED else None
    return _Told(UUID(value["id"]) if "id" in value else new_id(), statement, fingerprint(statement), voids)


def _news(session: Session, organization_id: UUID, told: Sequence[_Told]) -> list[_Told]:
    """Those not stored yet. Raises StatementConflict."""
    before = xapi.stored(session, organization_id, [one.id for one in told])
    if other := [one for one in told if one.id in before and before[one.id].fingerprint != one.print]:
        raise StatementConflict(f"Another statement is stored under the id {other[0].id}.")
    return [one for one in told if one.id not in before]


def _void(session: Session, organization_id: UUID, new: Sequence[_Told], at: datetime, by: UUID | None) -> None:
    """Void what these name, now or when it comes. Raises Malformed for a statement that voids."""
    ids = {one.id: one for one in new}
    targets = [one.voids for one in new if one.voids]
    before = xapi.stored(session, organization_id, targets)
    for one in new:
        if one.voids and (getattr(ids.get(one.voids) or before.get(one.voids), "voids", None) or one.voids == one.id):
            raise Malformed("A statement that voids another cannot be voided.")
    ahead = xapi.voided_ahead(session, organization_id, list(ids)) | set(targets)
    for one in new:
        one.is_voided = one.id in ahead
    standing = [row for row in before.values() if not row.is_voided]
    if standing:
        own = (XapiStatement.organization_id == organization_id, among(XapiStatement.id, [row.id for row in standing]))
        session.execute(update(XapiStatement).where(*own).values(is_voided=True))
        undone = [_undone(row, at) for row in standing]
        cause(session, organization_id, [one for one in undone if one], by)


def _undone(row: Any, at: datetime) -> Meaning | None:
    """What takes a stored statement's effect back, if it had one."""
    try:
        meaning = meaning_of(msgspec.json.decode(row.statement), str(row.id), at)
    except Meaningless:
        return None
    return taken_back(meaning) if meaning and meaning.kind == row.effect else None


def _cause(session: Session, organization_id: UUID, new: Sequence[_Told], at: datetime, by: UUID | None) -> None:
    for one in new:
        if one.voids or one.is_voided:
            one.effect = Effect(VOIDING if one.voids else BEFORE)
    standing = [one for one in new if not (one.voids or one.is_voided)]
    said = [Said(one.statement, one.id, at) for one in standing]
    for one, effect in zip(standing, cause_all(session, organization_id, said, by), strict=True):
        one.effect = effect


def _authority(session: Session, caller: Caller) -> dict[str, Any]:
    home = use(session, Settings).public_url
    return {"objectType": "Agent", "account": {"homePage": home, "name": str(caller.user_id)}}


def _store(
    session: Session, organization_id: UUID, new: Sequence[_Told], at: datetime, authority: dict[str, Any]
) -> None:
    set_by_us = {"stored": moment(at), "authority": authority, "version": VERSION}
    rows, terms = [], {}
    for one in new:
        whole = {"timestamp": moment(at), **one.statement, "id": str(one.id), **set_by_us}
        terms[one.id] = terms_of(whole)
        rows.append(
            {
                "organization_id": organization_id, "id": one.id, "stored": at,
                "statement": msgspec.json.encode(whole).decode(), "fingerprint": _bytea(one.print),
                "voids": one.voids, "is_voided": one.is_voided, "effect": one.effect.effect,
                "reason": one.effect.reason,
            }
        )  # fmt: skip
    insert_many(session, XapiStatement, rows)
    own = (XapiStatement.organization_id == organization_id, among(XapiStatement.id, list(terms)))
    places = session.execute(select(XapiStatement.id, XapiStatement.position).where(*own)).all()
    insert_many(
        session,
        XapiTerm,
        [
            {"organization_id": organization_id, "term": _bytea(term), "position": place, "statement_id": id}
            for id, place in places
            for term in terms[id]
        ],
    )
    waits = {one.id: one.effect.waits_for for one in new}
    wait_for(session, organization_id, [(id, place, waits[id]) for id, place in places])


def _bytea(value: bytes) -> str:
    """As PostgreSQL reads bytes from JSON."""
    return f"\\x{value.hex()}"
