"""Statements that come in about somebody who was erased: they are kept, and name nobody."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.wiring import use
from programs.queries.erasure import erased_named
from programs.rules.xapi.pseudonyms import agent_names, agent_of, without
from programs.settings import Settings


class Told(Protocol):
    """Something with a statement."""

    statement: dict[str, Any]


def blank_erased(session: Session, organization_id: UUID, new: Sequence[Told]) -> None:
    """Whoever was erased and is known by an id of the organization goes by ours, without name or address."""
    names = {name for one in new for name in agent_names(one.statement)}
    for student_id, known_as in erased_named(session, organization_id, names).items():
        agent = agent_of(student_id, use(session, Settings).public_url)
        for one in new:
            one.statement = without(one.statement, known_as, agent, None)
