"""What was told of somebody whom nobody knew yet counts from the moment they become known: in order, and once."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest

from chassis.clock import now
from contracts.events.programs import EnrollmentCompleted, MentorSessionHeld, ProgressRecorded, ResultRecorded

BRIAN = {"external_id": "8", "name": "Brian", "email": "brian@x.example"}
MBOX = {"mbox": "mailto:Brian@X.example"}
PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def enrol(school, *students):
    answer = school.enrol(school.class_2b, *students)
    assert answer.status_code == 201, answer.json
    return answer.json["results"][0]["student_id"]


def test_results_progress_and_sessions_of_before_are_there_once_enrolled(school, store, said, effect_of, published):
    extensions = {"extensions": {PROGRESS: 40}}
    meeting = {"result": {"duration": "PT1H"}, "context": {"instructor": {"mbox": "mailto:w@x.example"}}}
    ids = store.sent(
        said("passed", school.math, actor=MBOX, score={"raw": 488, "max": 600}, timestamp="2026-03-01T10:00:00Z"),
        said("progressed", school.reading, actor=MBOX, result=extensions),
        said("attended", "http://e.org/meeting/1", actor=MBOX, **meeting),
    )
    assert {effect_of(id) for id in ids} == {"unknown_student"}

    brian = enrol(school, BRIAN)

    assert [effect_of(id) for id in ids] == ["result", "progress", "mentor_session"]
    courses = {one["id"]: one for one in school.get(f"students/{brian}/progress/").json["courses"]}
    math, reading = courses[school.math], courses[school.reading]
    assert (math["score"], math["completed"], math["last_result_on"]) == (488, True, "2026-03-01")
    assert reading["percent"] == 40
    assert [told.minutes for told in published(MentorSessionHeld)] == [60]


def test_neither_another_roster_nor_the_statement_again_counts_twice(school, store, said, an_id, published):
    sent = said("scored", school.math, actor=MBOX, score={"raw": 5}, id=an_id())
    store.sent(sent)
    enrol(school, BRIAN)
    enrol(school, {**BRIAN, "name": "Brian Mwangi"})
    store.sent(sent)
    assert len(published(ResultRecorded)) == 1


@pytest.mark.parametrize("how", ["address", "sum", "external id"])
def test_whoever_becomes_known_by_the_name_that_was_told(school, store, said, how, published):
    account = {"homePage": "https://lms.example", "name": "8"}
    actor = {
        "address": MBOX,
        "sum": {"mbox_sha1sum": hashlib.sha1(b"mailto:brian@x.example").hexdigest()},  # noqa: S324 - its form
        "external id": {"account": account},
    }[how]
    store.sent(said("passed", school.math, actor=actor))
    brian = enrol(school, BRIAN)
    assert [str(told.student_id) for told in published(ResultRecorded)] == [brian]


def test_an_address_that_is_told_later_counts_too(school, store, said, published):
    enrol(school, {"external_id": "8", "name": "Brian"})
    store.sent(said("passed", school.math, actor=MBOX))
    assert published(ResultRecorded) == []
    brian = enrol(school, BRIAN)
    assert [str(told.student_id) for told in published(ResultRecorded)] == [brian]


def test_it_completes_what_it_completes(school, store, said, published):
    store.sent(said("completed", school.math, actor=MBOX), said("earned", school.reading, actor=MBOX))
    enrol(school, BRIAN)
    assert len(published(EnrollmentCompleted)) == 1


def test_in_the_order_in_which_it_was_told(school, store, said, published, monkeypatch):
    from programs.usecases.record_statements import catch_up

    monkeypatch.setattr(catch_up, "_AT_ONCE", 2)
    for percent in (20, 10, 40, 30, 70):
        store.sent(said("progressed", school.math, actor=MBOX, result={"extensions": {PROGRESS: percent}}))
    enrol(school, BRIAN)
    reached = [int(told.percent) for told in published(ProgressRecorded)]
    assert reached == sorted(reached)
    assert reached[-1] == 70


def test_what_was_voided_meanwhile_never_counts(school, store, said, published):
    (id,) = store.sent(said("passed", school.math, actor=MBOX))
    ref = {"objectType": "StatementRef", "id": id}
    store.sent({"actor": MBOX, "verb": {"id": VOIDED}, "object": ref})
    enrol(school, BRIAN)
    assert published(ResultRecorded) == []


def test_what_counts_late_is_taken_back_when_it_is_voided(school, store, said, published):
    (id,) = store.sent(said("passed", school.math, actor=MBOX, score={"raw": 5}))
    enrol(school, BRIAN)
    ref = {"objectType": "StatementRef", "id": id}
    store.sent({"actor": MBOX, "verb": {"id": VOIDED}, "object": ref})
    assert [told.score for told in published(ResultRecorded)] == [Decimal(5), None]


def test_nobody_else_and_no_other_organization_gains_by_it(school, store, said, organization, store_of, published):
    store.sent(said("passed", school.math, actor=MBOX))
    enrol(school, {"external_id": "9", "name": "Chebet", "email": "chebet@x.example"})
    other = organization("academy", "Another")
    assert other.enrol(other.cohort(), BRIAN).status_code == 201
    assert published(ResultRecorded) == []


def test_a_statement_that_will_never_mean_anything_stays_as_it_is(school, store, said, effect_of):
    later = (now() + timedelta(days=1)).isoformat()
    ids = store.sent(
        said("liked", actor=MBOX),
        said("passed", school.math, actor=MBOX, timestamp=later),
        said("passed", "another-course", actor=MBOX),
    )
    enrol(school, BRIAN)
    assert [effect_of(id) for id in ids] == ["none", "refused", "unknown_course"]
