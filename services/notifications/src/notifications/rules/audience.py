"""Who of an audience is reached, by which channel, and why the others are not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

CHANNELS = ("in_app", "email", "sms")
USUAL = ("in_app", "email")
"""By which a message goes when its sender names none: the others cost money."""

GONE = frozenset({"withdrawn", "erased"})


@dataclass(frozen=True)
class Recipient:
    """A student as programs knows them for this organization."""

    student_id: UUID
    name: str
    email: str | None
    user_id: UUID | None
    status: str | None


@dataclass(frozen=True)
class Plan:
    """What to deliver, and who gets nothing at all for what reason."""

    deliveries: Sequence[tuple[Recipient, str]]
    excluded: Sequence[tuple[UUID, str]]

    @property
    def recipients(self) -> int:
        """People reached by at least one channel."""
        return len({recipient.student_id for recipient, _ in self.deliveries})


def plan(
    recipients: Sequence[Recipient],
    unknown: Sequence[UUID],
    channels: Sequence[str],
    off: Collection[tuple[UUID, str]],
    phones: Collection[UUID] = (),
) -> Plan:
    """``off`` are the (user, channel) pairs somebody has switched off, ``phones`` who has proved a telephone number.

    A student listed twice is reached once.
    """
    deliveries: list[tuple[Recipient, str]] = []
    excluded = [(student_id, "unknown") for student_id in unknown]
    for recipient in {recipient.student_id: recipient for recipient in recipients}.values():
        hindrances = {channel: _hindrance(recipient, channel, off, phones) for channel in channels}
        reached = [channel for channel, hindrance in hindrances.items() if hindrance is None]
        deliveries += [(recipient, channel) for channel in reached]
        if not reached:
            excluded.append((recipient.student_id, _reason(hindrances.values())))
    return Plan(deliveries, excluded)


def _hindrance(
    recipient: Recipient, channel: str, off: Collection[tuple[UUID, str]], phones: Collection[UUID]
) -> str | None:
    if recipient.status in GONE:
        return str(recipient.status)
    if recipient.user_id is not None and (recipient.user_id, channel) in off:
        return "opted_out"
    if channel == "email":
        return None if recipient.email else "no_address"
    if channel == "sms":
        return None if recipient.user_id in phones else "no_phone"
    return None if recipient.user_id else "no_account"


def _reason(hindrances: Collection[str | None]) -> str:
    """The person's own wish is told before a missing address, an address before an account."""
    order = ("withdrawn", "erased", "opted_out", "no_address", "no_phone", "no_account")
    return min((hindrance for hindrance in hindrances if hindrance), key=order.index)
