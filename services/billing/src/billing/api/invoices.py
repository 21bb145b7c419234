"""GET /billing/invoices/, …/{id}/ and …/{id}/pdf/."""

from typing import Any
from uuid import UUID

from flask import Response

from billing.api.edge import Outward
from billing.documents import invoice_document
from billing.queries import invoices
from billing.schemas.invoices import InvoiceOut, InvoicePage, InvoiceQuery
from billing.settings import Settings
from chassis.access import requires, services_only
from chassis.blueprint import Blueprint
from chassis.database import SYSTEM
from chassis.paging import Page
from chassis.render import Renderer
from chassis.resource import Resource
from chassis.wiring import use

blp = Blueprint("invoices", __name__, url_prefix="/api/v1/billing/invoices", description="What was billed.")
internal = Blueprint("mailed invoices", __name__, url_prefix="/internal/invoices", description="For mails.")

PDF = {"type": "string", "format": "binary"}


@blp.route("/")
class Invoices(Resource):
    """The organization's invoices."""

    etag = True

    @requires("billing.read")
    @blp.arguments(InvoiceQuery, location="query")
    @blp.response(200, InvoicePage)
    def get(self, query: dict[str, Any]) -> Page:
        """List invoices, the latest first."""
        return invoices.page(self.session, self.caller, **query)


@blp.route("/<uuid:invoice_id>/")
class Invoice(Resource):
    """One invoice."""

    etag = True

    @requires("billing.read")
    @blp.response(200, InvoiceOut)
    def get(self, invoice_id: UUID) -> dict[str, Any]:
        """Show an invoice."""
        return invoices.one(self.session, self.caller, invoice_id)


@blp.route("/<uuid:invoice_id>/pdf/")
class InvoicePdf(Outward):
    """One invoice as a document."""

    @requires("billing.read")
    @blp.response(200, PDF, content_type="application/pdf", description="The invoice (PDF/UA).")
    def get(self, invoice_id: UUID) -> Response:
        """Download an invoice as PDF."""
        with self.transaction() as session:
            invoice = invoices.document(session, self.caller, invoice_id)
            renderer, settings = use(session, Renderer), use(session, Settings)
        return printed(invoice, renderer, settings)


@internal.route("/<uuid:invoice_id>/pdf")
class MailedInvoice(Outward):
    """One invoice as a document, to be mailed to whom it is for."""

    @services_only("notifications")
    @internal.response(200, PDF, content_type="application/pdf", description="The invoice (PDF/UA).")
    def get(self, invoice_id: UUID) -> Response:
        """Give the PDF of an invoice, whoever's it is."""
        with self.database.transaction(SYSTEM) as session:
            invoice = invoices.document_of(session, invoice_id)
            renderer, settings = use(session, Renderer), use(session, Settings)
        return printed(invoice, renderer, settings)


def printed(invoice: dict[str, Any], renderer: Renderer, settings: Settings) -> Response:
    """Made anew each time, with no transaction open: it takes a renderer a second, and the facts never change."""
    document = renderer.pdf(*invoice_document(invoice, settings.time_zone, settings.bank_account))
    response = Response(document, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{invoice["number"]}.pdf"'
    return response
