"""An account is closed for good: its sessions end, its row says nothing of whose it was."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis.ids import new_id
from contracts import rights
from contracts.events.identity import ErasureDone, InvitationCreated, MemberRemoved
from contracts.events.privacy import ErasureRequested
from contracts.events.programs import StudentRegistered

NAME, ADDRESS = "Zuhura Kilonzo", "zuhura@x.example"
PASSWORD = "a long enough passphrase 7"


def everything(session: Any) -> str:
    """All that the database holds, as text."""
    tables = session.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
    return "\n".join(
        str(session.execute(text(f"select each::text from {name} as each")).all())  # noqa: S608 - our own tables
        for name in tables
        if name != "alembic_version"
    )


def signed_up(client: Any, **more: Any) -> Any:
    body = {"email": ADDRESS, "password": PASSWORD, "name": NAME, **more}
    answer = client.post("/api/v1/auth/signup/", json=body, headers={"User-Agent": f"{NAME}'s telephone"})
    assert answer.status_code == 201, answer.json
    return answer.json


def erase(deliver: Any, *, user: Any = None, student: UUID | None = None) -> UUID:
    request_id = new_id()
    about = {"user_id": UUID(user) if user else None, "student_id": student}
    deliver(ErasureRequested(request_id=request_id, **about, addresses=(rights.digest(request_id, ADDRESS),)))
    return request_id


def test_nothing_is_left_of_who_it_was(client: Any, deliver: Any, session: Any, published: Any) -> None:
    organization = {"name": "Tumaini Trust", "kind": "sponsor", "contact_email": ADDRESS}
    made = signed_up(client, organization=organization)
    assert NAME in everything(session)
    request_id = erase(deliver, user=made["user"]["id"])
    session.expire_all()
    assert [word for word in (NAME, ADDRESS) if word in everything(session)] == []
    assert [event.organization_id for event in published(MemberRemoved)] == [UUID(made["organization"]["id"])]
    (answer,) = published(ErasureDone)
    assert (answer.request_id, dict(answer.erased)["accounts"]) == (request_id, 1)
    headers = {"Authorization": f"Bearer {made['tokens']['access_token']}"}
    assert client.get("/api/v1/auth/me/", headers=headers).status_code == 401
    body = {"email": ADDRESS, "password": PASSWORD}
    assert client.post("/api/v1/auth/login/", json=body).status_code == 401
    assert signed_up(client)["user"]["id"] != made["user"]["id"], "the address is free again"


def test_it_may_be_said_twice(client: Any, deliver: Any, published: Any) -> None:
    made = signed_up(client)
    erase(deliver, user=made["user"]["id"])
    erase(deliver, user=made["user"]["id"])
    assert "accounts" not in dict(published(ErasureDone)[1].erased)


def test_nobody_is_invited_for_who_was_erased(client: Any, deliver: Any, session: Any, published: Any) -> None:
    school = signed_up(client, organization={"name": "Uhuru School", "kind": "academy"})["organization"]["id"]
    student = StudentRegistered(
        student_id=new_id(), organization_id=UUID(school), organization_name="T", taught=True, name=NAME,
        guardian_email="mother@x.example",
    )  # fmt: skip
    deliver(student)
    assert len(published(InvitationCreated)) == 1
    erase(deliver, student=student.student_id)
    deliver(student)
    assert len(published(InvitationCreated)) == 1
    assert session.scalar(text("select count(*) from invitations")) == 0


def test_who_alone_administers_is_told_to_privacy(client: Any, as_service: Any, as_: Any) -> None:
    made = signed_up(client, organization={"name": "Tumaini Trust", "kind": "sponsor"})
    url = f"/internal/charges?user_id={made['user']['id']}"
    organization = {"id": made["organization"]["id"], "name": "Tumaini Trust"}
    assert client.get(url, headers=as_service("privacy")).json == {"organizations": [organization]}
    assert client.get(url, headers=as_service("billing")).status_code == 403
    assert client.get(url, headers=as_("platform")).status_code == 403


def test_a_copy_has_the_account_and_its_sign_ins(client: Any, as_service: Any) -> None:
    made = signed_up(client)
    url = f"/internal/person-data?user_id={made['user']['id']}"
    sections = client.get(url, headers=as_service("privacy")).json["sections"]
    assert [(section["title"], len(section["rows"])) for section in sections] == [("Account", 1), ("Sign-ins", 1)]
    assert client.get(url, headers=as_service("gateway")).status_code == 403
