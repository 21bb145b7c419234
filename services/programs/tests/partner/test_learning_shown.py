"""What sponsored students reach is shown beside what was given for them."""

from datetime import timedelta

import pytest

from chassis.clock import now

from .conftest import today


@pytest.fixture
def amani(pupils):
    (made,) = pupils("Amani")
    return made


@pytest.fixture
def learn(academy, amani):
    """Amani has a result in a course, or progress."""

    def tell(course, score=None, *, completed=None, percent=None, on=None):
        if percent is not None:
            row = {"student_id": str(amani), "course_id": course, "percent": percent, "happened_at": moment()}
            answer = academy.post("progress/", {"progress": [row]})
        else:
            row = {
                "student_id": str(amani), "course_id": course, "score": score, "max_score": 50,
                "completed": completed, "result_date": on or today(),
            }  # fmt: skip
            answer = academy.post("results/", {"results": [row]})
        assert answer.status_code < 300, answer.json

    return tell


def moment():
    return (now() - timedelta(minutes=1)).isoformat()


def test_each_course_tells_how_far_and_how_well(partner, amani, academy, learn):
    maths, science, english = (academy.course(title) for title in ("Mathematics", "Science", "English"))
    (made,) = partner.sponsored(amani, course_ids=[science, maths, english])
    learn(maths, 46, completed=True)
    learn(science, 39, completed=False)
    learn(science, percent=45)
    assert partner.sponsorship(made)["courses"] == [
        {"id": science, "title": "Science", "progress_percent": 45, "current_score": 78, "status": "in_progress"},
        {"id": maths, "title": "Mathematics", "progress_percent": 100, "current_score": 92, "status": "completed"},
        {"id": english, "title": "English", "progress_percent": 0, "current_score": None, "status": "not_started"},
    ]
    (line,) = partner.listed()["sponsorships"]
    assert line["courses_covered"] == ["Science", "Mathematics", "English"]
    assert line["student_performance"] == {"average_score": 85, "courses_completed": 1, "courses_in_progress": 1}


def test_one_that_names_no_course_covers_every_one_the_student_takes_wherever(partner, amani, academy, learn, privacy):
    privacy.visible_students = {amani}
    enrolled, begun, neither = (academy.course(title) for title in ("Enrolled", "Begun", "Neither"))
    academy.enrol(academy.cohort(course_ids=[enrolled]), {"student_id": str(amani)})
    learn(begun, 10)
    (made,) = partner.sponsored(amani)
    shown = partner.sponsorship(made)["courses"]
    assert [(one["title"], one["status"]) for one in shown] == [("Begun", "completed"), ("Enrolled", "not_started")]
    assert partner.listed()["sponsorships"][0]["courses_covered"] == ["Begun", "Enrolled"]
    assert neither not in [one["id"] for one in shown]


def test_the_timeline_tells_what_was_reached_since_and_within_what_is_covered(partner, amani, academy, learn, privacy):
    maths = academy.post("courses/", {"title": "Mathematics", "certificate": True}).json["id"]
    before, beside = academy.course("Before"), academy.course("Beside")
    milestone = academy.post(f"courses/{maths}/milestones/", {"name": "Half of Amani's way", "percent": 50})
    assert milestone.status_code == 201
    learn(before, 40, on="2026-01-05")
    (made,) = partner.sponsored(amani, course_ids=[maths, before])
    learn(maths, percent=60)
    learn(maths, 46, completed=True)
    learn(beside, 46)

    def events():
        return {one["event"] for one in partner.sponsorship(made)["timeline"]}

    always = {
        "Sponsorship created", "Student completed Mathematics", "Student earned the certificate Mathematics",
    }  # fmt: skip
    assert events() == {*always, "Student reached a milestone in Mathematics"}
    privacy.visible_students = {amani}
    assert events() == {*always, "Student reached Half of Amani's way in Mathematics"}
    assert {"date": today(), "event": "Sponsorship created"} in partner.sponsorship(made)["timeline"]


def test_courses_that_nobody_named_are_not_told_of_who_did_not_consent(partner, amani, academy, learn):
    course = academy.post("courses/", {"title": "Reading at Uhuru", "certificate": True}).json["id"]
    assert academy.post(f"courses/{course}/milestones/", {"name": "Half", "percent": 50}).status_code == 201
    (made,) = partner.sponsored(amani)
    learn(course, percent=60)
    learn(course, 40, completed=True)
    (line,) = partner.listed()["sponsorships"]
    assert line["courses_covered"] == []
    assert line["student_performance"] == {"average_score": 80, "courses_completed": 1, "courses_in_progress": 0}
    shown = partner.sponsorship(made)
    assert "Uhuru" not in str(shown)
    assert shown["courses"] == []
    assert {one["event"] for one in shown["timeline"]} == {
        "Sponsorship created", "Student reached a milestone in a course", "Student completed a course",
        "Student earned a certificate",
    }  # fmt: skip
