"""Let a person say by which channels organizations may write to them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from notifications.queries.people import preferences_of
from notifications.rules.audience import CHANNELS
from notifications.usecases.people import person

_SET = text("""
insert into preferences (user_id, channel, enabled) values (:user_id, :channel, :enabled)
on conflict (user_id, channel) do update set enabled = excluded.enabled
""")


def set_preferences(session: Session, caller: Caller, **wanted: bool) -> dict[str, bool]:
    """Channel to whether it is wanted; channels not named stay as they were. Holds for what is still queued, too."""
    for channel, enabled in sorted(wanted.items()):
        session.execute(_SET, {"user_id": person(caller), "channel": channel, "enabled": enabled})
    return preferences(session, caller)


def preferences(session: Session, caller: Caller) -> dict[str, bool]:
    """All channels; what the person never spoke of is on."""
    return dict.fromkeys(CHANNELS, True) | preferences_of(session, person(caller))
