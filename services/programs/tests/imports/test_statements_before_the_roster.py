"""An LMS may be connected before the roster comes: what it told counts once students and courses are known."""

import pytest

from contracts.events.programs import ProgressRecorded, ResultRecorded

VERBS = "http://adlnet.gov/expapi/verbs/"


@pytest.fixture
def tell(school):
    """The school's LMS says something of a student, by the ids of the school's files."""

    def post(verb, student, course, **result):
        statement = {
            "actor": {"account": {"homePage": "https://lms.example", "name": student}},
            "verb": {"id": VERBS + verb},
            "object": {"id": f"https://lms.example/courses/{course}"},
            "timestamp": "2026-03-01T10:00:00Z",
            "result": result,
        }
        headers = {**school.organization.headers, "X-Experience-API-Version": "1.0.3"}
        answer = school.organization.client.post("/api/v1/xapi/statements", json=statement, headers=headers)
        assert answer.status_code == 200, answer.json

    return post


def test_everything_told_before_is_there_after_the_import(school, tell, school_rows, roster, published, privacy):
    tell("scored", "b", "C", score={"raw": 300, "max": 600})
    tell("progressed", "a", "C", score={"scaled": 0.5})
    content = roster({name: rows for name, rows in school_rows().items() if name != "results.csv"})
    assert school.run(content)["errors"] == 0

    (result,), (progress,) = published(ResultRecorded), published(ProgressRecorded)
    course = school.organization.get("courses/").json["items"][0]["id"]
    assert (str(result.course_id), result.score) == (course, 300)
    assert (str(progress.course_id), progress.percent) == (course, 50)
    shown = school.organization.get(f"students/{result.student_id}/progress/").json
    assert (shown["student"]["name"], shown["score"]) == ("Brian Mwangi", 300)


def test_the_same_roster_again_counts_nothing_again(school, tell, school_rows, roster, published):
    tell("scored", "b", "C", score={"raw": 300})
    rows = school_rows()
    rows.pop("results.csv")
    for _ in range(2):
        school.run(roster(rows))
    assert len(published(ResultRecorded)) == 1


def test_a_course_that_comes_later_counts_from_then_on(school, tell, school_rows, roster, published):
    rows = school_rows()
    rows.pop("results.csv")
    school.run(roster(rows))
    tell("passed", "b", "C2", score={"raw": 3})
    assert published(ResultRecorded) == []
    school.run(roster({"courses.csv": [{"sourcedId": "C2", "title": "Reading", "orgSourcedId": "S"}]}, "delta"))
    assert [told.score for told in published(ResultRecorded)] == [3]
