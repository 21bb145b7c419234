"""Every event, one file a publisher. Importing this package registers them all."""

from contracts.events import analytics, billing, identity, notifications, privacy, programs

__all__ = ["analytics", "billing", "identity", "notifications", "privacy", "programs"]
