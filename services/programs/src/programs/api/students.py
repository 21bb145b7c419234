"""One student. The gateway asks privacy before it forwards, every time; from elsewhere these are not reached."""

from typing import Any
from uuid import UUID

from chassis.access import signed_in
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from programs.queries.students import student_profile, student_progress
from programs.schemas.students import StudentProfile, StudentProgress

blp = Blueprint("students", __name__, url_prefix="/api/v1/programs/students", description="One student.")


@blp.route("/<uuid:student_id>/progress/")
class Progress(Resource):
    """Progress."""

    for_person = True

    @signed_in
    @blp.response(200, StudentProgress)
    def get(self, student_id: UUID) -> dict[str, Any]:
        """Read a student's progress, with the student's leave for ``sponsor_view``."""
        return student_progress(self.session, self.caller, student_id)


@blp.route("/<uuid:student_id>/profile/")
class Profile(Resource):
    """Profile."""

    for_person = True

    @signed_in
    @blp.response(200, StudentProfile)
    def get(self, student_id: UUID) -> dict[str, Any]:
        """Read a candidate's profile, with the student's leave for ``employer_share``."""
        return student_profile(self.session, self.caller, student_id)
