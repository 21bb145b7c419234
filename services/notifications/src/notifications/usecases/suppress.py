"""Stop writing to an address: nothing arrives there, or its owner does not want it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from notifications.rules.categories import CATEGORIES, EVERYTHING
from notifications.rules.link_tokens import digest_of

TRIED_AGAIN_AFTER = timedelta(days=180)
"""A mailbox or a number that is gone may come back, or somebody else's server had a bad day."""

_SUPPRESS = text("""
insert into suppressions (channel, digest, category, reason, user_id, since, until)
values (:channel, :digest, :category, :reason, :user_id, :at, :until)
on conflict (channel, digest, category) do update
set reason = excluded.reason, user_id = coalesce(excluded.user_id, suppressions.user_id), since = excluded.since,
    until = excluded.until
""")
_SWITCH_OFF = text("""
insert into preferences (user_id, category, channel, enabled) values (:user_id, :category, :channel, false)
on conflict (user_id, category, channel) do update set enabled = false
""")


def suppress(session: Session, row: Any, *, reason: str, at: datetime) -> None:
    """Nothing at all goes to the address of this delivery for half a year: it would not arrive."""
    who = {"channel": row.channel, "digest": digest_of(row.address), "user_id": row.user_id}
    until = at + TRIED_AGAIN_AFTER
    session.execute(_SUPPRESS, {**who, "category": EVERYTHING, "reason": reason, "at": at, "until": until})


def unwanted(
    session: Session, digest: bytes, *, categories: Iterable[str], reason: str, user_id: UUID | None, at: datetime
) -> None:
    """No mail of these categories goes to the address until its owner wishes otherwise; an account says so, too."""
    for category in categories:
        who = {"channel": "email", "digest": digest, "user_id": user_id, "category": category}
        session.execute(_SUPPRESS, {**who, "reason": reason, "at": at, "until": None})
        if user_id is not None:
            session.execute(_SWITCH_OFF, {"user_id": user_id, "category": category, "channel": "email"})


def complained(session: Session, row: Any, *, at: datetime) -> None:
    """The reader called it spam: nothing they could have chosen comes any more."""
    digest = digest_of(row.address)
    unwanted(session, digest, categories=CATEGORIES, reason="complaint", user_id=row.user_id, at=at)
