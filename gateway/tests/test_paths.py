"""One path, one decision: however it is spelt, what was decided on is what is sent."""

import pytest

from chassis.ids import new_id
from chassis.testing import headers_of

COHORTS = "/api/v1/programs/cohorts/"
STUDENT = "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e11"
AROUND = (
    "/api/v1/programs/x/../students/{id}/progress/",
    "/api/v1/programs/./students/{id}/progress/",
    "/api/v1/programs//students/{id}/progress/",
    "/api/v1/programs/students/{id}/x/../progress/",
    "/api/v1/programs/students/{id}/./progress/",
    "/api/v1/programs/x/%2e%2e/students/{id}/progress/",
    "/api/v1/programs/x/.%2E/students/{id}/progress/",
    "/api/v1/programs/x%2f..%2fstudents/{id}/progress/",
    "/api/v1/programs/../../../internal/audience",
    "/api/v1/programs/../../../metrics",
    "/pay/../metrics",
    "/pay/..",
    "//api/v1/programs/cohorts/",
)


@pytest.mark.parametrize("path", AROUND)
def test_a_path_that_can_be_read_in_two_ways_does_not_exist(client, behind, path):
    answer = client.get(path.format(id=STUDENT), headers=headers_of(organization=new_id()))
    assert answer.status_code == 404
    assert behind.seen == []


@pytest.mark.parametrize(
    "path",
    [
        "students%2f{id}%2fprogress/",
        "%73tudents/{id}/progress",
        "students/{id}%2Fprogress",
        "students/{id}/%70rogress/",
    ],
)
def test_another_spelling_of_a_path_takes_the_same_decision(client, behind, path):
    path = f"/api/v1/programs/{path.format(id=STUDENT)}"
    caller = headers_of(organization=new_id())
    assert client.get(path, headers=caller).json["code"] == "consent_required"
    behind.granted.add(STUDENT)
    assert client.get(path, headers=caller).status_code == 200
    assert behind.seen[0]["path"].rstrip("/") == f"/api/v1/programs/students/{STUDENT}/progress"


@pytest.mark.parametrize(
    "raw", ["http://evil.example{path}", "evil.example:{path}", "/pay{path}", "{path}#/../x", "{path};x"]
)
def test_what_was_decided_on_is_what_is_sent_whatever_the_request_line_says(client, behind, raw):
    caller = headers_of(organization=new_id())
    answer = client.get(COHORTS, headers=caller, environ_overrides={"RAW_URI": raw.format(path=COHORTS)})
    assert answer.status_code == 200
    assert behind.seen[0]["path"] == COHORTS


def test_signs_and_letters_of_any_script_arrive_as_they_were_sent(client, behind):
    client.get(f"{COHORTS}100%25%3Fa%23b;c=d%5C%C3%A9/", headers=headers_of(organization=new_id()))
    assert behind.seen[0]["path"] == f"{COHORTS}100%25%3Fa%23b;c=d%5C%C3%A9/"
