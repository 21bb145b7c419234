"""Record what the standards have no word for: each row by itself, the same again no news, a difference a correction."""

from programs.usecases.record_activity.kinds import LAB_USE, MENTOR_SESSION, PLACEMENT, Kind
from programs.usecases.record_activity.record import record_activity

__all__ = ["LAB_USE", "MENTOR_SESSION", "PLACEMENT", "Kind", "record_activity"]
