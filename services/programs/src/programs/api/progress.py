"""Progress, milestones, and certificates for anyone to verify."""

from typing import Any
from uuid import UUID

from chassis.access import public, requires, signed_in
from chassis.blueprint import Blueprint
from chassis.paging import Page, PageQuery
from chassis.resource import Resource
from programs.queries.cohorts import cohort_for
from programs.queries.courses import course_for, shown
from programs.queries.milestones import list_milestones
from programs.rules.batches import INVALID
from programs.schemas.common import OutcomesOut, read_rows
from programs.schemas.progress import (
    CertificateOut,
    MilestoneIn,
    MilestoneOut,
    MilestonePage,
    ProgressIn,
    ProgressRecorded,
    ProgressRow,
    ReachedIn,
    ReachedRow,
)
from programs.usecases.create_milestone import create_milestone
from programs.usecases.reach_milestones import reach_by_word
from programs.usecases.record_progress import record_progress
from programs.usecases.verify_certificate import verify_certificate

blp = Blueprint("progress", __name__, url_prefix="/api/v1/programs", description="What students reach.")

_SOME = "Some rows were not recorded, and why."


@blp.route("/progress/")
class Progress(Resource):
    """How far students are."""

    @requires("records.write")
    @blp.arguments(ProgressIn)
    @blp.response(201, ProgressRecorded, description="Every row is recorded, or already was.")
    @blp.alt_response(207, schema=ProgressRecorded, success=True, description=_SOME)
    def post(self, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Record up to 10,000 rows of progress, each by itself. A source's percentage only grows, but by correction."""
        answer = record_progress(self.session, self.caller, read_rows(ProgressRow(), body["progress"]))
        return answer, 207 if answer["counts"]["invalid"] else 201


@blp.route("/courses/<uuid:id>/milestones/")
class CourseMilestones(Resource):
    """A course's."""

    for_person = True

    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, MilestonePage)
    def get(self, query: dict[str, Any], id: UUID) -> Page:
        """List a course's milestones."""
        return list_milestones(self.session, course_id=shown(self.session, id)["id"], **query)

    @requires("courses.manage")
    @blp.arguments(MilestoneIn)
    @blp.response(201, MilestoneOut)
    def post(self, body: dict[str, Any], id: UUID) -> dict[str, Any]:
        """Give a course of the caller's organization a milestone."""
        return create_milestone(self.session, course_for(self.session, self.caller, id), **body)


@blp.route("/cohorts/<uuid:id>/milestones/")
class CohortMilestones(Resource):
    """A cohort's."""

    @requires("cohorts.read")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, MilestonePage)
    def get(self, query: dict[str, Any], id: UUID) -> Page:
        """List a cohort's milestones."""
        return list_milestones(
            self.session, cohort_id=cohort_for(self.session, self.caller, id, "cohorts.read").id, **query
        )

    @requires("cohorts.manage")
    @blp.arguments(MilestoneIn)
    @blp.response(201, MilestoneOut)
    def post(self, body: dict[str, Any], id: UUID) -> dict[str, Any]:
        """Give a cohort a milestone."""
        return create_milestone(self.session, cohort_for(self.session, self.caller, id, "cohorts.manage"), **body)


@blp.route("/milestones/<uuid:id>/reached/")
class Reached(Resource):
    """By word."""

    @signed_in
    @blp.arguments(ReachedIn)
    @blp.response(201, OutcomesOut, description="Every row is recorded, or already was.")
    @blp.alt_response(207, schema=OutcomesOut, success=True, description=_SOME)
    def post(self, body: dict[str, Any], id: UUID) -> tuple[dict[str, Any], int]:
        """Say which students have reached a milestone; needs what managing its course or cohort needs."""
        outcomes = reach_by_word(self.session, self.caller, id, read_rows(ReachedRow(), body["students"]))
        counts = {
            status: sum(one.status == status for one in outcomes) for status in ("recorded", "unchanged", INVALID)
        }
        answer = {"counts": {**counts, "updated": 0}, "results": [one.shown() for one in outcomes]}
        return answer, 207 if counts[INVALID] else 201


@blp.route("/certificates/<string(minlength=1, maxlength=40):number>/")
class Certificates(Resource):
    """Verifying."""

    @public
    @blp.response(200, CertificateOut)
    def get(self, number: str) -> dict[str, Any]:
        """Verify a certificate by its number. Its holder's name is shown only while their portfolio is public."""
        return verify_certificate(self.session, number)
