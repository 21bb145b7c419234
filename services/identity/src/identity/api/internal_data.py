"""What privacy asks of identity when a person wants their data, or to be erased. Never routed from outside."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from chassis.access import services_only
from chassis.person_data import person_data_blueprint
from chassis.resource import Resource
from identity.queries.charges import only_admin_of
from identity.queries.person_data import PERSON_DATA

blp = person_data_blueprint(PERSON_DATA)


class ChargesQuery(Schema):
    """Whose."""

    user_id = fields.UUID(required=True)


@blp.route("/charges")
class Charges(Resource):
    """What would be left without an administrator."""

    @services_only("privacy")
    @blp.arguments(ChargesQuery, location="query")
    @blp.response(200)
    def get(self, query: dict[str, Any]) -> Response:
        """List the organizations whose only administrator an account is."""
        return jsonify(organizations=[dict(row) for row in only_admin_of(self.session, **query)])
