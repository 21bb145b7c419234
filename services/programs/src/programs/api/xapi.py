"""xAPI 1.0.3: statements about what learners did, kept as they came."""

from typing import Any

from flask import Response, request

from chassis.access import public, requires
from chassis.blueprint import Blueprint, read_json
from chassis.errors import Malformed, UnsupportedMediaType
from chassis.json_provider import moment
from chassis.resource import Resource
from programs.queries.organizations import organization_of
from programs.queries.xapi import consistent_through
from programs.rules.xapi.shapes import read_uuid
from programs.schemas.xapi import AboutOut, check_query, parameters, read_wanted
from programs.usecases.list_statements import go_on, list_statements, one_statement
from programs.usecases.record_statements import record_statements

VERSION = "X-Experience-API-Version"
CONSISTENT = "X-Experience-API-Consistent-Through"
SPOKEN = ["1.0.3", "1.0.2", "1.0.1", "1.0.0"]
_LEFT_OUT = {
    "https://github.com/adlnet/xAPI-Spec/left-out": [
        "attachments", "signed statements", "formats other than exact", "document resources (state, profiles)",
        "agents and activities resources", "alternate request syntax",
    ]
}  # fmt: skip
_STATEMENT = {"type": "object", "description": "A statement (xAPI 1.0.3, part 2)."}
_EXAMPLE = {
    "actor": {"objectType": "Agent", "mbox": "mailto:amina@example.org"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "https://lms.example/courses/01938f5e-7c1a-7000-8000-0123456789ab"},
    "result": {"score": {"raw": 488, "max": 600}, "completion": True},
}
_ONE_OR_MANY = {"oneOf": [_STATEMENT, {"type": "array", "items": _STATEMENT, "maxItems": 1000}]}
_HEADER = {"in": "header", "name": VERSION, "schema": {"type": "string"}, "required": True, "example": "1.0.3"}
_IDS = {"content": {"application/json": {"schema": {"type": "array", "items": {"type": "string", "format": "uuid"}}}}}
_PAGE = {"content": {"application/json": {"schema": {"type": "object"}}}}

blp = Blueprint("xapi", __name__, url_prefix="/api/v1/xapi", description="Statements about learning (xAPI 1.0.3).")


@blp.after_request
def _tell_version(answer: Response) -> Response:
    answer.headers[VERSION] = SPOKEN[0]
    return answer


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema, "example": _EXAMPLE}}}


def _sent() -> Any:
    if request.mimetype == "multipart/mixed":
        raise Malformed("Attachments are not kept here; send the statements alone, as application/json.")
    if request.mimetype != "application/json":
        raise UnsupportedMediaType()
    return read_json(request.get_data())


class XapiResource(Resource):
    """Says which version it speaks, and wants to be told."""

    def _answer(self, path: dict[str, Any]) -> Response:
        version = request.headers.get(VERSION, "")
        if not (version == "1.0" or version.startswith("1.0.")):
            raise Malformed(f"Say which version you speak, as {VERSION}: 1.0.3.")
        return super()._answer(path)

    def _page(self, text: str) -> Response:
        answer = Response(text, mimetype="application/json")
        through = consistent_through(self.session, organization_of(self.caller))
        if through is not None:
            answer.headers[CONSISTENT] = moment(through)
        return answer


@blp.route("/about")
class About(Resource):
    """What this is."""

    @public
    @blp.response(200, AboutOut)
    def get(self) -> dict[str, Any]:
        """Say which versions of xAPI are spoken here, and what is left out."""
        return {"version": SPOKEN, "extensions": _LEFT_OUT}


@blp.route("/statements")
class Statements(XapiResource):
    """Statements of the caller's organization."""

    @requires("records.write")
    @blp.doc(parameters=[_HEADER, *parameters()], responses={"200": {"description": "One, or a page.", **_PAGE}})
    def get(self) -> Response:
        """Read one statement by its id, or a page of those that the filters leave, the latest stored first."""
        query = request.args
        check_query(query)
        for name in ("statementId", "voidedStatementId"):
            if name in query:
                statement_id = read_uuid(query[name])
                if statement_id is None:
                    raise Malformed(f"{name} is a UUID.")
                voided = name == "voidedStatementId"
                return self._page(one_statement(self.session, self.caller, statement_id, voided=voided))
        return self._page(list_statements(self.session, self.caller, read_wanted(query)))

    @requires("records.write")
    @blp.doc(parameters=[_HEADER], requestBody=_body(_ONE_OR_MANY), responses={"200": {"description": "Ids.", **_IDS}})
    def post(self) -> list[str]:
        """Store one statement or up to 1,000, all or nothing; what they mean here counts at once."""
        sent = _sent()
        ids = record_statements(self.session, self.caller, sent if isinstance(sent, list) else [sent])
        return [str(id) for id in ids]

    @requires("records.write")
    @blp.doc(
        parameters=[
            _HEADER,
            {"in": "query", "name": "statementId", "schema": {"type": "string", "format": "uuid"}, "required": True},
        ],
        requestBody=_body(_STATEMENT),
    )
    @blp.response(204)
    def put(self) -> None:
        """Store a statement under this id; the same one again changes nothing."""
        statement_id = read_uuid(request.args.get("statementId", ""))
        if statement_id is None or set(request.args) != {"statementId"}:
            raise Malformed("Give the statementId, a UUID, and nothing else in the query.")
        sent = _sent()
        if isinstance(sent, dict):
            own = sent.setdefault("id", str(statement_id))
            if not isinstance(own, str) or own.lower() != str(statement_id):
                raise Malformed("The statement has another id than the query.")
        record_statements(self.session, self.caller, [sent])


@blp.route("/statements/more/<token>")
class MoreStatements(XapiResource):
    """Where a page's link leads."""

    @requires("records.write")
    @blp.doc(parameters=[_HEADER], responses={"200": {"description": "The next page.", **_PAGE}})
    def get(self, token: str) -> Response:
        """Read the next page, by the link of the page before."""
        return self._page(go_on(self.session, self.caller, token))
