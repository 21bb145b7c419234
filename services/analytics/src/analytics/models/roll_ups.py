"""Which roll-ups an event can change, and whose: the families of ``changes`` (migrations/sql) and its subjects.

To list too much costs time; to list too little makes wrong figures, which the tests of the event store would show.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.models import activities
from contracts.event import Event
from contracts.events import billing, identity, programs

_FACT = """
jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, student_id uuid, cohort_id uuid, result_id uuid, payment_id uuid, invoice_id uuid,
    refund_id uuid, credit_note_id uuid, time_zone text
)
"""
_OF_STUDENTS = f"select distinct student_id from {_FACT}"  # noqa: S608 - our own words, as below
# A correction may give a result to another student.
_OF_RESULTS = f"{_OF_STUDENTS} union select results.student_id from {_FACT} join results using (result_id)"  # noqa: S608
_OF_COHORTS = f"""
select distinct enrolled.student_id from {_FACT}
join enrollments as enrolled on enrolled.organization_id = fact.organization_id and enrolled.cohort_id = fact.cohort_id
"""  # noqa: S608
# Another time zone moves every moment to another day; nothing else of an organization matters here.
_OF_ORGANIZATIONS = f"""
with moved as materialized (
    select distinct fact.organization_id from {_FACT} left join organizations as known using (organization_id)
    where coalesce(known.time_zone, 'UTC') <> fact.time_zone
)
select student_id from moved join enrollments using (organization_id)
union select student_id from moved join seats using (organization_id)
union select payment_id from moved join payments using (organization_id)
union select invoice_id from moved join invoices using (organization_id)
"""  # noqa: S608
# What corrected an invoice is issued and settled with it.
_OF_INVOICES = f"""
select invoice_id from {_FACT}
union select note.invoice_id from {_FACT} join invoices as note
    on note.organization_id = fact.organization_id and note.corrects = fact.invoice_id
"""  # noqa: S608
COHORTS = f"select distinct cohort_id from {_FACT}"  # noqa: S608
"""An event's own cohorts."""


@dataclass(frozen=True)
class Touch:
    """The families an event can change, and a query for the subjects, asked before the event is projected.

    ``near`` are families it changes in its own cohorts only, so that who was in many costs no more than who is in one.
    What is told of the whole by a row of its own (``spread`` is false) is never near.
    """

    families: tuple[str, ...]
    subjects: str
    near: tuple[str, ...] = ()


FAMILIES = ("learning", "people", "course", "seat", "placement", "certificate", "active", "money")

TOUCHES: Mapping[type[Event], Touch] = {
    identity.OrganizationCreated: Touch(FAMILIES, _OF_ORGANIZATIONS),
    identity.OrganizationUpdated: Touch(FAMILIES, _OF_ORGANIZATIONS),
    programs.CohortCreated: Touch(("certificate", "active"), _OF_COHORTS, near=("course",)),
    programs.CohortUpdated: Touch(("certificate", "active"), _OF_COHORTS, near=("course",)),
    programs.StudentRegistered: Touch(("learning", "people"), _OF_STUDENTS),
    programs.StudentUpdated: Touch(("learning", "people"), _OF_STUDENTS),
    programs.SeatAssigned: Touch((), _OF_STUDENTS, near=("seat",)),
    programs.SeatReleased: Touch((), _OF_STUDENTS, near=("seat",)),
    programs.StudentEnrolled: Touch(
        ("people", "placement", "certificate", "active"), _OF_STUDENTS, near=("learning", "course")
    ),
    programs.EnrollmentCompleted: Touch((), _OF_STUDENTS, near=("learning",)),
    programs.EnrollmentWithdrawn: Touch(("people",), _OF_STUDENTS, near=("learning", "course")),
    programs.ResultRecorded: Touch(("course", "active"), _OF_RESULTS),
    programs.PlacementRecorded: Touch(("learning", "placement"), _OF_STUDENTS),
    **dict.fromkeys(activities.KINDS, Touch(("course", "certificate"), _OF_STUDENTS)),
    billing.PaymentCompleted: Touch(("money",), f"select payment_id from {_FACT}"),  # noqa: S608
    billing.PaymentRefunded: Touch(("money",), f"select refund_id from {_FACT}"),  # noqa: S608
    billing.InvoiceIssued: Touch(("money",), _OF_INVOICES),
    billing.InvoicePaid: Touch(("money",), _OF_INVOICES),
    billing.CreditNoteIssued: Touch(("money",), f"select credit_note_id from {_FACT}"),  # noqa: S608
}
"""Events that are not here change no roll-up."""
