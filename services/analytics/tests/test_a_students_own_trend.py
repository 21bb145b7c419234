"""A student, a guardian, and whom they let see it read whether the student improves, and where they are at risk."""

import json
from typing import Any

import pytest
import responses

from chassis.ids import new_id

pytestmark = pytest.mark.usefixtures("november")


class Decisions:
    """Privacy's answer about one student: yes to these callers."""

    def __init__(self) -> None:
        self.people: set[str] = set()
        self.organizations: set[str] = set()
        self.asked: list[dict[str, Any]] = []
        self.status = 200

    def answer(self, request: Any) -> tuple[int, dict[str, str], str]:
        body = json.loads(request.body)
        self.asked.append(body)
        allowed = body["user_id"] in self.people or body["organization_id"] in self.organizations
        return self.status, {}, json.dumps({"allowed": allowed, "student_id": body["student_id"]})


@pytest.fixture
def decisions() -> Decisions:
    return Decisions()


@pytest.fixture
def ask(client, as_, told, decisions):
    def get(student, *permissions, as_person=None, **who):
        headers = as_(*permissions, **({"user": as_person} if as_person else {}), **who)
        with responses.RequestsMock(assert_all_requests_are_fired=False) as http:
            http.add_callback(responses.POST, "http://privacy.test/internal/decisions", decisions.answer)
            return client.get(f"/api/v1/programs/students/{student}/trend/", headers=headers)

    return get


@pytest.fixture
def amina(told, another, deliver):
    """Gained in reading, lost a little in mathematics, one test in science; quiet in a cohort of each organization."""
    student = told.student()
    reading, maths, science = (told.course(title) for title in ("Reading", "Mathematics", "Science"))
    ours, theirs = told.cohort("Ours", courses=[reading.course_id]), another.cohort("Theirs")
    deliver(told.organization_created(), another.organization_created(), student, reading, maths, science)
    deliver(ours, theirs)
    deliver(told.enrolled(ours.cohort_id, student.student_id), another.enrolled(theirs.cohort_id, student.student_id))
    for course, score, day in (
        (reading, "50", "2026-03-01"), (reading, None, "2026-04-01"), (reading, "70", "2026-05-01"),
        (maths, "80", "2026-03-01"), (maths, "78", "2026-05-01"), (science, "61", "2026-05-01"),
    ):  # fmt: skip
        deliver(told.result(student.student_id, course.course_id, score, day))
    return student.student_id


def test_a_student_reads_their_own_trend_and_the_read_is_logged(ask, amina, decisions):
    person = new_id()
    decisions.people.add(str(person))
    answer = ask(amina, as_person=person)
    assert answer.status_code == 200, answer.text
    shown = answer.json
    assert (shown["average_score"], shown["score_change"], shown["performance_trend"]) == (69.7, 9, "improving")
    assert [(one["title"], one["scores"], one["latest_score"], one["score_change"]) for one in shown["courses"]] == [
        ("Mathematics", 2, 78, -2), ("Reading", 2, 70, 20), ("Science", 1, 61, None),
    ]  # fmt: skip
    assert [(one["name"], one["reasons"]) for one in shown["at_risk"]] == [
        ("Ours", ["no_recent_result"]), ("Theirs", ["no_recent_result"]),
    ]  # fmt: skip
    assert set(shown["definitions"]) == {"average_score", "score_change", "performance_trend", "at_risk"}
    (asked,) = decisions.asked
    assert (asked["scope"], asked["log"], asked["student_id"]) == ("sponsor_view", True, str(amina))
    assert asked["purpose"] == f"GET /api/v1/programs/students/{amina}/trend/"


def test_an_organization_that_was_let_sees_its_own_cohorts_only(ask, amina, told, decisions):
    decisions.organizations.add(str(told.organization))
    shown = ask(amina, "cohorts.read", organization=told.organization).json
    assert [one["name"] for one in shown["at_risk"]] == ["Ours"]


def test_a_member_without_the_right_asks_as_a_person_only(ask, amina, told, decisions):
    decisions.organizations.add(str(told.organization))
    assert ask(amina, "dashboard.view", organization=told.organization).status_code == 403
    assert decisions.asked[-1]["organization_id"] is None


def test_a_member_of_another_cohort_asks_as_a_person_only(ask, amina, told, decisions):
    decisions.organizations.add(str(told.organization))
    narrowed = {new_id(): ("cohorts.read",)}
    assert ask(amina, organization=told.organization, narrowed=narrowed).status_code == 403


def test_without_leave_and_without_such_a_student_the_answer_is_the_same(ask, amina, told, decisions):
    refused = [ask(who, "cohorts.read", organization=told.organization) for who in (amina, new_id())]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert {answer.json["code"] for answer in refused} == {"consent_required"}
    assert str(amina) not in refused[0].json["detail"]


def test_when_privacy_cannot_be_asked_the_answer_is_no(ask, amina, decisions):
    person = new_id()
    decisions.people.add(str(person))
    decisions.status = 503
    assert ask(amina, as_person=person).status_code == 403


def test_scores_that_fall_decline_and_one_score_is_no_trend(ask, told, deliver, decisions):
    falling, once = told.student("Brian"), told.student("Chebet")
    course = told.course("Reading")
    deliver(told.organization_created(), course, falling, once)
    deliver(told.result(falling.student_id, course.course_id, "70", "2026-03-01"))
    deliver(told.result(falling.student_id, course.course_id, "68", "2026-05-01"))
    deliver(told.result(once.student_id, course.course_id, "70", "2026-03-01"))
    decisions.organizations.add(str(told.organization))
    trends = [
        ask(one.student_id, "cohorts.read", organization=told.organization).json["performance_trend"]
        for one in (falling, once)
    ]
    assert trends == ["declining", None]
