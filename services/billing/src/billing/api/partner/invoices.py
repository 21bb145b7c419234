"""GET /partner/payments/invoices and …/{id}/pdf."""

from typing import Any
from uuid import UUID

from flask import Response

from billing.api.edge import Outward
from billing.api.invoices import PDF, printed
from billing.queries import partner_invoices
from billing.schemas import partner_examples as examples
from billing.schemas.partner_payments import PartnerInvoiceQuery, PartnerInvoices
from billing.settings import Settings
from chassis.access import requires_role
from chassis.blueprint import Blueprint
from chassis.render import Renderer
from chassis.resource import Resource
from chassis.wiring import use

blp = Blueprint(
    "partner invoices", __name__, url_prefix="/api/v1/partner/payments/invoices", description="Invoices of partners."
)


@blp.route("")
class Invoices(Resource):
    """The partner's invoices."""

    etag = True

    @requires_role("partner")
    @blp.arguments(PartnerInvoiceQuery, location="query")
    @blp.response(200, PartnerInvoices, example=examples.INVOICES)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List invoices, the latest first."""
        return partner_invoices.page(self.session, self.caller, **query)


@blp.route("/<uuid:invoice_id>/pdf")
class InvoicePdf(Outward):
    """One invoice as a document."""

    @requires_role("partner")
    @blp.response(200, PDF, content_type="application/pdf", description="The invoice (PDF/UA).")
    @blp.alt_response(409, response="CONFLICT")
    def get(self, invoice_id: UUID) -> Response:
        """Download an invoice as PDF. 409 for a draft: it is issued when the payment has arrived."""
        with self.transaction() as session:
            invoice = partner_invoices.document(session, self.caller, invoice_id)
            renderer, settings = use(session, Renderer), use(session, Settings)
        return printed(invoice, renderer, settings)
