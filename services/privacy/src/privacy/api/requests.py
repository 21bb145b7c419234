"""Ask for one's data, to be erased, for a correction, or object."""

from typing import Any
from uuid import UUID

from flask import Response

from chassis.access import public, requires, signed_in
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from privacy.rules.clocks import listed
from privacy.schemas.requests import (
    ClocksOut,
    FiledOut,
    ReceiptOut,
    RequestIn,
    RequestOut,
    RequestPage,
    RequestPatch,
    RequestQuery,
)
from privacy.settings import Settings
from privacy.usecases.decide_request import decide_request
from privacy.usecases.download_export import download_export
from privacy.usecases.file_request import file_request
from privacy.usecases.read_request import list_requests, read_receipt, read_request, shown

blp = Blueprint(
    "data requests", __name__, url_prefix="/api/v1/privacy/data-requests", description="Rights over one's own data."
)
receipts = Blueprint("receipts", __name__, url_prefix="/api/v1/privacy/receipts", description="Reports of requests.")
clocks = Blueprint("clocks", __name__, url_prefix="/api/v1/privacy/clocks", description="Times the law sets.")

_ZIP = {"type": "string", "format": "binary"}


@blp.route("/")
class DataRequests(Resource):
    """The signed-in person's requests."""

    for_person = True

    @signed_in
    @blp.arguments(RequestIn)
    @blp.response(201, FiledOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask for a copy of one's data, to be erased, for a correction, or object to a use.

        A guardian asks for a minor, nobody for another adult. An erasure ends every session of the account: only the
        receipt shows its report then. Only one request of a kind may be open at a time.
        """
        particulars = {name: body.pop(name) for name in ("purposes", "changes", "explanation")}
        wanted = {name: value for name, value in particulars.items() if value is not None}
        filed = file_request(self.session, self.caller, **body, wanted=wanted)
        url = f"{self.use(Settings).public_url}/api/v1/privacy/receipts/{filed.receipt}/"
        return {**shown(self.session, filed.request), "receipt_url": url}

    @signed_in
    @blp.arguments(RequestQuery, location="query")
    @blp.response(200, RequestPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List one's own requests, the latest first, or those that one's organization has to decide."""
        return list_requests(self.session, self.caller, **query)


@blp.route("/<uuid:request_id>/")
class DataRequest(Resource):
    """One request."""

    for_person = True

    @signed_in
    @blp.response(200, RequestOut)
    def get(self, request_id: UUID) -> dict[str, Any]:
        """Show one of one's own requests: of an erasure what was erased, what is kept and why."""
        return read_request(self.session, self.caller, request_id)


@blp.route("/<uuid:request_id>/decision/")
class Decision(Resource):
    """What an organization decides."""

    @requires("students.link")
    @blp.arguments(RequestPatch)
    @blp.response(200, RequestOut)
    def put(self, body: dict[str, Any], request_id: UUID) -> dict[str, Any]:
        """Say what became of a correction that was asked of the organization: done, or refused and why."""
        return shown(self.session, decide_request(self.session, self.caller, request_id, **body))


@blp.route("/<uuid:request_id>/download/")
class Download(Resource):
    """A finished copy."""

    owns_transactions = True

    @signed_in
    @blp.response(200, _ZIP, content_type="application/zip", description="JSON of every service, and a PDF to read.")
    def get(self, request_id: UUID) -> Response:
        """Fetch a copy of one's data, for a week. Each time is entered in the access log."""
        found = download_export(self.database, self.caller, request_id)
        answer = Response(found.pieces, content_type="application/zip")
        answer.headers["Content-Disposition"] = f'attachment; filename="your-data-{request_id}.zip"'
        answer.headers["Content-Length"], answer.headers["Cache-Control"] = str(found.size), "private, no-store"
        return answer


@receipts.route("/<receipt>/")
class Receipt(Resource):
    """For who has no account any more."""

    @public
    @receipts.response(200, ReceiptOut)
    def get(self, receipt: str) -> dict[str, Any]:
        """Show the report of a request by its receipt: what was erased, what is kept and why, but not whose it is."""
        return read_receipt(self.session, receipt)


@clocks.route("/")
class Clocks(Resource):
    """Times the law sets."""

    @public
    @clocks.response(200, ClocksOut)
    def get(self) -> dict[str, Any]:
        """List how long each country's law gives for an answer to each right, and where that is written."""
        return {"items": listed()}
