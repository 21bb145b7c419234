"""A person is erased: nobody can tell any more whom a message went to, and nothing more is written to them."""

from typing import Any

from sqlalchemy import text

from chassis.ids import new_id
from contracts import rights
from contracts.events.identity import InvitationCreated, UserRegistered
from contracts.events.notifications import ErasureDone
from contracts.events.privacy import DataRequestAnswered, ErasureRequested, ProcessingObjected

NAME, ADDRESS = "Zuhura Kilonzo", "zuhura@x.example"


def everything(session: Any) -> str:
    """All that the database holds, as text."""
    tables = session.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
    return "\n".join(
        str(session.execute(text(f"select each::text from {name} as each")).all())  # noqa: S608 - our own tables
        for name in tables
        if name != "alembic_version"
    )


def erasure(user: Any, student: Any = None) -> ErasureRequested:
    request_id = new_id()
    digests = (rights.digest(request_id, ADDRESS),)
    return ErasureRequested(request_id=request_id, user_id=user, student_id=student, addresses=digests)


def test_no_address_name_or_word_is_left(
    elsewhere: Any, mailbox: Any, send: Any, run_job: Any, deliver: Any, session: Any, published: Any
) -> None:
    user = new_id()
    student = elsewhere.student(name=NAME, email=ADDRESS, user_id=str(user))
    elsewhere.student(name="Baraka")
    assert send(channels=["email", "in_app"], subject=f"Well done, {NAME}").status_code == 202
    invited = InvitationCreated(
        invitation_id=new_id(), organization_id=None, organization_name=None, email=ADDRESS, purpose="student",
        expires_at=elsewhere_until(),
    )  # fmt: skip
    deliver(UserRegistered(user_id=user, email=ADDRESS, name=NAME), invited)
    run_job("deliver_due")
    assert NAME in everything(session)
    deliver(erasure(user, student))
    session.expire_all()
    assert [word for word in (NAME, ADDRESS) if word in everything(session)] == []
    assert "Baraka" in everything(session), "others keep what was written to them"
    (answer,) = published(ErasureDone)
    assert {"deliveries", "inbox"} <= set(dict(answer.erased))


def elsewhere_until() -> Any:
    from datetime import UTC, datetime

    return datetime(2030, 1, 1, tzinfo=UTC)


def test_nothing_more_is_written_to_who_was_erased(
    elsewhere: Any, mailbox: Any, deliver: Any, run_job: Any, session: Any
) -> None:
    user = new_id()
    deliver(erasure(user), UserRegistered(user_id=user, email=ADDRESS, name=NAME))
    run_job("deliver_due")
    assert session.scalar(text("select count(*) from deliveries")) == 0
    assert NAME not in everything(session)


def test_an_objection_stops_organizations_messages(
    elsewhere: Any, mailbox: Any, send: Any, run_job: Any, deliver: Any
) -> None:
    user = new_id()
    elsewhere.student(name=NAME, email=ADDRESS, user_id=str(user))
    deliver(ProcessingObjected(request_id=new_id(), user_id=user, purposes=("messages",)))
    send(channels=["email", "in_app"])
    run_job("deliver_due")
    assert mailbox.mails == []


def test_who_asked_is_mailed_when_there_is_an_answer(mailbox: Any, elsewhere: Any, deliver: Any, run_job: Any) -> None:
    told = {"request_id": new_id(), "user_id": new_id(), "email": ADDRESS}
    deliver(DataRequestAnswered(**told, right="access", state="done"))
    run_job("deliver_due")
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Your copy is ready"
    assert NAME not in str(mail)
