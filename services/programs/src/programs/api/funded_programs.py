"""Programs that a partner funds."""

from typing import Any
from uuid import UUID

from chassis.access import requires_role
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from programs.models import FundedProgram
from programs.queries.funded_programs import list_programs
from programs.queries.organizations import organization_of
from programs.schemas import partner_examples as examples
from programs.schemas.funded_programs import ProgramIn, ProgramMade, ProgramOut, ProgramPage, ProgramQuery
from programs.usecases.change_program import change_program
from programs.usecases.create_program import create_program
from programs.usecases.read_program import read_program

blp = Blueprint(
    "funded programs", __name__, url_prefix="/api/v1/partner/programs", description="What a partner funds for many."
)


@blp.route("")
class Programs(Resource):
    """The programs of the caller's organization."""

    etag = True

    @requires_role("partner")
    @blp.arguments(ProgramQuery, location="query")
    @blp.response(200, ProgramPage, example=examples.PROGRAMS)
    def get(self, query: dict[str, Any]) -> Page:
        """List them."""
        return list_programs(self.session, organization_of(self.caller), **query)

    @requires_role("partner")
    @blp.arguments(ProgramIn, example=examples.PLAN)
    @blp.response(201, ProgramMade, example=examples.PLANNED)
    def post(self, body: dict[str, Any]) -> FundedProgram:
        """Plan a program. It becomes active when a payment for it is completed."""
        return create_program(self.session, self.caller, **body)


@blp.route("/<uuid:id>")
class OneProgram(Resource):
    """A program."""

    etag = True

    @requires_role("partner")
    @blp.response(200, ProgramOut, example=examples.PROGRAM)
    def get(self, id: UUID) -> dict[str, Any]:
        """Read a program: its money, its courses, who takes part, and what it has come to."""
        return read_program(self.session, self.caller, id)


@blp.route("/<uuid:id>/pause")
class Pause(Resource):
    """Enrolling nobody for a while."""

    @requires_role("partner")
    @blp.response(200, ProgramOut, example=examples.PROGRAM)
    def post(self, id: UUID) -> dict[str, Any]:
        """Pause an active program: its students stay, and nobody is enrolled."""
        return change_program(self.session, self.caller, id, "pause")


@blp.route("/<uuid:id>/resume")
class Resumption(Resource):
    """Going on."""

    @requires_role("partner")
    @blp.response(200, ProgramOut, example=examples.PROGRAM)
    def post(self, id: UUID) -> dict[str, Any]:
        """Resume a paused program."""
        return change_program(self.session, self.caller, id, "resume")


@blp.route("/<uuid:id>/complete")
class ProgramCompletion(Resource):
    """Ending."""

    @requires_role("partner")
    @blp.response(200, ProgramOut, example=examples.PROGRAM)
    def post(self, id: UUID) -> dict[str, Any]:
        """Complete an active or paused program. By itself it completes when its last day has passed."""
        return change_program(self.session, self.caller, id, "complete")
