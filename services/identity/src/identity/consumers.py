"""What identity listens to, and what it does then."""

from chassis.processor import many
from chassis.service import Handler
from contracts.event import Event
from contracts.events import privacy, programs
from identity.usecases.erase_person import erase_person
from identity.usecases.export_person import export_person
from identity.usecases.invite_students import invite_students
from identity.usecases.keep_consents import drop_consent, keep_consent
from identity.usecases.let_student_go import let_student_go

CONSUMERS: dict[type[Event], Handler] = {
    programs.StudentRegistered: many(invite_students),
    programs.StudentUpdated: many(invite_students),
    privacy.ConsentGranted: keep_consent,
    privacy.ConsentWithdrawn: drop_consent,
    privacy.ConsentExpired: drop_consent,
    privacy.RetentionEnded: let_student_go,
    privacy.ErasureRequested: erase_person,
    privacy.DataExportRequested: export_person,
}
