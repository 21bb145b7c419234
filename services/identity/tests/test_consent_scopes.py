"""What stands of consents, shown in /auth/me/ as privacy told it."""

from uuid import UUID, uuid4

import pytest

from chassis.clock import now
from contracts.events.privacy import ConsentExpired, ConsentGranted, ConsentWithdrawn


def granted(**facts):
    defaults = {"grant_id": uuid4(), "student_id": uuid4(), "organization_id": uuid4(), "scope": "sponsor_view"}
    return ConsentGranted(**{**defaults, "granted_by": "self", "granted_at": now(), **facts})


def received(person):
    return person.get("/me/").json["consent_scopes"]["received"]


def test_an_organization_sees_how_many_let_it_use_a_scope(sign_up, deliver):
    amina = sign_up("amina@example.org", "sponsor")
    own, student = UUID(amina.organization["id"]), uuid4()
    deliver(
        granted(organization_id=own),
        granted(organization_id=own, student_id=student),
        granted(organization_id=own, student_id=student, scope="employer_share"),
        granted(),
    )

    assert received(amina) == [
        {"scope": "employer_share", "students": 1},
        {"scope": "sponsor_view", "students": 2},
    ]


@pytest.mark.parametrize("how", ["withdrawn", "expired", "its own date"])
def test_a_grant_that_ended_is_not_counted(sign_up, deliver, how, later):
    amina = sign_up("amina@example.org", "sponsor")
    grant = granted(organization_id=UUID(amina.organization["id"]), expires_at=now().replace(year=2100))
    facts = {"grant_id": grant.grant_id, "student_id": grant.student_id, "organization_id": None, "scope": "x"}
    deliver(grant)
    assert received(amina) == [{"scope": "sponsor_view", "students": 1}]

    if how == "withdrawn":
        deliver(ConsentWithdrawn(**facts, withdrawn_at=now()))
    elif how == "expired":
        deliver(ConsentExpired(**facts, expired_at=now()))
    else:
        deliver(granted(**{**facts, "organization_id": grant.organization_id}, expires_at=now()))

    assert received(amina) == []
