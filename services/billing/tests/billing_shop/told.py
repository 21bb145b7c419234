"""What other services tell billing at first."""

from datetime import date
from uuid import UUID

from contracts.events.identity import OrganizationCreated
from contracts.events.programs import CohortCreated


def organization_created(organization_id: UUID, name: str = "Safari Foundation") -> OrganizationCreated:
    return OrganizationCreated(
        organization_id=organization_id,
        name=name,
        kind="sponsor",
        slug=name.lower().replace(" ", "-"),
        currency="KES",
        time_zone="Africa/Nairobi",
        country="KE",
        contact_email="finance@safari.example",
    )


def cohort_created(organization_id: UUID, cohort_id: UUID) -> CohortCreated:
    return CohortCreated(
        cohort_id=cohort_id,
        organization_id=organization_id,
        name="Nairobi 2026",
        kind="sponsor",
        seats=100,
        start_date=date(2026, 1, 1),
        end_date=date(2026, 12, 31),
    )
