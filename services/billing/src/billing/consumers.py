"""Event → use case."""

from billing.usecases.erase_person import erase_person
from billing.usecases.export_person import export_person
from billing.usecases.record_seats import record_assigned, record_released
from billing.usecases.record_usage import record_labs, record_placements, record_sessions
from billing.usecases.remember_cohort import remember_cohort
from billing.usecases.remember_organization import remember_organization
from billing.usecases.remember_program import remember_program
from billing.usecases.remember_sponsorship import remember_activated, remember_created, remember_ended
from chassis.service import Handler
from contracts.event import Event
from contracts.events.identity import OrganizationCreated, OrganizationUpdated
from contracts.events.privacy import DataExportRequested, ErasureRequested
from contracts.events.programs import (
    CohortCreated,
    CohortUpdated,
    LabUsed,
    MentorSessionHeld,
    PlacementRecorded,
    ProgramCreated,
    ProgramUpdated,
    SeatAssigned,
    SeatReleased,
    SponsorshipActivated,
    SponsorshipCreated,
    SponsorshipEnded,
)

CONSUMERS: dict[type[Event], Handler] = {
    OrganizationCreated: remember_organization,
    OrganizationUpdated: remember_organization,
    CohortCreated: remember_cohort,
    CohortUpdated: remember_cohort,
    SeatAssigned: record_assigned,
    SeatReleased: record_released,
    MentorSessionHeld: record_sessions,
    LabUsed: record_labs,
    PlacementRecorded: record_placements,
    SponsorshipCreated: remember_created,
    SponsorshipActivated: remember_activated,
    SponsorshipEnded: remember_ended,
    ProgramCreated: remember_program,
    ProgramUpdated: remember_program,
    ErasureRequested: erase_person,
    DataExportRequested: export_person,
}
