"""Asking who agreed, as a function a figure is handed: it does not know who asks or how."""

from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.clients.privacy import Privacy
from analytics.rules.scope import Scope
from chassis.auth import Caller
from chassis.wiring import use

Consents = Callable[[Collection[UUID]], frozenset[UUID]]
"""Students to those of them whom the organization may see."""


def consents_for(session: Session, caller: Caller, scope: Scope) -> Consents:
    """For groups that are too small to be told otherwise; nobody is shown by it, so nothing is logged."""

    def ask(students: Collection[UUID]) -> frozenset[UUID]:
        if not students:
            return frozenset()
        privacy = use(session, Privacy)
        return privacy.visible(caller, scope.organization_id, students, purpose="small_groups", named=False)

    return ask
