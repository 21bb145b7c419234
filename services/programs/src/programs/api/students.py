"""One student. Privacy is asked here, too, and enters the read in the student's access log."""

from typing import Any
from uuid import UUID

from flask import g, request

from chassis.access import public, signed_in
from chassis.blueprint import PROBLEM, Blueprint, ProblemSchema
from chassis.paging import Page, PageQuery
from chassis.resource import Resource
from programs.schemas.students import Portfolio, StudentPlacements, StudentProfile, StudentProgress
from programs.usecases.read_student import read_placements, read_portfolio, read_profile, read_progress

blp = Blueprint("students", __name__, url_prefix="/api/v1/programs/students", description="One student.")


def _purpose() -> str:
    return f"{request.method} {request.path}"[:200]


@blp.route("/<uuid:student_id>/progress/")
class Progress(Resource):
    """Progress."""

    for_person = True
    etag = True

    @signed_in
    @blp.response(200, StudentProgress)
    def get(self, student_id: UUID) -> dict[str, Any]:
        """Read a student's progress, with the student's leave for ``sponsor_view``."""
        return read_progress(self.session, self.caller, student_id, purpose=_purpose())


@blp.route("/<uuid:student_id>/profile/")
class Profile(Resource):
    """Profile."""

    for_person = True
    etag = True

    @signed_in
    @blp.response(200, StudentProfile)
    def get(self, student_id: UUID) -> dict[str, Any]:
        """Read a candidate's profile, with the student's leave for ``employer_share``.

        A member of the organization that was given leave needs the permission 'candidates.read'.
        """
        return read_profile(self.session, self.caller, student_id, purpose=_purpose())


@blp.route("/<uuid:student_id>/portfolio/")
class PublicPortfolio(Resource):
    """Portfolio."""

    etag = True

    @public
    @blp.response(200, Portfolio)
    @blp.alt_response(403, schema=ProblemSchema, content_type=PROBLEM, description="No leave, or no such student.")
    def get(self, student_id: UUID) -> dict[str, Any]:
        """Read what a student shows to everybody, with leave for ``public_portfolio``. No token is needed."""
        return read_portfolio(self.session, g.caller, student_id, purpose=_purpose())


@blp.route("/<uuid:student_id>/placements/")
class Placements(Resource):
    """Placements."""

    for_person = True
    etag = True

    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, StudentPlacements)
    def get(self, query: dict[str, Any], student_id: UUID) -> Page:
        """List the work that a student found, with the student's leave for ``placement_tracking``."""
        return read_placements(self.session, self.caller, student_id, purpose=_purpose(), **query)
