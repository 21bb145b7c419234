"""The catalogue of courses."""

from typing import Any
from uuid import UUID

from chassis.access import requires, signed_in
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from programs.queries.courses import list_courses, shown
from programs.schemas.courses import CourseChange, CourseIn, CourseOut, CoursePage, CourseQuery
from programs.usecases.change_course import change_course
from programs.usecases.create_course import create_course

blp = Blueprint("courses", __name__, url_prefix="/api/v1/programs/courses", description="What can be learned.")


@blp.route("/")
class Courses(Resource):
    """The catalogue is everybody's; a course is written for the caller's own organization only."""

    for_person = True

    @signed_in
    @blp.arguments(CourseQuery, location="query")
    @blp.response(200, CoursePage)
    def get(self, query: dict[str, Any]) -> Page:
        """List the courses of every organization."""
        return list_courses(self.session, **query)

    @requires("courses.manage")
    @blp.arguments(CourseIn)
    @blp.response(201, CourseOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Put a course of the caller's organization in the catalogue."""
        return create_course(self.session, self.caller, **body)


@blp.route("/<uuid:id>/")
class OneCourse(Resource):
    """A course."""

    for_person = True
    etag = True

    @signed_in
    @blp.response(200, CourseOut)
    def get(self, id: UUID) -> dict[str, Any]:
        """Read a course, and what completes it."""
        return shown(self.session, id)

    @requires("courses.manage")
    @blp.arguments(CourseChange)
    @blp.response(200, CourseOut)
    def patch(self, changes: dict[str, Any], id: UUID) -> dict[str, Any]:
        """Change a course of the caller's organization. A new rule holds for what is recorded from then on."""
        return change_course(self.session, self.caller, id, changes)
