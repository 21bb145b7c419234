"""A partner's sponsorships."""

from typing import Any
from uuid import UUID

from chassis.access import requires_role
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from programs.models import Sponsorship
from programs.schemas import partner_examples as examples
from programs.schemas.sponsorships import (
    SponsorshipCancelled,
    SponsorshipOut,
    SponsorshipPage,
    SponsorshipQuery,
    SponsorshipsIn,
    SponsorshipsOut,
)
from programs.usecases.cancel_sponsorship import cancel_sponsorship
from programs.usecases.create_sponsorships import create_sponsorships
from programs.usecases.list_sponsorships import list_sponsorships
from programs.usecases.read_sponsorship import read_sponsorship

blp = Blueprint(
    "sponsorships", __name__, url_prefix="/api/v1/partner/sponsorships", description="One organization, one student."
)


@blp.route("")
class Sponsorships(Resource):
    """The sponsorships of the caller's organization."""

    etag = True

    @requires_role("partner")
    @blp.arguments(SponsorshipQuery, location="query")
    @blp.response(200, SponsorshipPage, example=examples.SPONSORSHIPS)
    def get(self, query: dict[str, Any]) -> Page:
        """List them.

        A student who did not consent to ``sponsor_view`` is shown by a stable pseudonym.
        """
        return list_sponsorships(self.session, self.caller, **query)

    @requires_role("partner")
    @blp.arguments(SponsorshipsIn, example=examples.WISH)
    @blp.response(201, SponsorshipsOut, example=examples.WISHED)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Create one for each student, or none. They become active when a payment for them is completed.

        409 when a student has an open one of the same type on some of these days.
        """
        return create_sponsorships(self.session, self.caller, **body)


@blp.route("/<uuid:id>")
class OneSponsorship(Resource):
    """A sponsorship."""

    etag = True

    @requires_role("partner")
    @blp.response(200, SponsorshipOut, example=examples.SPONSORSHIP)
    def get(self, id: UUID) -> dict[str, Any]:
        """Read a sponsorship: its student's courses, its money and what has happened."""
        return read_sponsorship(self.session, self.caller, id)


@blp.route("/<uuid:id>/cancel")
class Cancellation(Resource):
    """Ending one before its time."""

    @requires_role("partner")
    @blp.response(200, SponsorshipCancelled)
    def post(self, id: UUID) -> Sponsorship:
        """Cancel a pending or active sponsorship; what it has received and not passed on becomes credit."""
        return cancel_sponsorship(self.session, self.caller, id)
