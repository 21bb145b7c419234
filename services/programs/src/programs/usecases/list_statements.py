"""Read statements: one by its id, or those that are asked for, page by page."""

import base64
import hmac
import json
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.errors import Forbidden, Malformed
from chassis.wiring import use
from programs.errors import NoSuchStatement
from programs.queries import xapi
from programs.queries.organizations import organization_of
from programs.queries.xapi import Wanted
from programs.settings import Settings

MORE = "/api/v1/xapi/statements/more/"
_SIGNATURE = 16


def one_statement(session: Session, caller: Caller, statement_id: UUID, *, voided: bool) -> str:
    """The statement's JSON. Raises NoSuchStatement, also when it is voided and was not asked for as such."""
    found = xapi.stored(session, _reader(caller), [statement_id]).get(statement_id)
    if found is None or found.is_voided != voided:
        raise NoSuchStatement()
    text: str = found.statement
    return text


def list_statements(session: Session, caller: Caller, wanted: Wanted) -> str:
    """A page of statements as JSON, with the link to the next one, which is good for this organization only."""
    organization_id = _reader(caller)
    found = xapi.find(session, organization_id, wanted)
    shown, more = found[: wanted.limit], ""
    if len(found) > wanted.limit:
        last = shown[-1]
        more = MORE + _sealed(session, organization_id, replace(wanted, after=(last.stored, last.position)))
    statements = ",".join(row.statement for row in shown)
    return f'{{"statements":[{statements}],"more":{json.dumps(more)}}}'


def go_on(session: Session, caller: Caller, token: str) -> str:
    """The page that a link leads to. Raises Malformed for a link that is not ours, or not this organization's."""
    return list_statements(session, caller, _opened(session, _reader(caller), token))


def _reader(caller: Caller) -> UUID:
    if not caller.may("records.write"):
        raise Forbidden("Statements are read for the whole organization.")
    return organization_of(caller)


def _sealed(session: Session, organization_id: UUID, wanted: Wanted) -> str:
    said = asdict(wanted) | {"terms": [term.hex() for term in wanted.terms]}
    body = json.dumps(said, default=datetime.isoformat, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_seal(session, organization_id, body) + body).decode().rstrip("=")


def _opened(session: Session, organization_id: UUID, token: str) -> Wanted:
    try:
        whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise Malformed("This link leads nowhere.") from None
    seal, body = whole[:_SIGNATURE], whole[_SIGNATURE:]
    if not hmac.compare_digest(seal, _seal(session, organization_id, body)):
        raise Malformed("This link leads nowhere.")
    said = json.loads(body)
    stored, position = said["after"]
    return Wanted(
        terms=tuple(bytes.fromhex(term) for term in said["terms"]),
        since=_moment(said["since"]),
        until=_moment(said["until"]),
        ascending=said["ascending"],
        limit=said["limit"],
        after=(datetime.fromisoformat(stored), position),
    )


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _seal(session: Session, organization_id: UUID, body: bytes) -> bytes:
    key = hmac.digest(use(session, Settings).client_secret.encode(), b"xapi more v1", "sha256")
    return hmac.digest(key, organization_id.bytes + body, "sha256")[:_SIGNATURE]
