"""A person fetches a copy of their data: JSON from every service, a manifest and a PDF, for a week."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import time_machine
from sqlalchemy import text

from contracts.events.privacy import DataExportRequested, DataRequestAnswered
from contracts.rights import OWNERS

URL = "/api/v1/privacy/data-requests/"


def finished(user: Any, ask: Any, ready: Any, run_job: Any, **more: Any) -> str:
    answer = ask(user, "access", **more)
    assert answer.status_code == 201, answer.json
    ready(answer.json["id"])
    run_job("assemble_exports")
    return f"{URL}{answer.json['id']}/"


def test_a_copy_has_every_services_part_and_is_logged_each_time_it_is_fetched(
    adult: Any, ask: Any, everybody_is_ready: Any, run_job: Any, published: Any, client: Any, as_: Any, strangers: Any
) -> None:
    me = as_(user=adult.student_user)
    url = finished(adult.student_user, ask, everybody_is_ready, run_job)
    (asked,) = published(DataExportRequested)
    assert (asked.student_id, asked.user_id) == (adult.student, adult.student_user)
    shown = client.get(url, headers=me).json
    assert (shown["state"], shown["download_url"]) == ("done", f"{url}download/")
    fetched = client.get(shown["download_url"], headers=me)
    assert (fetched.status_code, fetched.headers["Content-Type"]) == (200, "application/zip")
    with ZipFile(BytesIO(fetched.data)) as copy:
        assert set(copy.namelist()) == {*(f"{name}.json" for name in OWNERS), "your-data.pdf", "manifest.json"}
        own = json.loads(copy.read("privacy.json"))
        assert json.loads(copy.read("programs.json"))["sections"][0]["rows"][0]["student"] == str(adult.student)
        assert set(json.loads(copy.read("manifest.json"))["files"]) == set(copy.namelist()) - {"manifest.json"}
    said = next(section for section in own["sections"] if section["title"] == "What organizations say of you")
    assert said["rows"][0]["name"] == "Amina Otieno"
    assert "Amina Otieno" in strangers.pages[0]
    looks = client.get("/api/v1/privacy/access-log/my/?scope=data_export", headers=me).json["items"]
    assert [(look["basis"], look["purpose"]) for look in looks] == [("self", "copy of the data")]
    assert [told.right for told in published(DataRequestAnswered)] == ["access"]


def test_no_copy_is_made_before_everybody_has_answered(
    adult: Any, ask: Any, run_job: Any, client: Any, as_: Any, strangers: Any
) -> None:
    answer = ask(adult.student_user, "access").json
    run_job("assemble_exports")
    refused = client.get(f"{URL}{answer['id']}/download/", headers=as_(user=adult.student_user))
    assert (refused.status_code, refused.json["code"]) == (409, "not_ready")
    assert strangers.pages == []
    again = ask(adult.student_user, "access")
    assert (again.status_code, again.json["code"]) == (409, "already_asked")


def test_a_copy_is_kept_for_a_week(
    adult: Any, ask: Any, everybody_is_ready: Any, run_job: Any, client: Any, as_: Any, session: Any
) -> None:
    url = finished(adult.student_user, ask, everybody_is_ready, run_job)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=7, seconds=1)):
        me = as_(user=adult.student_user)
        gone = client.get(f"{url}download/", headers=me)
        assert (gone.status_code, gone.json["code"]) == (410, "export_gone")
        run_job("forget_exports")
        assert client.get(f"{url}download/", headers=me).status_code == 410
    assert session.scalar(text("select count(*) from export_pieces")) == 0


def test_another_persons_request_does_not_exist(
    adult: Any, child: Any, ask: Any, everybody_is_ready: Any, run_job: Any, client: Any, as_: Any
) -> None:
    url = finished(adult.student_user, ask, everybody_is_ready, run_job)
    for stranger in (child.guardian_user, adult.guardian_user):
        assert client.get(url, headers=as_(user=stranger)).status_code == 404
        assert client.get(f"{url}download/", headers=as_(user=stranger)).status_code == 404


def test_a_guardian_fetches_no_more_once_the_child_is_of_age(
    child: Any, ask: Any, everybody_is_ready: Any, run_job: Any, client: Any, as_: Any, session: Any
) -> None:
    url = finished(child.guardian_user, ask, everybody_is_ready, run_job, student_id=child.student)
    guardian = as_(user=child.guardian_user)
    assert client.get(f"{url}download/", headers=guardian).status_code == 200
    session.execute(text("update students set adult_on = current_date - 1 where id = :id"), {"id": child.student})
    assert client.get(f"{url}download/", headers=guardian).json["code"] == "student_of_age"


def test_a_copy_of_who_was_erased_is_gone(
    adult: Any, ask: Any, everybody_is_ready: Any, run_job: Any, client: Any, as_: Any, session: Any
) -> None:
    url = finished(adult.student_user, ask, everybody_is_ready, run_job)
    ask(adult.student_user, "erasure", confirm=True)
    assert client.get(f"{url}download/", headers=as_(user=adult.student_user)).status_code in (404, 410)
    assert session.scalar(text("select count(*) from export_pieces")) == 0
