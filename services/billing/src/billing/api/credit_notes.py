"""GET /billing/credit-notes/, …/{id}/ and …/{id}/pdf/."""

from typing import Any
from uuid import UUID

from flask import Response

from billing.api.edge import Outward
from billing.documents import credit_note_document
from billing.queries import credit_notes
from billing.schemas.credit_notes import CreditNoteOut, CreditNotePage, CreditNoteQuery
from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.render import Renderer
from chassis.resource import Resource
from chassis.wiring import use

blp = Blueprint(
    "credit_notes", __name__, url_prefix="/api/v1/billing/credit-notes", description="What was taken back of invoices."
)

_PDF = {"type": "string", "format": "binary"}


@blp.route("/")
class CreditNotes(Resource):
    """The organization's credit notes."""

    etag = True

    @requires("billing.read")
    @blp.arguments(CreditNoteQuery, location="query")
    @blp.response(200, CreditNotePage)
    def get(self, query: dict[str, Any]) -> Page:
        """List credit notes, the latest first."""
        return credit_notes.page(self.session, self.caller, **query)


@blp.route("/<uuid:credit_note_id>/")
class CreditNote(Resource):
    """One credit note."""

    etag = True

    @requires("billing.read")
    @blp.response(200, CreditNoteOut)
    def get(self, credit_note_id: UUID) -> dict[str, Any]:
        """Show a credit note."""
        return credit_notes.one(self.session, self.caller, credit_note_id)


@blp.route("/<uuid:credit_note_id>/pdf/")
class CreditNotePdf(Outward):
    """One credit note as a document."""

    @requires("billing.read")
    @blp.response(200, _PDF, content_type="application/pdf", description="The credit note (PDF/UA).")
    def get(self, credit_note_id: UUID) -> Response:
        """Download a credit note as PDF."""
        with self.transaction() as session:
            note, renderer = credit_notes.document(session, self.caller, credit_note_id), use(session, Renderer)
        response = Response(renderer.pdf(*credit_note_document(note)), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'attachment; filename="{note["number"]}.pdf"'
        return response
