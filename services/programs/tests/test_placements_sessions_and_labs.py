"""Placements, mentor sessions and lab use: told once however often they are sent, corrected beside what was said."""

from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.programs import LabUsed, MentorSessionHeld, PlacementRecorded

WORK = {"employer_name": "Savanna Analytics", "title": "Junior analyst", "started_on": "2026-02-01"}
PAID = {"salary": 600000.5, "currency": "KES"}
MET = {"held_at": "2026-02-10T17:00:00+03:00", "minutes": 60}
USED = {"used_at": "2026-02-11T09:30:00Z", "minutes": 90, "lab": "Cloud lab"}


@pytest.fixture
def school(academy):
    """An academy with Amina (external id 7) in a cohort."""
    academy.class_2b = academy.cohort()
    (row,) = academy.enrol(academy.class_2b, {"external_id": "7", "name": "Amina", "school": "Uhuru"}).json["results"]
    academy.amina = row["student_id"]
    return academy


def statuses(answer):
    return [row["status"] for row in answer.json["results"]]


def versions(session, table, id):
    statement = text(f"select count(*) from {table} where id = :id")  # noqa: S608
    return session.scalar(statement, {"id": id})


def test_a_placement_is_recorded_and_announced(school, published):
    answer = school.post("placements/", {"external_id": "7", "cohort_id": school.class_2b, **WORK, **PAID})
    assert (answer.status_code, answer.json["status"]) == (201, "recorded")
    (told,) = published(PlacementRecorded)
    assert (str(told.placement_id), str(told.student_id)) == (answer.json["id"], school.amina)
    assert (told.salary_minor, told.currency, told.placed_on.isoformat()) == (60000050, "KES", "2026-02-01")
    assert str(told.cohort_id) == school.class_2b


@pytest.mark.parametrize(
    ("path", "row", "event"),
    [
        ("placements/", WORK, PlacementRecorded),
        ("mentor-sessions/", MET, MentorSessionHeld),
        ("lab-usage/", USED, LabUsed),
    ],
)
def test_the_same_again_changes_nothing(school, published, path, row, event):
    sent = {"external_id": "7", **row}
    first, second = school.post(path, sent), school.post(path, sent)
    assert (first.json["status"], second.json["status"]) == ("recorded", "unchanged")
    assert first.json["id"] == second.json["id"]
    assert len(published(event)) == 1


def test_a_session_in_another_time_zone_is_the_same_session(school, published):
    school.post("mentor-sessions/", {"external_id": "7", **MET})
    again = school.post("mentor-sessions/", {"student_id": school.amina, **MET, "held_at": "2026-02-10T14:00:00Z"})
    assert again.json["status"] == "unchanged"


def test_a_correction_is_a_new_fact_beside_the_earlier_one(school, published, session):
    row = {"external_id": "7", **MET, "session_id": "M-1"}
    first = school.post("mentor-sessions/", row).json
    assert school.post("mentor-sessions/", {**row, "minutes": 45}).json["status"] == "updated"
    told = published(MentorSessionHeld)
    assert [event.minutes for event in told] == [60, 45]
    assert {str(event.session_id) for event in told} == {first["id"]}
    assert versions(session, "mentor_sessions", first["id"]) == 2
    assert school.get("mentor-sessions/").json["total"] == 1


def test_a_placement_ends_and_the_end_is_told(school, published, session):
    placed = school.post("placements/", {"external_id": "7", **WORK, **PAID}).json
    ended = school.patch(f"placements/{placed['id']}/", {"ended_on": "2026-08-31"})
    assert (ended.status_code, ended.json["status"]) == (200, "updated")
    assert school.patch(f"placements/{placed['id']}/", {"ended_on": "2026-08-31"}).json["status"] == "unchanged"
    first, second = published(PlacementRecorded)
    assert (first.ended_on, second.ended_on.isoformat()) == (None, "2026-08-31")
    assert second.salary_minor == first.salary_minor
    assert versions(session, "placements", placed["id"]) == 2


def test_a_batch_takes_each_row_by_itself(school, published):
    good = {"external_id": "7", **USED}
    rows = [
        good,
        {**good, "external_id": "8"},
        {**good, "used_at": "2026-02-12T09:30:00"},
        {**good, "used_at": "2099-02-12T09:30:00Z"},
        {**good, "minutes": -1},
        {**good, "minutes": 1441},
        {**good, "cohort_id": str(new_id())},
        {**good, "lab": "Another"},
        "nonsense",
        {**good, "grade": 1},
        {"used_at": "2026-02-11T09:30:00Z", "minutes": 1},
    ]
    answer = school.post("lab-usage/", {"usage": rows})
    assert answer.status_code == 207
    assert statuses(answer) == ["recorded"] + ["invalid"] * 10
    fields = [row["reasons"][0]["field"] for row in answer.json["results"][1:]]
    assert fields == [
        "external_id", "used_at", "used_at", "minutes", "minutes", "cohort_id", "usage_id", "", "grade", "student_id",
    ]  # fmt: skip
    assert len(published(LabUsed)) == 1


BAD = [
    ({"salary": 5}, "currency"),
    ({"salary": 5, "currency": "XXQ"}, "currency"),
    ({"salary": -5, "currency": "KES"}, "salary"),
    ({"salary": 5.001, "currency": "KES"}, "salary"),
    ({"ended_on": "2026-01-31"}, "ended_on"),
    ({"started_on": "2099-01-01"}, "started_on"),
    ({"employer_name": ""}, "employer_name"),
    ({"external_id": "unknown"}, "external_id"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD)
def test_a_single_row_that_cannot_be_taken_is_refused(school, published, wrong, field):
    answer = school.post("placements/", {"external_id": "7", **WORK, **wrong})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert published(PlacementRecorded) == []


def test_more_than_a_thousand_rows_are_refused_as_a_whole(school):
    answer = school.post("mentor-sessions/", {"sessions": [{"external_id": "7", **MET}] * 1001})
    assert answer.status_code == 422


def test_one_organization_records_nothing_of_anothers_students(school, sponsor, published):
    answer = sponsor.post("placements/", {"student_id": school.amina, **WORK})
    unknown = sponsor.post("placements/", {"student_id": str(new_id()), **WORK})
    assert answer.status_code == unknown.status_code == 422
    assert answer.json["errors"] == unknown.json["errors"]
    placed = school.post("placements/", {"external_id": "7", **WORK}).json
    for id in (placed["id"], str(new_id())):
        assert sponsor.patch(f"placements/{id}/", {"title": "Thief"}).status_code == 404
    assert sponsor.get("placements/").json["total"] == 0
    assert [str(event.organization_id) for event in published(PlacementRecorded)] == [str(school.id)]


def test_the_senders_id_cannot_move_to_another_student(school):
    school.enrol(school.class_2b, {"external_id": "8", "name": "Brian"})
    row = {"external_id": "7", **MET, "session_id": "M-1"}
    school.post("mentor-sessions/", row)
    assert school.post("mentor-sessions/", {**row, "external_id": "8"}).json["errors"][0]["field"] == "session_id"


def test_an_idempotency_key_replays_the_answer(school, published):
    sent = {"external_id": "7", **WORK}
    first = school.post("placements/", sent, **{"Idempotency-Key": "one"})
    second = school.post("placements/", sent, **{"Idempotency-Key": "one"})
    assert first.data == second.data
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(published(PlacementRecorded)) == 1


def test_a_list_names_only_who_consented_and_tells_of_others_nothing_telling(school, privacy):
    school.post("placements/", {"external_id": "7", **WORK, **PAID, "source": "Amina's mother"})
    (hidden,) = school.get("placements/").json["items"]
    assert hidden["student"]["pseudonymous"] is True
    assert [hidden[name] for name in ("employer_name", "title", "salary", "currency", "source")] == [None] * 5
    assert "Amina" not in str(hidden)
    assert school.amina not in str(hidden)
    privacy.visible_students.add(UUID(school.amina))
    (shown,) = school.get("placements/").json["items"]
    assert (shown["student"]["name"], shown["title"], shown["salary"]) == ("Amina", "Junior analyst", 600000.5)
    assert [asked["scope"] for asked in privacy.asked] == ["placement_tracking"] * 2
    school.get("mentor-sessions/")
    assert all(asked["log_reads"] for asked in privacy.asked)


def test_who_records_for_one_cohort_reaches_its_students_only(school, client, as_, privacy):
    privacy.visible_students.add(UUID(school.amina))
    other = school.cohort()
    school.enrol(other, {"external_id": "9", "name": "Brian"})
    rows = [{"external_id": "7", **MET}, {"external_id": "9", **MET}, {"external_id": "7", **MET, "cohort_id": other}]
    school.post("mentor-sessions/", {"sessions": [{"external_id": "9", **MET, "cohort_id": other}]})
    mentor = as_(organization=school.id, kind="academy", narrowed={UUID(school.class_2b): ("records.write",)})
    answer = client.post("/api/v1/programs/mentor-sessions/", json={"sessions": rows}, headers=mentor)
    assert statuses(answer) == ["recorded", "invalid", "invalid"]
    listed = client.get("/api/v1/programs/mentor-sessions/", headers=mentor).json
    assert [item["student"]["id"] for item in listed["items"]] == [school.amina]
