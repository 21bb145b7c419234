"""Statements that wait for somebody or something to become known."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, text
from sqlalchemy.orm import Session

from programs.models import XapiStatement, XapiTerm
from programs.queries.bulk import among, insert_many
from programs.rules.xapi.prints import term

_CHANGE = text("""
update xapi_statements set effect = told.effect, reason = told.reason
from unnest(cast(:ids as uuid[]), cast(:effects as text[]), cast(:reasons as text[])) as told (id, effect, reason)
where xapi_statements.organization_id = :organization_id and xapi_statements.id = told.id
""")


def any_waits(session: Session, organization_id: UUID, effects: Collection[str]) -> bool:
    """Whether the organization has a statement of one of these effects."""
    own = (XapiStatement.organization_id == organization_id, among(XapiStatement.effect, effects))
    return session.scalar(select(XapiStatement.position).where(*own).limit(1)) is not None


def waiting(
    session: Session, organization_id: UUID, names: Collection[str], effects: Collection[str], *, after: int, most: int
) -> list[Row[Any]]:
    """The next statements of these effects that wait for one of these names, in the order they were stored in."""
    terms = select(XapiTerm.statement_id).where(*_of(organization_id, names))
    own = (XapiStatement.organization_id == organization_id, XapiStatement.id.in_(terms))
    standing = (among(XapiStatement.effect, effects), XapiStatement.is_voided.is_(False))
    columns = (XapiStatement.id, XapiStatement.position, XapiStatement.stored, XapiStatement.statement)
    statement = select(*columns).where(*own, *standing, XapiStatement.position > after)
    return list(session.execute(statement.order_by(XapiStatement.position).limit(most)))


def wait_for(session: Session, organization_id: UUID, waits: Sequence[tuple[UUID, int, Collection[str]]]) -> None:
    """Let these statements (id, position) wait for these names."""
    rows = [
        {"organization_id": organization_id, "term": f"\\x{_term(name).hex()}", "position": place, "statement_id": id}
        for id, place, names in waits
        for name in sorted(set(names))
    ]
    insert_many(session, XapiTerm, rows, "on conflict do nothing")


def wait_no_longer(session: Session, organization_id: UUID, names: Collection[str], ids: Collection[UUID]) -> None:
    """What these waited for has come."""
    those = delete(XapiTerm).where(*_of(organization_id, names), among(XapiTerm.statement_id, ids))
    session.execute(those.execution_options(synchronize_session=False))


def change_effects(session: Session, organization_id: UUID, effects: Mapping[UUID, tuple[str, str | None]]) -> None:
    """Note what has become of these statements, and why."""
    values = {
        "organization_id": organization_id,
        "ids": list(effects),
        "effects": [effect for effect, _ in effects.values()],
        "reasons": [reason for _, reason in effects.values()],
    }
    session.execute(_CHANGE, values)


def _of(organization_id: UUID, names: Collection[str]) -> tuple[Any, ...]:
    return XapiTerm.organization_id == organization_id, among(XapiTerm.term, [_term(name) for name in names])


def _term(name: str) -> bytes:
    return term("waits for", name)
