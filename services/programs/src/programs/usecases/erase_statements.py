"""Take a student out of what learning systems have said, so that the statements stay and name nobody.

The fingerprint of what was received stays, so that the same statement sent again changes nothing.
"""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.wiring import use
from programs.models import XapiTerm
from programs.queries.bulk import insert_many
from programs.queries.erasure import Traces, statements_about
from programs.rules.xapi.prints import terms_of
from programs.rules.xapi.pseudonyms import agent_of, without, words_of
from programs.settings import Settings

_CHANGE = text("""
update xapi_statements set statement = :statement where organization_id = :organization_id and id = :id
""")
_FORGET = text("delete from xapi_terms where organization_id = :organization_id and statement_id = :id")


def erase_statements(session: Session, traces: Traces) -> int:
    """Returns how many were changed. The caller keeps writers out."""
    agent = agent_of(traces.student_id, use(session, Settings).public_url)
    words = words_of(traces.names, traces.addresses)
    changed = 0
    for row in list(statements_about(session, traces)):
        told = msgspec.json.decode(row.statement)
        left = without(told, traces.agents(row.organization_id), agent, words)
        if left != told:
            _replace(session, row.organization_id, row.id, row.position, left)
            changed += 1
    return changed


def _replace(session: Session, organization_id: UUID, id: UUID, position: int, statement: dict[str, Any]) -> None:
    own = {"organization_id": organization_id, "id": id}
    session.execute(_CHANGE, {**own, "statement": msgspec.json.encode(statement).decode()})
    session.execute(_FORGET, own)
    terms = [
        {"organization_id": organization_id, "term": f"\\x{term.hex()}", "position": position, "statement_id": id}
        for term in sorted(terms_of(statement))
    ]
    insert_many(session, XapiTerm, terms)
