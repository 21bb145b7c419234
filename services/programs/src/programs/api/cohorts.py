"""Cohorts."""

from typing import Any
from uuid import UUID

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from programs.queries.cohorts import cohort_for, list_cohorts, shown
from programs.schemas.cohorts import CohortChange, CohortIn, CohortOut, CohortPage, CohortQuery
from programs.usecases.change_cohort import change_cohort
from programs.usecases.create_cohort import create_cohort

blp = Blueprint("cohorts", __name__, url_prefix="/api/v1/programs/cohorts", description="Who learns together.")


@blp.route("/")
class Cohorts(Resource):
    """The cohorts of the caller's organization."""

    @requires("cohorts.read")
    @blp.arguments(CohortQuery, location="query")
    @blp.response(200, CohortPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the cohorts that the caller may see."""
        return list_cohorts(self.session, self.caller, **query)

    @requires("cohorts.manage")
    @blp.arguments(CohortIn)
    @blp.response(201, CohortOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Create a cohort."""
        return create_cohort(self.session, self.caller, **body)


@blp.route("/<uuid:id>/")
class OneCohort(Resource):
    """A cohort."""

    etag = True

    @requires("cohorts.read")
    @blp.response(200, CohortOut)
    def get(self, id: UUID) -> dict[str, Any]:
        """Read a cohort and how full it is."""
        return shown(self.session, cohort_for(self.session, self.caller, id, "cohorts.read"))

    @requires("cohorts.manage")
    @blp.arguments(CohortChange)
    @blp.response(200, CohortOut)
    def patch(self, changes: dict[str, Any], id: UUID) -> dict[str, Any]:
        """Change a cohort. Its seats cannot go below its active enrolments (409)."""
        return change_cohort(self.session, self.caller, id, changes)
