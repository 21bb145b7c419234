"""What statements mean here: results, progress, mentor sessions, by the use cases that record them; or nothing."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest

from chassis.clock import now
from contracts.events.programs import EnrollmentCompleted, MentorSessionHeld, ProgressRecorded, ResultRecorded

DAY = "2026-03-01T10:00:00Z"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def progress(school):
    return school.get(f"students/{school.amina}/progress/").json


def course(school, id):
    return next(one for one in progress(school)["courses"] if one["id"] == id)


def test_passing_with_a_score_is_a_result_and_completes_the_course(school, store, said, published):
    store.sent(said("passed", school.math, score={"raw": 488, "min": 0, "max": 600}, timestamp=DAY))

    (told,) = published(ResultRecorded)
    assert (told.score, told.max_score, told.completed) == (Decimal(488), Decimal(600), True)
    assert str(told.student_id) == school.amina
    assert str(told.result_date) == "2026-03-01"
    assert course(school, school.math)["completed"]


def test_completing_every_course_completes_the_enrolment(school, store, said, published):
    store.sent(said("completed", school.math), said("earned", school.reading))
    assert len(published(EnrollmentCompleted)) == 1


def test_failing_completes_nothing_and_a_scaled_score_is_percent(school, store, said, published):
    store.sent(said("failed", school.math, score={"scaled": 0.35}))
    (told,) = published(ResultRecorded)
    assert (told.score, told.max_score, told.completed) == (Decimal(35), Decimal(100), False)


def test_the_same_statement_again_counts_once(school, store, said, an_id, published):
    sent = said("scored", school.math, score={"raw": 5}, id=an_id())
    for _ in range(3):
        store.sent(sent)
    assert len(published(ResultRecorded)) == 1


@pytest.mark.parametrize("how", ["address", "address in other letters", "sum", "external id", "our id"])
def test_a_student_is_known_by_address_sum_or_account(school, store, said, how, published):
    account = {"homePage": "https://lms.example"}
    actor = {
        "address": {"mbox": "mailto:amina@x.example"},
        "address in other letters": {"mbox": "mailto:Amina@X.example"},
        "sum": {"mbox_sha1sum": hashlib.sha1(b"mailto:amina@x.example").hexdigest()},  # noqa: S324 - its form
        "external id": {"account": {**account, "name": "7"}},
        "our id": {"account": {**account, "name": school.amina}},
    }[how]
    store.sent(said("passed", school.math, actor=actor))
    assert [str(told.student_id) for told in published(ResultRecorded)] == [school.amina]


def test_what_names_nobody_or_no_course_is_stored_and_findable(school, store, said, effect_of, published):
    nobody = {"mbox": "mailto:nobody@x.example"}
    unknown, elsewhere, idle, ours = store.sent(
        said("passed", school.math, actor=nobody),
        said("passed", "another-course"),
        said("liked"),
        said("passed", school.math, actor={"openid": "https://amina.example"}),
    )
    assert [effect_of(id) for id in (unknown, elsewhere, idle, ours)] == [
        "unknown_student", "unknown_course", "none", "unknown_student",
    ]  # fmt: skip
    assert store.found(agent='{"mbox": "mailto:nobody@x.example"}') == [unknown]
    assert published(ResultRecorded) == []


def test_another_organizations_student_is_nobody_here(school, said, organization, store_of, published):
    stranger = store_of(organization("academy", "Another"))
    stranger.sent(said("passed", school.math))
    assert published(ResultRecorded) == []


def test_progress_only_grows(school, store, said, published):
    extension = "https://w3id.org/xapi/cmi5/result/extensions/progress"
    for percent in (40, 30, 70):
        store.sent(said("progressed", school.math, result={"extensions": {extension: percent}}))
    store.sent(said("experienced", school.math), said("progressed", school.reading, score={"scaled": 0.5}))
    assert [int(told.percent) for told in published(ProgressRecorded)] == [40, 70, 50]


def test_an_activity_inside_a_course_is_activity_in_it(school, store, said, effect_of, published):
    inside = {"contextActivities": {"parent": {"id": f"https://lms.example/courses/{school.math}"}}}
    (id,) = store.sent(said("terminated", "http://e.org/module", result={"duration": "PT20M"}, context=inside))
    assert effect_of(id) == "progress"
    assert [str(told.course_id) for told in published(ProgressRecorded)] == [school.math]


def test_attending_with_a_mentor_is_a_session(school, store, said, published):
    store.sent(
        said(
            "attended",
            "http://e.org/meeting/1",
            result={"duration": "PT1H0M30S"},
            context={"instructor": {"name": "Wanjiru", "mbox": "mailto:wanjiru@x.example"}},
            timestamp=DAY,
        )
    )
    (told,) = published(MentorSessionHeld)
    assert (told.minutes, str(told.student_id)) == (61, school.amina)


def test_voiding_takes_a_result_and_a_session_back(school, store, said, published):
    mentor = {"instructor": {"mbox": "mailto:wanjiru@x.example"}}
    ids = store.sent(
        said("passed", school.math, score={"raw": 5}),
        said("attended", "http://e.org/meeting/1", result={"duration": "PT1H"}, context=mentor),
    )
    for id in ids:
        ref = {"objectType": "StatementRef", "id": id}
        store.sent({"actor": {"mbox": "mailto:t@x.example"}, "verb": {"id": VOIDED}, "object": ref})
    first, second = published(ResultRecorded)
    assert (second.result_id, second.score, second.completed) == (first.result_id, None, False)
    assert [told.minutes for told in published(MentorSessionHeld)] == [60, 0]
    assert (course(school, school.math)["score"], course(school, school.math)["completed"]) == (None, False)


def test_what_cannot_be_is_stored_without_effect(school, store, said, effect_of):
    mentor = {"instructor": {"mbox": "mailto:wanjiru@x.example"}}
    ids = store.sent(
        said("passed", school.math, timestamp=(now() + timedelta(days=1)).isoformat()),
        said("scored", school.math),
        said("scored", school.math, score={"raw": 1e300}),
        said("attended", "http://e.org/m", result={"duration": "P2D"}, context=mentor),
        said("attended", "http://e.org/m", result={"duration": "P1Y"}, context=mentor),
    )
    assert [effect_of(id) for id in ids] == ["refused"] * 5
