"""Choose what a payment funds, and how much each is to get of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from billing.errors import MoreThanLacking, UnknownProgram, UnknownSponsorship
from billing.models import Fundable
from billing.models.fundables import PROGRAM, SPONSORSHIP
from billing.queries import fundables
from chassis.errors import Invalid
from chassis.money import Money


def choose_targets(
    session: Session, organization_id: UUID, program_id: UUID | None, sponsorship_ids: Sequence[UUID]
) -> list[Fundable]:
    """What is to be funded, locked until the transaction ends: a program, or sponsorships, or nothing yet.

    Raises UnknownProgram and UnknownSponsorship (also for another organization's), TargetEnded.
    """
    wanted = {program_id: PROGRAM} if program_id is not None else dict.fromkeys(sponsorship_ids, SPONSORSHIP)
    if not wanted:
        return []
    found = fundables.lock(session, organization_id, list(wanted))
    if {target.id: target.kind for target in found} != wanted:
        raise UnknownProgram() if program_id is not None else UnknownSponsorship()
    for target in found:
        target.require_open()
    return found


def share_out(session: Session, organization_id: UUID, money: Money, targets: Sequence[Fundable]) -> list[Money]:
    """The amount, in proportion to what each still lacks. Raises MoreThanLacking, Invalid for another currency."""
    if not targets:
        return []
    if any(target.currency != money.currency for target in targets):
        raise Invalid.field("currency", "What you want to fund is in another currency.")
    standings = fundables.standings(session, organization_id, [target.id for target in targets])
    lacking = [standings[target.id].lacking_minor(target) for target in targets]
    if money.minor > sum(lacking):
        raise MoreThanLacking()
    return money.allocate(lacking)


def described(targets: Sequence[Fundable]) -> str:
    """What a payment is for, in words, when the payer does not say."""
    if not targets:
        return "Contribution"
    if targets[0].kind == PROGRAM:
        return f"Funding of {targets[0].name or 'a program'}"
    return "Sponsorship of 1 student" if len(targets) == 1 else f"Sponsorship of {len(targets):,} students"
