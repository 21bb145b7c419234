"""A person is erased: nobody sees them any more at once, every service answers, and a report says what is kept."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.ids import new_id
from contracts.events.identity import EmailVerified
from contracts.events.privacy import ConsentWithdrawn, DataRequestAnswered, ErasureRequested
from contracts.events.programs import StudentRegistered, StudentUpdated
from contracts.rights import digest

URL = "/api/v1/privacy/data-requests/"
NAME = "Amina Otieno"


def everything(session: Any) -> str:
    """All that the database holds, as text."""
    tables = session.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
    return "\n".join(
        str(session.execute(text(f"select {name}::text from {name}")).all())  # noqa: S608
        for name in tables
        if name != "alembic_version"
    )


def test_who_is_erased_is_seen_by_nobody_and_found_nowhere(
    adult: Any, consent: Any, decision: Any, ask: Any, published: Any, session: Any, everybody_erases: Any,
    client: Any, as_: Any,
) -> None:  # fmt: skip
    address = session.scalar(text("select email from accounts where user_id = :id"), {"id": adult.student_user})
    consent(adult.student_user, adult.organization)
    assert decision(adult.student, organization_id=adult.organization)["allowed"]
    assert NAME in everything(session)
    answer = ask(adult.student_user, "erasure", confirm=True)
    assert (answer.status_code, answer.json["state"]) == (201, "in_progress")
    for viewer in ({"organization_id": adult.organization}, {"user_id": adult.student_user}, {"is_platform": True}):
        assert not decision(adult.student, **viewer)["allowed"]
    assert len(published(ConsentWithdrawn)) == 1
    (told,) = published(ErasureRequested)
    assert (told.student_id, told.user_id) == (adult.student, adult.student_user)
    assert told.addresses == (digest(UUID(answer.json["id"]), address),)
    session.expire_all()
    left = everything(session)
    assert NAME not in left
    assert address not in left
    everybody_erases(answer.json["id"])
    shown = client.get(f"{URL}{answer.json['id']}/", headers=as_(user=adult.student_user)).json
    assert shown["state"] == "done"
    assert shown["report"]["waiting_for"] == []
    assert published(DataRequestAnswered) == [], "nobody is left to be written to"


def test_the_receipt_opens_the_report_without_an_account_and_says_not_whose_it_is(
    adult: Any, ask: Any, everybody_erases: Any, client: Any
) -> None:
    answer = ask(adult.student_user, "erasure", confirm=True).json
    path = "/api" + answer["receipt_url"].split("/api", 1)[1]
    assert "programs" in client.get(path).json["report"]["waiting_for"]
    everybody_erases(answer["id"])
    shown = client.get(path).json
    kept = {each["service"]: each["kept"] for each in shown["report"]["services"]}
    assert kept["billing"] == [{"what": "ledger", "why": "tax law", "until": "five years"}]
    assert kept["privacy"], "consents, by id"
    assert shown["state"] == "done"
    assert str(adult.student) not in client.get(path).text
    assert str(adult.student_user) not in client.get(path).text
    assert client.get("/api/v1/privacy/receipts/guessed/").status_code == 404


@pytest.mark.parametrize("kind", [StudentRegistered, StudentUpdated])
def test_an_event_that_comes_late_does_not_bring_the_person_back(
    adult: Any, ask: Any, deliver: Any, decision: Any, session: Any, kind: Any
) -> None:
    ask(adult.student_user, "erasure", confirm=True)
    about = {"student_id": adult.student, "organization_id": adult.organization, "organization_name": "T"}
    deliver(kind(**about, taught=True, name=NAME, email="late@example.org"))
    deliver(EmailVerified(user_id=adult.student_user, email="late@example.org"))
    assert not decision(adult.student, is_platform=True)["allowed"]
    assert NAME not in everything(session)
    assert "late@example.org" not in everything(session)


def test_events_that_wait_in_the_inbox_lose_the_name_too(adult: Any, ask: Any, session: Any) -> None:
    session.execute(
        text("""
        insert into inbox (id, type, source, subject, position, data, occurred_at)
        values (:id, 'ufadhili.programs.student_updated.v1', '/ufadhili/programs', :subject, 1,
            cast(:data as jsonb), now())
        """),
        {"id": new_id(), "subject": str(adult.student), "data": f'{{"name": "{NAME}", "taught": true, "email": null}}'},
    )
    ask(adult.student_user, "erasure", confirm=True)
    data = session.scalar(text("select data from inbox where subject = :id"), {"id": str(adult.student)})
    assert data == {"name": "Erased", "taught": True, "email": None}


def test_it_must_be_meant_and_is_asked_once(adult: Any, ask: Any) -> None:
    assert ask(adult.student_user, "erasure").status_code == 422
    assert ask(adult.student_user, "erasure", confirm="yes").status_code == 422
    assert ask(adult.student_user, "erasure", confirm=True).status_code == 201


def test_the_only_administrator_stays_until_somebody_else_is_one(adult: Any, ask: Any, strangers: Any) -> None:
    strangers.charges = [{"id": str(adult.organization), "name": "Tumaini Trust"}]
    refused = ask(adult.student_user, "erasure", confirm=True)
    assert (refused.status_code, refused.json["code"]) == (409, "still_in_charge")
    assert "the only administrator of Tumaini Trust;" in refused.json["detail"]
    strangers.charges = []
    assert ask(adult.student_user, "erasure", confirm=True).status_code == 201


def test_a_guardian_asks_for_a_minor_and_hears_when_it_is_done(
    child: Any, ask: Any, everybody_erases: Any, published: Any, session: Any
) -> None:
    minor = ask(child.student_user, "erasure", confirm=True)
    assert (minor.status_code, minor.json["code"]) == (403, "guardian_needed")
    answer = ask(child.guardian_user, "erasure", student_id=child.student, confirm=True).json
    assert (answer["acts_as"], answer["user_id"]) == ("guardian", str(child.student_user))
    everybody_erases(answer["id"])
    (told,) = published(DataRequestAnswered)
    assert (told.user_id, told.state) == (child.guardian_user, "done")
    own = session.scalar(text("select count(*) from accounts where user_id = :id"), {"id": child.guardian_user})
    assert own == 1, "the guardian's own account stays"


def test_nobody_is_erased_by_a_stranger_or_by_who_was_their_guardian(
    adult: Any, child: Any, ask: Any, world: Any
) -> None:
    stranger = world.account("stranger@example.org")
    assert ask(stranger, "erasure", student_id=child.student, confirm=True).status_code == 404
    assert ask(stranger, "erasure", student_id=new_id(), confirm=True).status_code == 404
    refused = ask(adult.guardian_user, "erasure", student_id=adult.student, confirm=True)
    assert (refused.status_code, refused.json["code"]) == (403, "student_of_age")


def test_a_guardian_who_is_erased_is_named_nowhere_any_more(child: Any, ask: Any, session: Any) -> None:
    address = session.scalar(text("select email from accounts where user_id = :id"), {"id": child.guardian_user})
    answer = ask(child.guardian_user, "erasure", confirm=True)
    assert answer.json["student_id"] is None
    assert address not in everything(session)
    assert NAME in everything(session), "the child stays"
