"""Let a person say what they want to be told, by which channels, and when."""

from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from notifications.models import Person, Phone
from notifications.queries.people import preferences_of
from notifications.rules.audience import CHANNELS
from notifications.rules.categories import CATEGORIES
from notifications.rules.phones import masked
from notifications.usecases.people import person

_SET = text("""
insert into preferences (user_id, category, channel, enabled) values (:user_id, :category, :channel, :enabled)
on conflict (user_id, category, channel) do update set enabled = excluded.enabled
""")
# Who says yes after all has an address again to which such mails go.
_WANTED = text("""
delete from suppressions where user_id = :user_id and category = :category and channel = :channel
""")
_PERSON = text("""
insert into people (user_id, time_zone, quiet_from, quiet_until, track_opens)
values (:user_id, :time_zone, :quiet_from, :quiet_until, :track_opens)
on conflict (user_id) do update set time_zone = excluded.time_zone, quiet_from = excluded.quiet_from,
    quiet_until = excluded.quiet_until, track_opens = excluded.track_opens
""")
_ONE_BY_ONE = text("select pg_advisory_xact_lock(hashtextextended('notifications.preferences.' || :user_id, 0))")

_CATEGORY = "messages"
"""What the channels beside the categories are about, as they were before there were any."""


def set_preferences(session: Session, caller: Caller, **wanted: Any) -> dict[str, Any]:
    """What is not named stays as it was. It holds at once, also for what is queued."""
    user_id = person(caller)
    session.execute(_ONE_BY_ONE, {"user_id": str(user_id)})
    choices = {**wanted.get("categories", {})}
    own = {channel: wanted[channel] for channel in CHANNELS if channel in wanted}
    choices[_CATEGORY] = {**own, **choices.get(_CATEGORY, {})}
    for category, channels in sorted(choices.items()):
        for channel, enabled in sorted(channels.items()):
            _choose(session, user_id, category, channel, enabled=enabled)
    if wanted.keys() & {"time_zone", "quiet_hours", "open_tracking"}:
        _keep(session, user_id, wanted)
    return preferences(session, caller)


def preferences(session: Session, caller: Caller) -> dict[str, Any]:
    """All that a person may choose; what they never spoke of is on, and their quiet hours are none."""
    user_id = person(caller)
    said = preferences_of(session, user_id)
    every = {category: dict.fromkeys(CHANNELS, True) | said.get(category, {}) for category in CATEGORIES}
    known = session.get(Person, user_id, populate_existing=True)
    phone = session.get(Phone, user_id, populate_existing=True)
    return {
        **every[_CATEGORY],
        "categories": every,
        "time_zone": known.time_zone if known else None,
        "quiet_hours": _hours(known),
        "open_tracking": bool(known and known.track_opens),
        "phone": {"number": masked(phone.number), "verified": phone.verified_at is not None} if phone else None,
    }


def _hours(known: Person | None) -> dict[str, time] | None:
    if known is None or known.quiet_from is None or known.quiet_until is None:
        return None
    return {"start": known.quiet_from, "end": known.quiet_until}


def _choose(session: Session, user_id: UUID, category: str, channel: str, *, enabled: bool) -> None:
    choice = {"user_id": user_id, "category": category, "channel": channel}
    session.execute(_SET, {**choice, "enabled": enabled})
    if enabled:
        session.execute(_WANTED, choice)


def _keep(session: Session, user_id: UUID, wanted: dict[str, Any]) -> None:
    known = session.get(Person, user_id, populate_existing=True)
    hours = wanted.get("quiet_hours", _hours(known)) or {}
    values = {
        "time_zone": wanted.get("time_zone", known.time_zone if known else None),
        "quiet_from": hours.get("start"),
        "quiet_until": hours.get("end"),
        "track_opens": wanted.get("open_tracking", bool(known and known.track_opens)),
    }
    session.execute(_PERSON, {"user_id": user_id, **values})
