"""What privacy asks when a person wants a copy of their data. Never routed from outside."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from chassis.access import services_only
from chassis.fields import Moment
from chassis.person_data import person_data_blueprint
from chassis.resource import Resource
from programs.queries.erasure import left_here, left_students
from programs.queries.person_data import PERSON_DATA

blp = person_data_blueprint(PERSON_DATA)


class LeftQuery(Schema):
    """Of whom, since when, and how many at most."""

    organization_id = fields.UUID(required=True)
    before = Moment(required=True)
    most = fields.Integer(required=True, validate=validate.Range(1, 10_000))


@blp.route("/left-students")
class LeftStudents(Resource):
    """Whom an organization may want to forget."""

    @services_only("privacy")
    @blp.arguments(LeftQuery, location="query")
    @blp.response(200)
    def get(self, query: dict[str, Any]) -> Response:
        """List students of an organization who left before a moment: who are enrolled nowhere, and all."""
        return jsonify(students=left_students(self.session, **query), here=left_here(self.session, **query))
