"""POST and GET /sandbox/v1/refunds, GET /sandbox/v1/movements."""

from datetime import datetime
from typing import Any

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from billing.sandbox import refunds
from billing.sandbox.api.sessions import Authorized, SessionQuery
from chassis.access import public
from chassis.blueprint import Blueprint
from chassis.fields import Count, Moment, Text

blp = Blueprint("sandbox_money_api", __name__, url_prefix="/sandbox/v1", description="The sandbox provider's API.")


class RefundIn(Schema):
    """Money to give back of an attempt that paid."""

    key = Text(100, required=True)
    attempt = Text(100, required=True)
    amount_minor = Count(min=1, max=10**18 - 1, required=True)
    currency = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{3}$"))


def _is_cursor(after: str) -> None:
    at, _, id = after.partition(" ")
    try:
        datetime.fromisoformat(at)
    except ValueError:
        id = ""
    if not id:
        raise ValidationError("Not a cursor of this list.")


class MovementsQuery(Schema):
    """A stretch of time, and where to go on."""

    class Meta:
        unknown = EXCLUDE

    begin = Moment(required=True, data_key="from")
    end = Moment(required=True, data_key="until")
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))
    after = fields.String(load_default=None, validate=_is_cursor)


@blp.route("/refunds")
class Refunds(Authorized):
    """Refunds."""

    @public
    @blp.arguments(RefundIn)
    def post(self, body: dict[str, Any]) -> tuple[Response, int]:
        """Send money back; the same key and values give the same refund."""
        return jsonify(refunds.make_refund(self.session, body)), 201

    @public
    @blp.arguments(SessionQuery, location="query")
    def get(self, query: dict[str, Any]) -> Response:
        """Look up by key: none or one."""
        return jsonify(items=refunds.refunds_of(self.session, query["key"]))


@blp.route("/movements")
class Movements(Authorized):
    """All money that moved."""

    @public
    @blp.arguments(MovementsQuery, location="query")
    def get(self, query: dict[str, Any]) -> Response:
        """Payments and refunds of a stretch of time, oldest first."""
        return jsonify(refunds.moved(self.session, **query))
