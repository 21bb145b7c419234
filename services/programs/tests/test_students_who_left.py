"""Privacy asks who left an organization long ago, to keep its rule on how long it keeps people."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine


def test_who_is_enrolled_nowhere_and_left_before_is_told(
    sponsor: Any, academy: Any, grant: Any, client: Any, as_service: Any
) -> None:
    def left(days: int, organization: Any = academy) -> list[str]:
        before = (datetime.now(UTC) + timedelta(days=days)).isoformat()
        query = {"organization_id": str(organization.id), "before": before, "most": 10}
        answer = client.get("/internal/left-students", query_string=query, headers=as_service("privacy"))
        assert answer.status_code == 200, answer.json
        found: list[str] = answer.json["students"]
        return found

    cohort = academy.cohort()
    rows = academy.enrol(cohort, "Amina", "Baraka", "Chebet").json["results"]
    grant(sponsor, 1)
    sponsor.enrol(sponsor.cohort(), {"student_id": rows[1]["student_id"]})
    assert left(1) == [], "all are enrolled"
    for row in rows[:2]:
        assert academy.post(f"enrollments/{row['enrollment_id']}/withdraw/").status_code == 200
    assert left(-1) == [], "they left just now"
    assert left(1) == [rows[0]["student_id"]], "a sponsor still has Baraka"
    assert left(1, sponsor) == []
    with time_machine.travel(datetime.now(UTC) + timedelta(days=400)):
        assert left(-365) == [rows[0]["student_id"]]
    refused = client.get("/internal/left-students", headers=as_service("billing"))
    assert refused.status_code in (403, 422)
