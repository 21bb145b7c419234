"""All students of the platform together, beside whom the sponsored ones stand."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from analytics.rules.definitions import FEW_ORGANIZATIONS

_SINCE = text("select * from platform_learning where since = :since and organizations >= :few")
_MADE = text("select max(made_at) from platform_learning")

EVER = date(1, 1, 1)
"""The first day of all time."""


def since(session: Session, first: date | None) -> Row[Any] | None:
    """What was made for the period that begins then; None while too few organizations record results."""
    return session.execute(_SINCE, {"since": first or EVER, "few": FEW_ORGANIZATIONS}).one_or_none()


def made_at(session: Session) -> datetime | None:
    """When it was made last."""
    found: datetime | None = session.scalar(_MADE)
    return found
