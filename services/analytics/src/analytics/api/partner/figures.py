"""The dashboard, the students, the impact."""

from typing import Any

from flask import Response

from analytics.api.conditional import Answer, unless_known
from analytics.schemas.partner import examples
from analytics.schemas.partner.asked import ImpactQuery, OutcomesQuery, StudentsQuery
from analytics.schemas.partner.figures import (
    DashboardStatsSchema,
    ImpactSchema,
    OutcomesSchema,
    SponsoredStudentsSchema,
)
from analytics.usecases.partner.list_sponsored_students import list_sponsored_students
from analytics.usecases.partner.read_impact import read_impact, tag_impact
from analytics.usecases.partner.read_outcomes import read_outcomes
from analytics.usecases.partner.read_stats import read_stats, tag_stats
from chassis.access import requires_role
from chassis.blueprint import Blueprint
from chassis.resource import Resource

blp = Blueprint("partner figures", __name__, url_prefix="/api/v1/partner", description="What a partner's money did.")


@blp.route("/dashboard/stats")
class Stats(Resource):
    """The first page. It names people, so it is never kept on the way."""

    snapshot = True

    @requires_role("partner")
    @blp.response(200, DashboardStatsSchema, example=examples.STATS)
    def get(self) -> Response | Answer:
        """Read sponsorships, money, milestones, how students do. 304 when If-None-Match has the answer's ETag."""
        tag, recent = tag_stats(self.session, self.caller)
        return unless_known(tag, lambda: read_stats(self.session, self.caller, recent), kept=False)


@blp.route("/sponsored-students")
class SponsoredStudents(Resource):
    """The students."""

    snapshot = True

    @requires_role("partner")
    @blp.arguments(StudentsQuery, location="query")
    @blp.response(200, SponsoredStudentsSchema, example=examples.STUDENTS)
    def get(self, query: dict[str, Any]) -> Response | Answer:
        """List sponsored students with their figures, by name where they consented, and what all found come to."""
        return unless_known(None, lambda: list_sponsored_students(self.session, self.caller, **query), kept=False)


@blp.route("/impact")
class Impact(Resource):
    """The impact."""

    snapshot = True

    @requires_role("partner")
    @blp.arguments(ImpactQuery, location="query")
    @blp.response(200, ImpactSchema, example=examples.IMPACT)
    def get(self, query: dict[str, Any]) -> Response | Answer:
        """Read what the money did in a calendar period. 304 when If-None-Match has the answer's ETag."""
        tag = tag_impact(self.session, self.caller, **query)
        return unless_known(tag, lambda: read_impact(self.session, self.caller, **query))


@blp.route("/impact/student-outcomes")
class Outcomes(Resource):
    """The outcomes. Small groups depend on the consents of this moment."""

    snapshot = True

    @requires_role("partner")
    @blp.arguments(OutcomesQuery, location="query")
    @blp.response(200, OutcomesSchema, example=examples.OUTCOMES)
    def get(self, query: dict[str, Any]) -> Response | Answer:
        """Read how sponsored students do: by band, by subject, month by month."""
        return unless_known(None, lambda: read_outcomes(self.session, self.caller, **query))
