"""Sponsorships and programs as money sees them: what they lack, and what is held for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from billing.models import Fundable

_STANDINGS = text("""
select target.id, coalesce((
    select sum(amount_minor) from allocations
    where organization_id = :organization and fundable_id = target.id
), 0) as funded_minor, coalesce((
    select sum(line.amount_minor) from funding_lines as line
    join checkouts on checkouts.organization_id = line.organization_id and checkouts.id = line.checkout_id
    where line.organization_id = :organization and line.fundable_id = target.id and checkouts.state = 'open'
), 0) as awaited_minor, coalesce((
    select sum(amount_minor) from disbursements
    where organization_id = :organization and fundable_id = target.id and state = 'made'
), 0) as disbursed_minor, coalesce((
    select sum(taken.amount_minor) from refund_funds as taken
    join refunds on refunds.organization_id = taken.organization_id and refunds.id = taken.refund_id
    where taken.organization_id = :organization and taken.fundable_id = target.id
        and refunds.state in ('requested', 'approved', 'pending')
), 0) as refunding_minor
from unnest(cast(:ids as uuid[])) as target (id)
""")
_GIVEN = """
select {key} as id, sum(minor) as minor from (
    select fundable_id, payment_id, amount_minor as minor from allocations where organization_id = :organization
    union all
    select taken.fundable_id, refunds.payment_id, -taken.amount_minor from refund_funds as taken
    join refunds on refunds.organization_id = taken.organization_id and refunds.id = taken.refund_id
    where taken.organization_id = :organization and refunds.state in ('requested', 'approved', 'pending')
) as given where {one} group by {key} having sum(minor) > 0 order by {key}
"""
_GIVEN_BY = text(_GIVEN.format(key="fundable_id", one="payment_id = :payment"))
_GIVERS = text(_GIVEN.format(key="payment_id", one="fundable_id = :fundable"))


@dataclass(frozen=True)
class Standing:
    """The money of one of them, in minor units: given and not taken back, awaited by open checkouts, released,
    and about to be refunded.
    """

    funded_minor: int
    awaited_minor: int
    disbursed_minor: int
    refunding_minor: int

    @property
    def held_minor(self) -> int:
        """What can be released or taken back."""
        return self.funded_minor - self.disbursed_minor - self.refunding_minor

    def lacking_minor(self, fundable: Fundable) -> int:
        """What it can still be given; never less than nothing."""
        return max(0, fundable.amount_minor - self.funded_minor - self.awaited_minor)


def unknown(session: Session, organization_id: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """Those of the organization that have not been heard of."""
    mine = select(Fundable.id).where(Fundable.organization_id == organization_id, Fundable.id.in_(ids))
    known = set(session.scalars(mine))
    return [id for id in ids if id not in known]


def lock(session: Session, organization_id: UUID, ids: Sequence[UUID]) -> list[Fundable]:
    """Those that are known, in one order for everybody, held until the transaction ends."""
    mine = select(Fundable).where(Fundable.organization_id == organization_id, Fundable.id.in_(ids))
    locked = mine.order_by(Fundable.id).with_for_update()
    return list(session.scalars(locked.execution_options(populate_existing=True)))


def standings(session: Session, organization_id: UUID, ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """How each stands. Of use only while they are locked."""
    rows = session.execute(_STANDINGS, {"organization": organization_id, "ids": list(ids)})
    return {
        row.id: Standing(
            int(row.funded_minor), int(row.awaited_minor), int(row.disbursed_minor), int(row.refunding_minor)
        )
        for row in rows
    }


def given_by(session: Session, organization_id: UUID, *, payment_id: UUID) -> dict[UUID, int]:
    """What a payment gives to each, in minor units, as far as it was not taken back and no refund is about to."""
    rows = session.execute(_GIVEN_BY, {"organization": organization_id, "payment": payment_id})
    return {row.id: int(row.minor) for row in rows}


def givers(session: Session, organization_id: UUID, *, fundable_id: UUID) -> dict[UUID, int]:
    """What each payment gives to one of them, likewise."""
    rows = session.execute(_GIVERS, {"organization": organization_id, "fundable": fundable_id})
    return {row.id: int(row.minor) for row in rows}
