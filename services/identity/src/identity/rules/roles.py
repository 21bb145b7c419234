"""What roles add up to, and who may give them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from chassis.auth import Caller
from contracts.roles import NARROWABLE, PERMISSIONS

PLATFORM_ADMIN = "platform_admin"

GIVEN_TO_PEOPLE = frozenset(PERMISSIONS) - {PLATFORM_ADMIN, "integration"}
"""The platform's administrators are made by the command line, integrations are API keys."""

MANAGE = "org.manage"

GIVEN_TO_KEYS = frozenset().union(*PERMISSIONS.values()) - {"platform", MANAGE}
"""What a program may hold: everything but power over rights."""

Held = tuple[str, UUID | None]
"""A role, and the cohort it is narrowed to."""


def rights(held: Iterable[Held]) -> dict[str, Any]:
    """The claims ``perms`` and, where roles are narrowed, ``narrow``. Sorted, so that equal rights are equal."""
    whole: set[str] = set()
    narrow: dict[str, set[str]] = {}
    for role, cohort_id in held:
        granted = PERMISSIONS.get(role, frozenset())
        if cohort_id is None:
            whole |= granted
        else:
            narrow.setdefault(str(cohort_id), set()).update(granted)
    claims: dict[str, Any] = {"perms": sorted(whole)}
    if narrow:
        claims["narrow"] = {cohort: sorted(granted) for cohort, granted in sorted(narrow.items())}
    return claims


def only(claims: dict[str, Any], permission: str) -> dict[str, Any]:
    """Of these claims what is left when nothing but this permission is to be used."""
    narrow = {cohort: [permission] for cohort, held in claims.get("narrow", {}).items() if permission in held}
    return {"perms": [permission] if permission in claims["perms"] else [], "narrow": narrow}


def main_role(held: Iterable[Held]) -> str | None:
    """The one role to show where only one fits: the strongest, whole before narrowed."""
    ranked = sorted(held, key=lambda h: (h[1] is not None, -len(PERMISSIONS.get(h[0], ())), h[0]))
    return ranked[0][0] if ranked else None


def may_give(caller: Caller, role: str, cohort_id: UUID | None) -> bool:
    """Whether the caller manages that scope and holds there everything the role bundles."""
    return all(caller.may(permission, within=cohort_id) for permission in (MANAGE, *PERMISSIONS[role]))


def is_admin(held: Held) -> bool:
    """Whether the role manages the whole organization."""
    role, cohort_id = held
    return cohort_id is None and MANAGE in PERMISSIONS.get(role, frozenset())


def is_narrowable(role: str) -> bool:
    """Whether the role may be held for one cohort only."""
    return role in NARROWABLE
