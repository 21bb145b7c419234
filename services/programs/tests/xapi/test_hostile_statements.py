"""Statements that break the specification, or mean harm: refused with the place and the reason, and nothing stored."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.ids import new_id

ID = "01900000-0000-7000-8000-000000000000"
A, V, THING = {"mbox": "mailto:a@x.example"}, {"id": "http://e.org/v"}, {"id": "http://e.org/o"}
GOOD = {"actor": A, "verb": V, "object": THING}
GROUP = {"objectType": "Group"}
SUB = {"objectType": "SubStatement", **GOOD}
CHOICE = {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "a"}]}


def nested(depth):
    value = {}
    for _ in range(depth):
        value = {"a": value}
    return value


BAD = [
    7, "x", {}, [GOOD], {"actor": A}, {**GOOD, "verb": None}, {**GOOD, "Actor": A}, {**GOOD, "extra": 1},
    {**GOOD, "id": "7"}, {**GOOD, "id": None}, {**GOOD, "version": "2.0.0"}, {**GOOD, "timestamp": "yesterday"},
    {**GOOD, "timestamp": "2026-01-01T00:00:00-00:00"}, {**GOOD, "timestamp": 7}, {**GOOD, "timestamp": "2026-01-01"},
    {**GOOD, "actor": {}}, {**GOOD, "actor": {"name": "x"}}, {**GOOD, "actor": {**A, "openid": "http://e.org"}},
    {**GOOD, "actor": {"mbox": "a@x.example"}}, {**GOOD, "actor": {"mbox_sha1sum": "abc"}},
    {**GOOD, "actor": {"account": {"name": "x"}}}, {**GOOD, "actor": {"account": {"name": "x", "homePage": "x"}}},
    {**GOOD, "actor": {**A, "objectType": "agent"}}, {**GOOD, "actor": {**A, "member": []}},
    {**GOOD, "actor": {**A, "objectType": ["Agent"]}},
    {**GOOD, "actor": GROUP}, {**GOOD, "actor": {**GROUP, "member": [{**GROUP, "member": [A]}]}},
    {**GOOD, "verb": {}}, {**GOOD, "verb": {"id": "passed"}}, {**GOOD, "verb": {**V, "display": "x"}},
    {**GOOD, "verb": {**V, "display": {"not a tag": "x"}}}, {**GOOD, "verb": {**V, "display": {"en": 1}}},
    {**GOOD, "object": {"id": "x y"}}, {**GOOD, "object": {**THING, "objectType": "activity"}},
    {**GOOD, "object": {**THING, "objectType": {}}}, {**GOOD, "object": []},
    {**GOOD, "object": {**THING, "definition": {"type": "x"}}}, {**GOOD, "object": {**THING, "definition": CHOICE}},
    {**GOOD, "object": {**THING, "definition": {"choices": []}}}, {**GOOD, "object": {**THING, "definition": None}},
    {**GOOD, "object": {"objectType": "StatementRef", "id": "7"}}, {**GOOD, "object": {**SUB, "id": ID}},
    {**GOOD, "object": {**SUB, "object": SUB}}, {**GOOD, "object": {"objectType": "SubStatement"}},
    {**GOOD, "result": {"score": {"scaled": 1.1}}}, {**GOOD, "result": {"score": {"raw": "5"}}},
    {**GOOD, "result": {"score": {"raw": 5, "max": 4}}}, {**GOOD, "result": {"score": {"min": 5, "max": 4}}},
    {**GOOD, "result": {"score": {"raw": True}}}, {**GOOD, "result": {"score": {"scaled": "1"}}},
    {**GOOD, "result": {"success": "true"}}, {**GOOD, "result": {"duration": "1 hour"}},
    {**GOOD, "result": {"duration": "P"}}, {**GOOD, "result": {"duration": "PT"}},
    {**GOOD, "result": {"extensions": {"x": 1}}}, {**GOOD, "result": {"extensions": []}}, {**GOOD, "result": []},
    {**GOOD, "context": {"registration": "7"}}, {**GOOD, "context": {"language": "e n"}},
    {**GOOD, "context": {"team": A}}, {**GOOD, "context": {"contextActivities": {"child": THING}}},
    {**GOOD, "context": {"contextActivities": {"parent": [None]}}},
    {**GOOD, "context": {"statement": {"id": ID}}},
    {**GOOD, "object": {**A, "objectType": "Agent"}, "context": {"platform": "x"}},
    {**GOOD, "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}},
    {**GOOD, "attachments": []}, {**GOOD, "context": {"extensions": {"http://e.org/x": nested(60)}}},
    {**GOOD, "context": {"extensions": {"http://e.org/x": "x" * 300_000}}},
    {**GOOD, "object": {"id": "http://e.org/" + "x" * 5000}},
]  # fmt: skip


@pytest.mark.parametrize("statement", BAD, ids=lambda statement: str(statement)[:60])
def test_what_is_no_statement_is_refused(store, statement):
    answer = store.post(statement, GOOD) if isinstance(statement, list) else store.post(statement)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")
    assert store.found() == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "application/json", 400),
        (b'{"actor": "\\u0000"}', "application/json", 400),
        (b"", "application/json", 400),
        (b"x", "multipart/mixed; boundary=x", 400),
        (b"x", "text/plain", 415),
    ],
)
def test_what_cannot_be_read_is_refused(store, body, kind, status):
    answer = store.client.post(f"{store.base}/statements", data=body, headers={**store.headers, "Content-Type": kind})
    assert answer.status_code == status


def test_ten_thousand_statements_are_too_many_at_once(store):
    assert store.client.post(f"{store.base}/statements", json=[GOOD] * 10_000, headers=store.headers).status_code == 413
    assert store.found() == []


@pytest.mark.parametrize(
    "good",
    [
        {**GOOD, "timestamp": "2026-01-01T10:00:00+03:00"}, {**GOOD, "timestamp": "20260101T100000Z"},
        {**GOOD, "result": {"duration": "P1Y2M3DT4H5M6.7S", "score": {"scaled": -1}, "response": ""}},
        {**GOOD, "result": {"duration": "P2W"}}, {**GOOD, "object": SUB}, {**GOOD, "object": {**GROUP, "member": [A]}},
        {**GOOD, "object": {**A, "objectType": "Agent"}}, {**GOOD, "actor": {**GROUP, **A}},
        {**GOOD, "object": {**THING, "definition": {**CHOICE, "choices": [{"id": "a"}]}}},
        {**GOOD, "context": {"contextActivities": {"other": [THING]}, "revision": "1", "platform": "x"}},
        {**GOOD, "actor": {"openid": "https://a.example/"}},
        {**GOOD, "context": {"extensions": {"http://e.org/x": None}, "instructor": A, "team": {**GROUP, **A}}},
    ],
)  # fmt: skip
def test_what_the_specification_allows_is_taken(store, good):
    assert len(store.sent(good)) == 1


def test_fifty_at_once_with_one_id_are_one_statement(committing, organization_at, store_of):
    id = str(new_id())
    school = organization_at(committing.client, "academy")
    others = [store_of(school).another() for _ in range(50)]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda store: store.post({**GOOD, "id": id}).status_code, others))

    assert answers == [200] * 50
    assert store_of(school).found() == [id]


def test_of_many_different_ones_with_one_id_one_stays(committing, organization_at, store_of):
    id = str(new_id())
    school = organization_at(committing.client, "academy")
    different = [{**GOOD, "id": id, "result": {"response": str(number)}} for number in range(12)]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda one: store_of(school).another().post(one).status_code, different))

    assert sorted(answers) == [200] + [409] * 11
