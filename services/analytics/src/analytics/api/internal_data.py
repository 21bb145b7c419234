"""What privacy asks when a person wants a copy of their data. Never routed from outside."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from analytics.queries.person_data import person_data
from chassis.access import services_only
from chassis.blueprint import Blueprint
from chassis.resource import Resource

blp = Blueprint("person data", __name__, url_prefix="/internal", description="For a person's own copy.")


class PersonQuery(Schema):
    """Whose: a student, an account, or both."""

    student_id = fields.UUID(load_default=None)
    user_id = fields.UUID(load_default=None)


@blp.route("/person-data")
class PersonData(Resource):
    """One person's part."""

    @services_only("privacy")
    @blp.arguments(PersonQuery, location="query")
    @blp.response(200)
    def get(self, query: dict[str, Any]) -> Response:
        """Show all that is kept of one person, section by section."""
        return jsonify(person_data(self.session, **query))
