"""Results of students in courses."""

from typing import Any

from chassis.access import requires
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from programs.schemas.common import read_rows
from programs.schemas.results import ResultRow, ResultsIn, ResultsOut
from programs.usecases.record_results import record_results

TERM = {
    "results": [
        {
            "external_id": "S-7",
            "course_id": "01938f5e-7c1a-7000-8000-0123456789ab",
            "score": 488,
            "max_score": 600,
            "result_date": "2027-05-14",
            "result_id": "R-1",
        },
        {
            "external_id": "S-8",
            "course_id": "01938f5e-7c1a-7000-8000-0123456789ab",
            "score": None,
            "result_date": "2027-05-14",
        },
    ]
}

blp = Blueprint("results", __name__, url_prefix="/api/v1/programs/results", description="What students achieved.")


@blp.route("/")
class Results(Resource):
    """Recording."""

    @requires("records.write")
    @blp.arguments(ResultsIn, example=TERM)
    @blp.response(201, ResultsOut, description="Every row is recorded, or already was.")
    @blp.alt_response(207, schema=ResultsOut, success=True, description="Some rows were not recorded, and why.")
    def post(self, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Record up to 10,000 results, each row by itself. Sending the same rows again changes nothing."""
        answer = record_results(self.session, self.caller, read_rows(ResultRow(), body["results"]))
        return answer, 207 if answer["counts"]["invalid"] else 201
