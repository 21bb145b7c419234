"""Take in the OneRoster files that organizations have sent: the worker's side of an import."""

from programs.usecases.import_roster.job import import_rosters

__all__ = ["import_rosters"]
