"""/api/v1/programs/students/{id}/trend: a path of programs' family, answered here because figures are made here."""

from typing import Any
from uuid import UUID

from flask import request

from analytics.schemas.students import StudentTrendSchema
from analytics.usecases.read_student_trend import read_student_trend
from chassis.access import signed_in
from chassis.blueprint import Blueprint
from chassis.resource import Resource

blp = Blueprint("student trend", __name__, url_prefix="/api/v1/programs/students", description="How a student does.")


@blp.route("/<uuid:student_id>/trend/")
class StudentTrend(Resource):
    """Trend."""

    for_person = True
    snapshot = True

    @signed_in
    @blp.response(200, StudentTrendSchema)
    def get(self, student_id: UUID) -> dict[str, Any]:
        """Read whether a student improves, is stable or declines, with the student's leave for ``sponsor_view``."""
        purpose = f"{request.method} {request.path}"[:200]
        return read_student_trend(self.session, self.caller, student_id, purpose=purpose)
