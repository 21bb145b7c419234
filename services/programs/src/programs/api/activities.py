"""Placements, mentor sessions and lab use: what the open standards have no word for."""

from typing import Any
from uuid import UUID

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.errors import Invalid
from chassis.paging import Page
from chassis.resource import Resource
from programs.rules.batches import INVALID
from programs.schemas.activities import (
    ActivityQuery,
    LabUsageIn,
    LabUsagePage,
    LabUseRow,
    MentorSessionPage,
    MentorSessionRow,
    MentorSessionsIn,
    PlacementChange,
    PlacementPage,
    PlacementRow,
    PlacementsIn,
)
from programs.schemas.common import OneOrMany, OutcomesOut, RowOutcome, read_rows
from programs.usecases.change_placement import change_placement
from programs.usecases.list_activity import list_activity
from programs.usecases.record_activity import LAB_USE, MENTOR_SESSION, PLACEMENT, Kind, record_activity

blp = Blueprint("activities", __name__, url_prefix="/api/v1/programs", description="What students did.")

_EVERY = "Every row is recorded, or already was. A single row is answered with its own result."
_SOME = "Some rows were not recorded, and why."


def _body(schema: type[OneOrMany], single: type[Any]) -> dict[str, Any]:
    """The document of a body that is one row or several."""
    return {"required": True, "content": {"application/json": {"schema": {"oneOf": [single, schema]}}}}


def _record(view: Resource, kind: Kind, row: Any, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """A single row that cannot be taken is refused as a whole. Raises Invalid."""
    answer = record_activity(view.session, view.caller, kind, read_rows(row, body["rows"]))
    if not body["single"]:
        return OutcomesOut().dump(answer), 207 if answer["counts"][INVALID] else 201
    (outcome,) = answer["results"]
    if outcome["status"] == INVALID:
        raise Invalid(errors=[dict(reason) for reason in outcome["reasons"]])
    return RowOutcome().dump(outcome), 201


@blp.route("/placements/")
class Placements(Resource):
    """The organization's placements."""

    @requires("placements.manage")
    @blp.arguments(ActivityQuery, location="query")
    @blp.response(200, PlacementPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the placements that the organization recorded, as they hold now.

        A student who did not consent to ``placement_tracking`` is shown by a stable pseudonym.
        """
        return list_activity(self.session, self.caller, PLACEMENT, **query)

    @requires("placements.manage")
    @blp.doc(requestBody=_body(PlacementsIn, PlacementRow))
    @blp.arguments(PlacementsIn)
    @blp.response(201, description=_EVERY)
    @blp.alt_response(207, schema=OutcomesOut, success=True, description=_SOME)
    def post(self, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Record a placement of a student whom the organization knows, or up to 1,000.

        The same again changes nothing; the same ``placement_id`` told differently is a correction.
        """
        return _record(self, PLACEMENT, PlacementRow(), body)


@blp.route("/placements/<uuid:id>/")
class OnePlacement(Resource):
    """A placement."""

    @requires("placements.manage")
    @blp.arguments(PlacementChange)
    @blp.response(200, RowOutcome)
    def patch(self, changes: dict[str, Any], id: UUID) -> dict[str, Any]:
        """Correct a placement, or say when it ended. What was said before is kept beside it."""
        return change_placement(self.session, self.caller, id, changes)


@blp.route("/mentor-sessions/")
class MentorSessions(Resource):
    """The organization's mentor sessions."""

    @requires("records.write")
    @blp.arguments(ActivityQuery, location="query")
    @blp.response(200, MentorSessionPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the mentor sessions that the organization recorded, as they hold now.

        A student who did not consent to ``sponsor_view`` is shown by a stable pseudonym.
        """
        return list_activity(self.session, self.caller, MENTOR_SESSION, **query)

    @requires("records.write")
    @blp.doc(requestBody=_body(MentorSessionsIn, MentorSessionRow))
    @blp.arguments(MentorSessionsIn)
    @blp.response(201, description=_EVERY)
    @blp.alt_response(207, schema=OutcomesOut, success=True, description=_SOME)
    def post(self, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Record a mentor session, or up to 1,000, each by itself. Sending the same again changes nothing."""
        return _record(self, MENTOR_SESSION, MentorSessionRow(), body)


@blp.route("/lab-usage/")
class LabUsage(Resource):
    """The organization's lab use."""

    @requires("records.write")
    @blp.arguments(ActivityQuery, location="query")
    @blp.response(200, LabUsagePage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the lab use that the organization recorded, as it holds now.

        A student who did not consent to ``sponsor_view`` is shown by a stable pseudonym.
        """
        return list_activity(self.session, self.caller, LAB_USE, **query)

    @requires("records.write")
    @blp.doc(requestBody=_body(LabUsageIn, LabUseRow))
    @blp.arguments(LabUsageIn)
    @blp.response(201, description=_EVERY)
    @blp.alt_response(207, schema=OutcomesOut, success=True, description=_SOME)
    def post(self, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Record a student's use of a lab, or up to 1,000, each by itself. Sending the same again changes nothing."""
        return _record(self, LAB_USE, LabUseRow(), body)
