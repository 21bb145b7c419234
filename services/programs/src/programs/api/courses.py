"""The catalogue of courses."""

from typing import Any

from chassis.access import requires, signed_in
from chassis.blueprint import Blueprint
from chassis.paging import Page
from chassis.resource import Resource
from programs.queries.courses import list_courses
from programs.schemas.courses import CourseIn, CourseOut, CoursePage, CourseQuery
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
