"""Imports of OneRoster files."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Request, Response, jsonify, make_response, request, stream_with_context
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.errors import Invalid, Malformed, TooLarge, UnsupportedMediaType
from chassis.idempotency import once
from chassis.paging import Page
from chassis.resource import Resource
from programs.queries.imports import find, import_for, list_imports, problems
from programs.rules.cells import safe
from programs.schemas.imports import ImportForm, ImportOut, ImportPage, ImportQuery
from programs.settings import Settings
from programs.usecases.receive_import import Incoming, queue_import

_ENVELOPE = 512 * 1024
"""Bytes that a form may have around its file, and that its parser may hold in memory."""

_FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string",
                        "contentMediaType": "application/zip",
                        "description": "A zip of OneRoster 1.1 CSV files, with its manifest.csv.",
                    },
                    "absent": {"type": "string", "enum": ["keep", "remove"], "default": "keep"},
                    "absent_limit": {"type": "integer", "minimum": 0, "maximum": 100, "default": 10},
                },
            }
        }
    },
}
_CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "file, line, column, reason."}

blp = Blueprint(
    "imports", __name__, url_prefix="/api/v1/programs/imports", description="Rosters and results from OneRoster files."
)


@blp.route("/")
class Imports(Resource):
    """The list."""

    @requires("rosters.import")
    @blp.arguments(ImportQuery, location="query")
    @blp.response(200, ImportPage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the organization's imports."""
        return list_imports(self.session, self.caller, **query)


@blp.route("/")
class Uploads(Resource):
    """Sending one: it is taken in as a stream, before the transaction of the answer begins."""

    owns_transactions = True

    @requires("rosters.import")
    @blp.doc(requestBody=_FORM)
    @blp.response(202, ImportOut, headers={"Location": {"description": "The import.", "schema": {"type": "string"}}})
    def post(self) -> Response:
        """Import a OneRoster 1.1 zip: good rows go in, bad ones are listed with file, line, column and reason.

        The same file again changes nothing.
        """
        limit = self.database.provided[Settings].import_max_bytes  # type: ignore[attr-defined]
        incoming = Incoming(self.database, self.caller, limit)
        try:
            how = _receive(request, incoming, limit)
            with self.database.transaction(incoming.organization_id) as session:

                def queue() -> Response:
                    answer = jsonify(ImportOut().dump(queue_import(session, incoming, **how)))
                    return make_response(answer, 202)

                told = f"{incoming.sha256} {sorted(how.items())}".encode()
                answer = once(session, f"{self.caller.user_id}@{incoming.organization_id}", request, queue, body=told)
        finally:
            incoming.discard()
        answer.headers["Location"] = f"{blp.url_prefix}/{answer.get_json()['id']}/"
        return answer


@blp.route("/<uuid:id>/")
class OneImport(Resource):
    """An import."""

    etag = True

    @requires("rosters.import")
    @blp.response(200, ImportOut)
    def get(self, id: UUID) -> dict[str, Any]:
        """Tell how far an import is."""
        return import_for(self.session, self.caller, id)


@blp.route("/<uuid:id>/errors/")
class ImportErrors(Resource):
    """The rows that were refused."""

    owns_transactions = True

    @requires("rosters.import")
    @blp.doc(responses={"200": _CSV})
    def get(self, id: UUID) -> Response:
        """Download the refused rows as CSV, the first 100,000 of them."""
        organization_id = find(self.database, self.caller, id)["organization_id"]
        pages = problems(self.database, organization_id, id)
        answer = Response(stream_with_context(_lines(pages)), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="import-{id}-errors.csv"'
        return answer


def _receive(sent: Request, incoming: Incoming, limit: int) -> dict[str, Any]:
    """Write the form's file to ``incoming`` and return what else the form says.

    Raises Invalid, Malformed, TooLarge, UnsupportedMediaType.
    """
    if sent.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the zip as multipart/form-data, in the field 'file'.")
    sent.max_content_length = limit + _ENVELOPE
    files = 0

    def open_file(*_: Any, **__: Any) -> Any:
        nonlocal files
        files += 1
        if files > 1:
            raise Invalid.field("file", "Send one file at a time.")
        return incoming

    parser = FormDataParser(open_file, max_form_memory_size=_ENVELOPE, max_form_parts=20, silent=False)
    try:
        _, form, found = parser.parse(sent.stream, sent.mimetype, sent.content_length, sent.mimetype_params)
    except RequestEntityTooLarge:
        raise TooLarge(f"The file is larger than {limit} bytes.") from None
    except (HTTPException, ValueError, OSError):
        raise Malformed("The form could not be read to its end.") from None
    if "file" not in found:
        raise Invalid.field("file", "Send the zip in the field 'file'.")
    incoming.end()
    return _options(form.to_dict())


def _options(form: dict[str, str]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = ImportForm().load(form)
    except ValidationError as error:
        messages: Any = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise Invalid(errors=[{"field": name, "message": " ".join(why)} for name, why in messages.items()]) from None
    return found


def _lines(pages: Iterator[Any]) -> Iterator[str]:
    yield "file,line,column,reason\r\n"
    for rows in pages:
        text = io.StringIO()
        csv.writer(text).writerows([safe(row.file), row.line, safe(row.column_name), safe(row.reason)] for row in rows)
        yield text.getvalue()
