"""Enrolments of a cohort, and the moves of one."""

from typing import Any
from uuid import UUID

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from programs.models import Enrollment
from programs.schemas.common import read_rows
from programs.schemas.enrollments import (
    EnrollmentOut,
    EnrollmentPage,
    EnrollmentQuery,
    EnrolmentsIn,
    EnrolmentsOut,
    StudentRow,
)
from programs.usecases.complete_enrollment import complete_enrollment
from programs.usecases.enrol_students import enrol_students
from programs.usecases.list_enrollments import list_enrollments
from programs.usecases.withdraw_enrollment import withdraw_enrollment

ROSTER = {
    "students": [
        {
            "email": "amina@school.example",
            "name": "Amina Otieno",
            "grade_level": "2",
            "school": "Uhuru School",
            "county": "Nairobi",
            "birth_date": "2018-04-30",
            "country": "KE",
            "guardian_email": "mother@mail.example",
            "external_id": "S-7",
        },
        {"student_id": "01938f5e-7c1a-7000-8000-0123456789ab"},
    ]
}

blp = Blueprint("enrollments", __name__, url_prefix="/api/v1/programs", description="Students in cohorts.")


@blp.route("/cohorts/<uuid:id>/enrollments/")
class CohortEnrollments(Resource):
    """Enrolling."""

    @requires("cohorts.manage")
    @blp.arguments(EnrolmentsIn, example=ROSTER)
    @blp.response(201, EnrolmentsOut, description="Every row is enrolled, or already was.")
    @blp.alt_response(207, schema=EnrolmentsOut, success=True, description="Some rows were not enrolled, and why.")
    def post(self, body: dict[str, Any], id: UUID) -> tuple[dict[str, Any], int]:
        """Enrol up to 10,000 students, each row by itself.

        A row that cannot be enrolled leaves nothing behind. Sending the same rows again changes nothing, and gives
        students whose seat has lapsed a new one where one is free.
        """
        answer = enrol_students(self.session, self.caller, id, read_rows(StudentRow(), body["students"]))
        counts = answer["counts"]
        return answer, 207 if counts["no_seat"] or counts["invalid"] else 201


@blp.route("/cohorts/<uuid:id>/enrollments/list/")
class EnrollmentList(Resource):
    """The list."""

    @requires("cohorts.read")
    @blp.arguments(EnrollmentQuery, location="query")
    @blp.response(200, EnrollmentPage)
    def get(self, query: dict[str, Any], id: UUID) -> Page:
        """List a cohort's enrolments.

        A student who did not consent to ``sponsor_view`` is shown by a stable pseudonym.
        """
        return list_enrollments(self.session, self.caller, id, **query)


@blp.route("/enrollments/<uuid:id>/withdraw/")
class Withdrawal(Resource):
    """Leaving."""

    @requires("cohorts.manage")
    @blp.response(200, EnrollmentOut)
    def post(self, id: UUID) -> Enrollment:
        """Withdraw an active enrolment; the seat is free when no other active enrolment needs it."""
        return withdraw_enrollment(self.session, self.caller, id)


@blp.route("/enrollments/<uuid:id>/complete/")
class Completion(Resource):
    """Finishing."""

    @requires("cohorts.manage")
    @blp.response(200, EnrollmentOut)
    def post(self, id: UUID) -> Enrollment:
        """Complete an active enrolment. By itself it completes when all courses of the cohort are completed."""
        return complete_enrollment(self.session, self.caller, id)
