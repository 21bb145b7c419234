"""List where consents stand, how they came about, and who looked: each person their own."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Forbidden
from chassis.paging import Page, paginate
from privacy.queries import access_log, grants
from privacy.usecases.people import person


def list_consents(
    session: Session, caller: Caller, *, page: int, limit: int, view: str | None = None, **wanted: Any
) -> Page:
    """A person's own and their children's; for an organization what it may use now, without names.

    The organization's list is for those who check consents in the whole of it.
    """
    checks = caller.organization_id is not None and caller.may("consents.check")
    if view is None:
        view = "organization" if checks else "person"
    if view == "person":
        statement = grants.of_person(person(caller), now(), wanted)
    elif checks and caller.organization_id is not None:
        statement = grants.to_organization(caller.organization_id, now(), wanted)
    else:
        raise Forbidden("This needs the permission 'consents.check' in an organization.")
    return paginate(session, statement, page=page, limit=limit)


def list_history(session: Session, caller: Caller, *, page: int, limit: int, **wanted: Any) -> Page:
    """Every change of the person's own consents and of those of the minors they guard."""
    return paginate(session, grants.history_of_person(person(caller), wanted), page=page, limit=limit)


def list_accesses(session: Session, caller: Caller, *, page: int, limit: int, **wanted: Any) -> Page:
    """Every look at the person's own data and at that of the minors they guard."""
    return paginate(session, access_log.of_person(person(caller), wanted), page=page, limit=limit)


def list_scopes(session: Session, *, user_id: UUID) -> list[dict[str, Any]]:
    """What the person and the minors they guard have granted and still holds, briefly."""
    statement = grants.of_person(user_id, now(), {})
    names = ("student_id", "organization_id", "scope", "expires_at")
    return [{name: row[name] for name in names} for row in session.execute(statement).mappings() if row["granted"]]
