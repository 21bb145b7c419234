"""What a service keeps of one person, and the door by which privacy collects it for that person's own copy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.access import services_only
from chassis.blueprint import Blueprint
from chassis.resource import Resource

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class PersonData:
    """The sections of a service's part, by title: statements with ``:student_id`` or ``:user_id``.

    ``read_of_student`` are sections that take more than a statement.
    """

    service: str
    of_student: Mapping[str, str] = field(default_factory=dict)
    of_account: Mapping[str, str] = field(default_factory=dict)
    read_of_student: Mapping[str, Callable[[Session, UUID], Rows]] = field(default_factory=dict)

    def read(self, session: Session, *, student_id: UUID | None, user_id: UUID | None) -> dict[str, Any]:
        """Section by section, the empty ones left out."""
        asked = ((self.of_student, "student_id", student_id), (self.of_account, "user_id", user_id))
        found: dict[str, Rows] = {
            title: [dict(row) for row in session.execute(text(statement), {name: id}).mappings()]
            for sections, name, id in asked
            if id is not None
            for title, statement in sections.items()
        }
        if student_id is not None:
            found |= {title: read(session, student_id) for title, read in self.read_of_student.items()}
        return {"service": self.service, "sections": [{"title": k, "rows": rows} for k, rows in found.items() if rows]}


class PersonQuery(Schema):
    """Whose: a student, an account, or both."""

    student_id = fields.UUID(load_default=None)
    user_id = fields.UUID(load_default=None)


def person_data_blueprint(kept: PersonData) -> Blueprint:
    """``GET /internal/person-data``, for privacy alone; never routed from outside."""
    blp = Blueprint("person data", __name__, url_prefix="/internal", description="For a person's own copy.")

    @blp.route("/person-data")
    class Copy(Resource):
        """One person's part."""

        @services_only("privacy")
        @blp.arguments(PersonQuery, location="query")
        @blp.response(200)
        def get(self, query: dict[str, Any]) -> Response:
            """Show all that is kept of one person, section by section."""
            return jsonify(kept.read(self.session, **query))

    return blp
