"""Keep what billing shows of an organization: its name on invoices, and where they go."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from contracts.events.identity import OrganizationCreated, OrganizationUpdated

# A late "created" never undoes an "updated".
_CREATED = "on conflict (organization_id) do nothing"
_UPDATED = (
    "on conflict (organization_id) do update set name = excluded.name, kind = excluded.kind, "
    "currency = excluded.currency, country = excluded.country, contact_email = excluded.contact_email, "
    "time_zone = excluded.time_zone"
)
_INSERT = (
    "insert into organizations (organization_id, name, kind, currency, country, contact_email, time_zone) "
    "values (:organization_id, :name, :kind, :currency, :country, :contact_email, :time_zone) "
)


def remember_organization(session: Session, event: OrganizationCreated | OrganizationUpdated) -> None:
    """As it is now. Harmless to repeat."""
    rule = _UPDATED if isinstance(event, OrganizationUpdated) else _CREATED
    values = {
        "organization_id": event.organization_id,
        "name": event.name,
        "kind": event.kind,
        "currency": event.currency,
        "country": event.country,
        "contact_email": event.contact_email,
        "time_zone": event.time_zone,
    }
    session.execute(text(_INSERT + rule), values)
