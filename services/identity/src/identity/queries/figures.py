"""The figures of a metrics scrape."""

from sqlalchemy import text

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.telemetry import Figure, Sample

USERS = Figure("identity_users", "People with an account.")
ORGANIZATIONS = Figure("identity_organizations", "Organizations, of every kind.")
SESSIONS = Figure("identity_live_sessions", "Sessions that are neither over nor ended.")

_FIGURES = text("""
select (select count(*) from users), (select count(*) from organizations),
    (select count(*) from sessions where revoked_at is null and ends_at > :at)
""")


def gauges(database: Database) -> list[Sample]:
    """People, organizations, live sessions."""
    with database.transaction(SYSTEM) as session:
        users, organizations, sessions = session.execute(_FIGURES, {"at": now()}).one()
    return [USERS(users), ORGANIZATIONS(organizations), SESSIONS(sessions)]
