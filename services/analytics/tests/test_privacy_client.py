"""How privacy is asked: with a service's own token, for all at once, and no answer is a no."""

import json
from uuid import UUID

import pytest
import responses

from analytics.clients.privacy import Privacy
from chassis.auth import Caller
from chassis.http_client import HttpClient
from chassis.ids import new_id

URL = "http://elsewhere.test/internal/decisions/many"
CALLER = Caller(user_id=new_id(), organization_id=new_id(), organization_kind="sponsor")


@pytest.fixture
def client():
    return Privacy(HttpClient("http://elsewhere.test", token=lambda: "service-token", retries=0))


def ask(client, students):
    return client.visible(CALLER, CALLER.organization_id, students, purpose="test", named=False)


def test_ten_thousand_at_once_and_who_asks_is_said(client):
    students = [new_id() for _ in range(10_001)]
    asked = []

    def answer(request):
        body = json.loads(request.body)
        asked.append((request.headers["Authorization"], body["user_id"], len(body["student_ids"])))
        decisions = {student: {"allowed": UUID(student) == students[-1]} for student in body["student_ids"]}
        return 200, {}, json.dumps({"decisions": decisions})

    with responses.RequestsMock() as http:
        http.add_callback(responses.POST, URL, answer)
        assert ask(client, students) == {students[-1]}
    assert [count for *_, count in asked] == [10_000, 1]
    assert {(token, user) for token, user, _ in asked} == {("Bearer service-token", str(CALLER.user_id))}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, "{}"), (503, "{}"), (403, '{"code": "forbidden"}'), (200, "not json"), (200, "[]"), (200, "{}"),
        (200, '{"decisions": null}'), (200, '{"decisions": []}'),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_a_no(client, status, body):
    with responses.RequestsMock() as http:
        http.post(URL, body=body, status=status)
        assert ask(client, [new_id()]) == frozenset()


def test_anything_but_a_plain_yes_is_a_no(client):
    student = new_id()
    for allowed in ("true", 1, None, False):
        with responses.RequestsMock() as http:
            http.post(URL, json={"decisions": {str(student): {"allowed": allowed}}})
            assert ask(client, [student]) == frozenset()
