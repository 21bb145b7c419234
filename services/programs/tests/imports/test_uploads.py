"""The upload itself: answered at once, kept for a while, at most once for a key, no larger than told."""

import io
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from chassis.clock import now


def stored(session):
    return session.scalar(text("select count(*) from import_chunks"))


def test_the_answer_comes_at_once_and_says_where_to_look(school, school_rows, roster):
    answer = school.send(roster(school_rows()))
    assert (answer.status_code, answer.json["state"], answer.json["files"]) == (202, "queued", [])
    where = answer.headers["Location"]
    assert where == f"/api/v1/programs/imports/{answer.json['id']}/"
    seen = school.organization.client.get(where, headers=school.organization.headers)
    assert seen.json == answer.json
    unchanged = {**school.organization.headers, "If-None-Match": seen.headers["ETag"]}
    assert school.organization.client.get(where, headers=unchanged).status_code == 304


def test_the_latest_import_is_listed_first(school, school_rows, roster):
    ids = [school.run(roster(school_rows()))["id"] for _ in range(3)]
    school.send(roster(school_rows()))
    listed = school.organization.get("imports/", limit=2).json
    assert (listed["total"], listed["items"][1]["id"]) == (4, ids[-1])
    assert school.organization.get("imports/", state="queued").json["total"] == 1
    assert school.organization.get("imports/", state="receiving").status_code == 400


def test_a_key_sends_the_same_file_once(school, school_rows, roster, session):
    key = {"Idempotency-Key": "monday"}
    content = roster(school_rows())
    first, again = school.send(content, key), school.send(content, key)
    assert (again.status_code, again.get_data(), again.headers["Idempotent-Replayed"]) == (
        202,
        first.get_data(),
        "true",
    )
    assert again.headers["Location"] == first.headers["Location"]
    assert school.organization.get("imports/").json["total"] == 1
    assert stored(session) == 1
    other = school.send(roster(school_rows(categories=[{"sourcedId": "H", "title": "Quiz"}])), key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert school.send(content, key, absent="remove").status_code == 422


def test_a_file_in_many_pieces_arrives_whole(school, school_rows, roster, packed, session):
    import os

    padding = os.urandom(1_500_000).hex()
    many = [{"sourcedId": f"g{n}", "title": padding[n * 190 : n * 190 + 190]} for n in range(15_000)]
    found = school.run(roster({"categories.csv": many}))
    assert stored(session) > 1
    assert (found["state"], found["read"], found["files"][0]["created"]) == ("done", 15_000, 15_000)


@pytest.mark.env(IMPORT_MAX_BYTES="2000")
def test_a_file_that_is_too_large_is_refused_and_not_kept(school, school_rows, roster, session):
    answer = school.send(roster(school_rows()))
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert session.scalar(text("select count(*) from imports")) == 0


@pytest.mark.env(IMPORT_MAX_BYTES="20000000")
def test_a_file_may_be_larger_than_any_other_body(school, packed, session):
    import os

    answer = school.send(packed({"manifest.csv": os.urandom(9_000_000)}))
    assert answer.status_code == 202
    assert stored(session) == 9


FORMS = [
    ({}, 422, "file"),
    ({"roster": (io.BytesIO(b"PK\x03\x04"), "x.zip")}, 422, "file"),
    ({"file": "PK as text"}, 422, "file"),
    ({"file": [(io.BytesIO(b"PK\x03\x04"), "x.zip"), (io.BytesIO(b"PK\x03\x04"), "y.zip")]}, 422, "file"),
    ({"file": (io.BytesIO(b"PK\x03\x04"), "x.zip"), "absent": "burn"}, 422, "absent"),
    ({"file": (io.BytesIO(b"PK\x03\x04"), "x.zip"), "absent_limit": "101"}, 422, "absent_limit"),
]


@pytest.mark.parametrize(("form", "status", "field"), FORMS, ids=[str(place) for place in range(len(FORMS))])
def test_a_form_that_is_wrong_says_where(school, form, status, field, session):
    answer = school.organization.client.post(
        "/api/v1/programs/imports/", data=form, content_type="multipart/form-data",
        headers=school.organization.headers,
    )  # fmt: skip
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (status, field)
    assert session.scalar(text("select count(*) from imports")) == 0


def test_what_is_no_form_is_refused(school, session):
    url, headers = "/api/v1/programs/imports/", school.organization.headers
    assert school.organization.client.post(url, json={}, headers=headers).status_code == 415
    cut = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.zip"\r\n\r\nPK\x03\x04'
    answer = school.organization.client.post(
        url, data=cut, content_type="multipart/form-data; boundary=x", headers=headers
    )
    assert answer.status_code == 400
    assert session.scalar(text("select count(*) from imports")) == 0


def test_only_so_many_imports_wait(school, school_rows, roster, monkeypatch):
    from programs.usecases import receive_import

    monkeypatch.setattr(receive_import, "MOST_WAITING", 2)
    content = roster(school_rows())
    assert [school.send(content).status_code for _ in range(3)] == [202, 202, 409]


def test_an_upload_is_forgotten_some_days_after_its_import(school, school_rows, roster, run_job, session):
    id = school.run(roster(school_rows(categories=[{"sourcedId": "x", "title": ""}])))["id"]
    school.send(roster(school_rows()))
    for days, chunks in ((6, 2), (8, 1)):
        with time_machine.travel(now() + timedelta(days=days), tick=True):
            run_job("forget_uploads")
        assert stored(session) == chunks
    assert len(school.errors(id)) == 1
    with time_machine.travel(now() + timedelta(days=91), tick=True):
        run_job("forget_uploads")
    assert school.organization.get(f"imports/{id}/").status_code == 404
    assert school.organization.get("imports/", state="queued").json["total"] == 1


def test_what_never_came_in_whole_is_forgotten_the_same_day(school, run_job, session, client):
    from programs.usecases.receive_import import Incoming

    class Caller:
        organization_id, organization_kind, user_id = school.organization.id, "academy", None

        @staticmethod
        def may(_):
            return True

    Incoming(client.application.extensions["database"], Caller, 10**9).write(b"PK" + b"x" * 3_000_000)
    assert stored(session) == 2
    with time_machine.travel(now() + timedelta(hours=7), tick=True):
        run_job("forget_uploads")
    assert stored(session) == 0
