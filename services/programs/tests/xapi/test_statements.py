"""Statements: stored as they came, once, and read back by whoever wrote them."""

import pytest

from chassis.ids import new_id

VERBS = "http://adlnet.gov/expapi/verbs/"
VOIDED = VERBS + "voided"
ANY = "01900000-0000-7000-8000-000000000000"
"""An id of nothing; the same in every process of a parallel run, since it is part of tests' names."""


def void(id):
    return {
        "actor": {"mbox": "mailto:teacher@x.example"},
        "verb": {"id": VOIDED},
        "object": {"objectType": "StatementRef", "id": id},
    }


def test_a_statement_comes_back_as_it_was_sent_with_what_we_set(store, said, an_id):
    id = an_id()
    sent = said(
        id=id,
        timestamp="2026-03-01T10:00:00.123Z",
        score={"raw": 1.0, "min": 0, "max": 10},
        context={"extensions": {"http://e.org/x": {"deep": [1, 2.5, None, "é"]}}, "language": "en-KE"},
    )

    assert store.sent(sent) == [id]

    answer = store.get(statementId=id)
    back = answer.json
    assert {name: back[name] for name in sent} == sent
    assert list(back["context"]) == list(sent["context"])
    assert (back["version"], back["authority"]["objectType"]) == ("1.0.3", "Agent")
    assert back["stored"].endswith("Z")
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"
    assert answer.headers["X-Experience-API-Consistent-Through"] >= back["stored"]


def test_ids_and_timestamps_are_given_where_they_are_missing(store, said):
    first, second = store.sent(said(), said())
    back = store.get(statementId=first).json

    assert first != second
    assert back["timestamp"] == back["stored"]


def test_what_only_we_may_say_is_said_by_us(store, said, an_id):
    id = an_id()
    store.sent(said(id=id, authority={"mbox": "mailto:a@b.example"}, stored="2001-01-01T00:00:00Z", version="1.0.1"))
    back = store.get(statementId=id).json
    assert "account" in back["authority"]
    assert not back["stored"].startswith("2001")


def test_single_context_activities_come_back_as_lists(store, said, an_id):
    id = an_id()
    store.sent(said(id=id, context={"contextActivities": {"parent": {"id": "http://e.org/p"}}}))
    assert store.get(statementId=id).json["context"]["contextActivities"] == {"parent": [{"id": "http://e.org/p"}]}


def test_the_same_statement_again_is_no_news_and_another_one_a_conflict(store, said, an_id):
    id = an_id()
    sent = said(id=id, score={"raw": 5})
    store.sent(sent)
    reordered = {**dict(reversed(sent.items())), "result": {"score": {"raw": 5.0}}}
    assert store.sent(reordered) == [id]
    assert store.put(id, sent).status_code == 204
    for answer in (
        store.post(said("passed", id=id)),
        store.put(id, said("passed")),
        store.post(said(), said("x", id=id)),
    ):
        assert (answer.status_code, answer.json["code"]) == (409, "statement_conflict")
    assert store.found() == [id]


def test_put_stores_under_the_id_of_the_query(store, said, an_id):
    id = an_id()
    assert store.put(id, said()).status_code == 204
    assert store.found() == [id]
    assert store.put(an_id(), said(id=id)).status_code == 400
    assert store.put("7", said()).status_code == 400
    assert store.put(id.upper(), said(id=id)).status_code == 204


def test_a_batch_goes_in_whole_or_not_at_all(store, said, an_id):
    twice = an_id()
    for bad in ([said(), {"actor": {}}], [said(id=twice), said(id=twice)], [said()] * 1001):
        assert store.post(*bad).status_code in {400, 413}
    assert store.found() == []
    assert len(store.sent(*[said() for _ in range(250)])) == 250
    assert store.client.post(f"{store.base}/statements", json=[], headers=store.headers).json == []


def test_filters_find_what_they_name(store, said):
    registration = str(new_id())
    other = {"account": {"homePage": "https://lms.example", "name": "9"}}
    by_verb, by_actor, by_object, by_registration, by_group = store.sent(
        said("played"),
        said(actor=other),
        said(course="http://e.org/one"),
        said(context={"registration": registration, "contextActivities": {"grouping": [{"id": "http://e.org/g"}]}}),
        said(actor={"objectType": "Group", "member": [{"mbox": "mailto:baraka@x.example"}]}),
    )
    assert store.found(verb=VERBS + "played") == [by_verb]
    assert store.found(agent='{"account": {"name": "9", "homePage": "https://lms.example"}}') == [by_actor]
    assert store.found(agent='{"mbox": "mailto:baraka@x.example"}') == [by_group]
    assert store.found(activity="http://e.org/one") == [by_object]
    assert store.found(registration=registration.upper()) == [by_registration]
    assert store.found(activity="http://e.org/g") == []
    assert store.found(activity="http://e.org/g", related_activities="true") == [by_registration]
    assert store.found(agent='{"mbox": "mailto:amina@x.example"}', verb=VERBS + "played") == [by_verb]
    assert store.found(verb=VERBS + "played", activity="http://e.org/one") == []


def test_since_is_after_and_until_is_up_to(store, said):
    first, second = store.sent(said())[0], store.sent(said())[0]
    moment = store.get(statementId=first).json["stored"]
    assert store.found(since=moment) == [second]
    assert store.found(until=moment) == [first]
    assert store.found(ascending="true") == [first, second]
    assert store.found() == [second, first]


def test_pages_follow_one_another_and_belong_to_one_organization(store, said, organization, store_of):
    ids = store.sent(*[said() for _ in range(7)])
    seen, answer = [], store.get(limit=3, ascending="true", verb=VERBS + "experienced").json
    while True:
        seen += [statement["id"] for statement in answer["statements"]]
        if not answer["more"]:
            break
        more = answer["more"]
        answer = store.client.get(more, headers=store.headers).json
    assert seen == ids
    stranger = store_of(organization("academy", "Another"))
    assert stranger.client.get(more, headers=stranger.headers).status_code == 400
    assert store.client.get(more[:-2], headers=store.headers).status_code == 400
    assert store.client.get(f"{store.base}/statements/more/x", headers=store.headers).status_code == 400


def test_a_voided_statement_is_only_found_as_one(store, said):
    (id,) = store.sent(said())
    (voiding,) = store.sent(void(id))
    assert store.get(statementId=id).status_code == 404
    assert store.get(voidedStatementId=id).json["id"] == id
    assert store.get(voidedStatementId=voiding).status_code == 404
    assert store.found() == [voiding]
    assert store.post(void(voiding)).status_code == 400


def test_what_is_voided_before_it_comes_comes_voided(store, said, an_id):
    id = an_id()
    store.sent(void(id))
    store.sent(said("passed", store.organization.math, id=id))
    assert store.get(statementId=id).status_code == 404
    assert store.organization.get(f"students/{store.organization.amina}/progress/").json["completed"] == 0


def test_another_organization_sees_nothing_and_may_use_the_same_id(store, said, an_id, organization, store_of):
    id = an_id()
    store.sent(said(id=id))
    stranger = store_of(organization("academy", "Another"))
    assert stranger.get(statementId=id).status_code == 404
    assert stranger.found() == []
    assert stranger.sent(said("passed", id=id)) == [id]
    stranger.sent(void(id))
    assert store.found() == [id]


def test_the_database_itself_keeps_statements_apart(store, said, organization, database):
    from sqlalchemy import text

    store.sent(said())
    for of, count in ((organization("academy", "Another"), 0), (store.organization, 1)):
        with database.transaction(of.id) as session:
            assert session.scalar(text("select count(*) from xapi_statements")) == count
            assert bool(session.scalar(text("select count(*) from xapi_terms"))) == bool(count)


@pytest.mark.parametrize("version", [None, "", "0.95", "2.0.0", "1.1.0", "1"])
def test_the_version_must_be_said(store, said, version):
    headers = {**store.organization.headers, **({} if version is None else {"X-Experience-API-Version": version})}
    answer = store.client.post(f"{store.base}/statements", json=said(), headers=headers)
    assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (400, "1.0.3")


def test_anybody_may_ask_what_is_spoken_here(client):
    answer = client.get("/api/v1/xapi/about")
    assert answer.json["version"][0] == "1.0.3"
    assert "attachments" in str(answer.json["extensions"])


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "x"}, {"since": "yesterday"}, {"agent": "{"}, {"agent": '{"name": "x"}'}, {"verb": "passed"},
        {"registration": "7"}, {"format": "ids"}, {"attachments": "true"}, {"nonsense": "1"}, {"ascending": "1"},
        {"statementId": "7"}, {"Verb": "http://e.org/v"},
        {"statementId": ANY, "voidedStatementId": ANY},
        {"statementId": ANY, "verb": "http://e.org/v"},
    ],
    ids=str,
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_refused(store, query):
    assert store.get(**query).status_code == 400


def test_who_may(client, as_, said, school):
    headers = {"X-Experience-API-Version": "1.0.3"}
    for method in ("GET", "POST", "PUT"):
        for caller, status in (({}, 401), (as_("cohorts.read", organization=school.id), 403)):
            answer = client.open("/api/v1/xapi/statements", method=method, json=said(), headers={**headers, **caller})
            assert answer.status_code == status
    from uuid import UUID

    part = as_(organization=school.id, narrowed={UUID(school.class_2b): ("records.write",)})
    for method in ("GET", "POST"):
        answer = client.open("/api/v1/xapi/statements", method=method, json=said(), headers={**headers, **part})
        assert answer.status_code == 403
