"""Who may be seen is privacy's word; when it cannot be asked, the answer is no."""

import json

import pytest
import responses
from requests import ConnectionError

from chassis.auth import Caller
from chassis.http_client import HttpClient
from chassis.ids import new_id
from contracts.decisions import Viewer
from programs.clients.privacy import MOST_AT_ONCE, Privacy
from programs.errors import ConsentRequired

URL = "http://privacy.test/internal/decisions/many"
CALLER = Caller(user_id=new_id(), organization_id=new_id(), organization_kind="sponsor")


@pytest.fixture
def asking():
    return Privacy(HttpClient("http://privacy.test", token=lambda: "t", retries=0))


@pytest.fixture
def web():
    with responses.RequestsMock() as mocked:
        yield mocked


def ask(asking, students, *, log_reads=True):
    return asking.visible(
        CALLER, CALLER.organization_id, students, scope="sponsor_view", purpose="list", log_reads=log_reads
    )


def decisions(allowed, refused=()):
    answers = {str(student): {"allowed": True, "basis": "consent", "grant_id": None} for student in allowed}
    answers |= {str(student): {"allowed": False, "basis": None, "grant_id": None} for student in refused}
    return {"decisions": answers, "policy_version": "1", "checked_at": "2027-01-01T00:00:00Z"}


def test_only_those_who_consented_are_seen(asking, web):
    amina, brian = new_id(), new_id()
    web.post(URL, json=decisions([amina], [brian]))
    assert ask(asking, [amina, brian]) == {amina}
    sent = json.loads(web.calls[0].request.body)
    assert sent == {
        "user_id": str(CALLER.user_id),
        "organization_id": str(CALLER.organization_id),
        "organization_kind": "sponsor",
        "student_ids": [str(amina), str(brian)],
        "scope": "sponsor_view",
        "purpose": "list",
        "log": True,
    }
    assert web.calls[0].request.headers["Authorization"] == "Bearer t"


def test_nobody_is_asked_about_nobody(asking, web):
    assert ask(asking, []) == set()


def test_many_are_asked_for_in_parts(asking, web):
    students = [new_id() for _ in range(MOST_AT_ONCE + 1)]
    web.post(URL, json=decisions(students[:MOST_AT_ONCE]))
    web.post(URL, json=decisions(students[MOST_AT_ONCE:]))
    assert ask(asking, students, log_reads=False) == set(students)


def test_an_answer_that_was_lost_is_asked_for_again(web):
    amina = new_id()
    web.post(URL, body=ConnectionError("the connection was closed"))
    web.post(URL, json=decisions([amina]))
    patient = Privacy(HttpClient("http://privacy.test", token=lambda: "t", retries=1, backoff=0))
    assert ask(patient, [amina]) == {amina}


def test_an_answer_about_somebody_else_is_not_used(asking, web):
    amina = new_id()
    web.post(URL, json=decisions([amina, new_id()]))
    assert ask(asking, [amina]) == {amina}


BROKEN = [
    {"status": 503},
    {"status": 500},
    {"status": 403, "json": {"code": "forbidden"}},
    {"body": "<html>"},
    {"json": {}},
    {"json": []},
    {"json": {"decisions": []}},
    {"json": {"decisions": {"x": {"allowed": True}}}},
    {"json": {"decisions": {str(new_id()): True}}},
    {"body": ConnectionError("gone")},
]


@pytest.mark.parametrize("answer", BROKEN, ids=[str(number) for number in range(len(BROKEN))])
def test_whatever_is_wrong_with_privacy_nobody_is_seen(asking, web, answer):
    web.post(URL, **answer)
    assert ask(asking, [new_id()]) == set()


def test_the_word_true_is_not_yes(asking, web):
    amina = new_id()
    answer = decisions([amina])
    answer["decisions"][str(amina)]["allowed"] = "true"
    web.post(URL, json=answer)
    assert ask(asking, [amina]) == set()


def test_a_list_still_comes_while_privacy_is_away(sponsor, grant, database, web):
    grant(sponsor, 1)
    cohort = sponsor.cohort()
    sponsor.enrol(cohort, "Amina")
    database.provided[Privacy] = Privacy(HttpClient("http://privacy.test", token=lambda: "t", retries=0))
    web.post(URL, status=503)
    (line,) = sponsor.listed(cohort)["items"]
    assert line["student"]["pseudonymous"] is True


ONE = "http://privacy.test/internal/decisions"


def require(asking, student, viewer=None):
    asking.require(viewer or Viewer(), student, scope="sponsor_view", purpose="GET /progress/")


def test_one_student_is_asked_for_as_who_reads_and_the_read_is_logged(asking, web):
    amina = new_id()
    web.post(ONE, json={"student_id": str(amina), "allowed": True})
    require(asking, amina, Viewer(CALLER.user_id, CALLER.organization_id, "sponsor"))
    assert json.loads(web.calls[0].request.body) == {
        "user_id": str(CALLER.user_id),
        "organization_id": str(CALLER.organization_id),
        "organization_kind": "sponsor",
        "is_platform": False,
        "student_id": str(amina),
        "scope": "sponsor_view",
        "purpose": "GET /progress/",
        "log": True,
    }


@pytest.mark.parametrize("answer", BROKEN, ids=[str(number) for number in range(len(BROKEN))])
def test_whatever_is_wrong_with_privacy_one_student_is_not_read(asking, web, answer):
    web.post(ONE, **answer)
    with pytest.raises(ConsentRequired) as refusal:
        require(asking, new_id())
    assert refusal.value.headers["X-Refusal"] == "privacy-unavailable"


@pytest.mark.parametrize("answer", [{"allowed": False}, {"allowed": "true"}, {"allowed": True, "student_id": "other"}])
def test_only_a_yes_about_this_student_is_a_yes(asking, web, answer):
    amina = new_id()
    web.post(ONE, json={"student_id": str(amina), **answer})
    with pytest.raises(ConsentRequired):
        require(asking, amina)
