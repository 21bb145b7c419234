"""The one answer to "may this viewer see this student under this scope?". Every door asks here."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from privacy.rules.majority import is_minor

NO_CONSENT = "no_consent"
"""The one reason of every no: it tells neither whether there is such a student nor what they decided."""

REASONS = {
    "platform": "platform_administrator",
    "self": "own_data",
    "guardian": "guardian_of_minor",
    "membership": "taught_by_organization",
    "consent": "consent_in_force",
}


@dataclass(frozen=True)
class Viewer:
    """Who asks. All None is anybody at all, asking for what is public."""

    user_id: UUID | None = None
    organization_id: UUID | None = None
    organization_kind: str | None = None
    is_platform: bool = False


class Facts(NamedTuple):
    """What is known of one student in relation to one viewer and one scope; ``grant_*`` of the live grant, if any."""

    known: bool
    own: bool = False
    guarded: bool = False
    taught: bool = False
    adult_on: date | None = None
    grant_id: UUID | None = None
    granted_by: str | None = None
    expires_at: datetime | None = None
    policy_version: str | None = None


class Decision(NamedTuple):
    """An answer and what it rests on. ``policy_version`` is the consent text the grant was given under."""

    allowed: bool
    basis: str | None
    reason: str
    grant_id: UUID | None = None
    policy_version: str | None = None


REFUSED = Decision(allowed=False, basis=None, reason=NO_CONSENT)


def decide(viewer: Viewer, facts: Facts, at: datetime) -> Decision:
    """Answer at a moment. The first basis that holds is named: platform, self, guardian, membership, consent."""
    basis = _basis(viewer, facts, at)
    if basis is None:
        return REFUSED
    if basis == "consent":
        return Decision(True, basis, REASONS[basis], facts.grant_id, facts.policy_version)
    return Decision(True, basis, REASONS[basis])


def _basis(viewer: Viewer, facts: Facts, at: datetime) -> str | None:
    if not facts.known:
        return None
    if viewer.is_platform:
        return "platform"
    if facts.own:
        return "self"
    if facts.guarded and is_minor(facts.adult_on, at):
        return "guardian"
    if facts.taught and viewer.organization_kind == "academy":
        return "membership"
    return "consent" if in_force(facts.granted_by, facts.expires_at, facts.adult_on, at) else None


def in_force(granted_by: str | None, expires_at: datetime | None, adult_on: date | None, at: datetime) -> bool:
    """Whether a grant that was not withdrawn holds at a moment.

    Its date has not passed, and whoever gave it still decides: the student as an adult, a guardian for a minor.
    The birth date may have become known, or been corrected, after the grant.
    """
    if granted_by is None or (expires_at is not None and expires_at <= at):
        return False
    return (granted_by == "guardian") == is_minor(adult_on, at)
