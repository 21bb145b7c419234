"""An organization words our notices to its own people; versions are kept, and ours come back."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.ids import new_id
from contracts.events.identity import InvitationCreated
from contracts.events.programs import EnrollmentCompleted

TEMPLATES = "/api/v1/notifications/templates/"
INVITATION = f"{TEMPLATES}notices/invitation/email/"
COMPLETED = f"{TEMPLATES}notices/enrollment_completed/in_app/"
WORDS = {
    "subject": "Karibu {{ organization_name }}",
    "body": '<p>Click <a href="{{ url }}">here</a> by {{ expires }}. <script>alert(1)</script></p>',
    "format": "html",
}


@pytest.fixture
def manager(as_: Any, organization: UUID) -> dict[str, str]:
    headers: dict[str, str] = as_("org.manage", "messages.send", organization=organization)
    return headers


@pytest.fixture
def invite(organization: UUID, deliver: Any, run_job: Any, mailbox: Any) -> Any:
    """``invite()`` → the invitation that is mailed."""

    def mail(of: UUID = organization) -> Any:
        facts = {"organization_name": "Tumaini Trust", "email": "new@example.org", "purpose": "member"}
        ends = datetime(2026, 11, 30, tzinfo=UTC)
        deliver(InvitationCreated(invitation_id=new_id(), organization_id=of, expires_at=ends, **facts))
        known = {each["Message-ID"] for each in mailbox.mails}
        run_job("deliver_due")
        return next(each for each in mailbox.mails if each["Message-ID"] not in known)

    return mail


def test_its_own_words_go_out_and_ours_come_back(
    *, elsewhere: Any, client: Any, manager: Any, invite: Any, organization: UUID, deliver: Any
) -> None:
    assert invite()["Subject"] == "You are invited to Tumaini Trust"
    said = client.put(INVITATION, json=WORDS, headers=manager)
    assert (said.status_code, said.json["own"], said.json["version"]) == (200, True, 1)
    mail = invite()
    assert mail["Subject"] == "Karibu Tumaini Trust"
    html = mail.get_body(("html",)).get_content()
    assert 'href="http://localhost:8000/accept?token=abc"' in html
    assert "<script" not in html
    assert "30 November 2026" in html
    assert invite(new_id())["Subject"] == "You are invited to Tumaini Trust", "another organization's is ours"
    assert client.delete(INVITATION, headers=manager).status_code == 204
    assert invite()["Subject"] == "You are invited to Tumaini Trust"


def test_in_the_app_too_and_escaped(
    *, elsewhere: Any, client: Any, as_: Any, manager: Any, organization: UUID, deliver: Any, run_job: Any
) -> None:
    words = {"subject": "Hongera!", "body": "{{ recipient_name }}, {{ day }}", "format": "html"}
    client.put(COMPLETED, json=words, headers=manager)
    students = [elsewhere.student(name="Amina <b>"), elsewhere.student(name="Baraka")]
    for student in students:
        facts = {"organization_id": organization, "cohort_id": new_id(), "student_id": student}
        at = datetime(2026, 11, 22, tzinfo=UTC)
        deliver(EnrollmentCompleted(enrollment_id=new_id(), completed_at=at, **facts))
    run_job("deliver_due")
    me = as_(user=elsewhere.user_of(students[0]))
    (item,) = client.get("/api/v1/notifications/inbox/", headers=me).json["items"]
    assert item["subject"] == "Hongera!"
    assert item["html"].startswith("Amina &lt;b&gt;, 22 November 2026")


def test_every_version_is_kept_and_cannot_be_changed(client: Any, manager: Any, session: Any) -> None:
    for number in range(1, 4):
        words = {"subject": f"Version {number}", "body": "{{ url }}"}
        assert client.put(INVITATION, json=words, headers=manager).json["version"] == number
    client.delete(INVITATION, headers=manager)
    kept = session.execute(text("select version, subject from template_versions order by version")).all()
    assert kept == [(1, "Version 1"), (2, "Version 2"), (3, "Version 3")]
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text("update template_versions set subject = 'x'"))


def test_the_list_shows_how_each_reads(client: Any, manager: Any) -> None:
    client.put(INVITATION, json=WORDS, headers=manager)
    listed = client.get(f"{TEMPLATES}notices/", headers=manager).json["items"]
    found = {(item["key"], item["channel"]): item for item in listed}
    in_app = {"enrollment_completed", "sponsorship_activated", "sponsorship_ended"}
    assert set(found) == {("invitation", "email"), ("report", "email"), *((key, "in_app") for key in in_app)}
    assert found["invitation", "email"]["preview"]["subject"] == "Karibu Tumaini Trust"
    assert found["invitation", "email"]["needs"] == ["url"]
    assert found["report", "email"]["own"] is False
    assert found["report", "email"]["preview"]["subject"] == "Sponsor dashboard"
    assert client.get(TEMPLATES, headers=manager).json["total"] == 0, "not among the templates to send with"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"body": "Come!"}, "body"),
        ({"body": "{{ url }} {{ password }}"}, "body"),
        ({"subject": "{{ name }}"}, "subject"),
        ({"body": "{{ url.__class__ }}"}, "body"),
        ({"body": "{% for x in url %}{{ x }}{% endfor %}"}, "body"),
        ({"body": "{{ url | attr('x') }}"}, "body"),
        ({"format": "markdown"}, "format"),
    ],
)
def test_words_of_no_use_or_that_could_do_more_than_speak_are_refused(
    client: Any, manager: Any, words: dict[str, str], field: str, session: Any
) -> None:
    refused = client.put(INVITATION, json={**WORDS, **words}, headers=manager)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, field)
    assert session.scalar(text("select count(*) from template_versions")) == 0


def test_what_is_not_theirs_to_word_does_not_exist(client: Any, manager: Any) -> None:
    for path in ("invoice_issued/email", "password_reset/email", "invitation/sms", "page/email", "../email"):
        assert client.put(f"{TEMPLATES}notices/{path}/", json=WORDS, headers=manager).status_code == 404, path
        assert client.delete(f"{TEMPLATES}notices/{path}/", headers=manager).status_code == 404, path


def test_who_manages_words_it_and_nobody_else(client: Any, as_: Any, organization: UUID) -> None:
    sender = as_("messages.send", organization=organization)
    assert client.put(INVITATION, json=WORDS, headers=sender).status_code == 403
    assert client.delete(INVITATION, headers=sender).status_code == 403
    assert client.post(f"{INVITATION}preview/", json={}, headers=sender).status_code == 200
    assert client.get(f"{TEMPLATES}notices/", headers=as_(organization=organization)).status_code == 403


def test_a_preview_shows_words_before_anybody_reads_them(client: Any, manager: Any, session: Any) -> None:
    def preview(**body: Any) -> Any:
        return client.post(f"{INVITATION}preview/", json=body, headers=manager)

    assert preview().json["subject"] == "You are invited to Tumaini Trust"
    tried = preview(subject="Hi", body="{{ url }}", variables={"url": "https://x.example/"}).json
    assert (tried["subject"], tried["text"]) == ("Hi", "https://x.example/")
    assert tried["sms"] == {"encoding": "GSM-7", "characters": 18, "segments": 1}
    unknown = preview(variables={"amount": "1"})
    assert (unknown.status_code, unknown.json["errors"][0]["field"]) == (422, "variables.amount")
    assert preview(subject="Hi").status_code == 422
    assert preview(subject="Hi", body="{{ x }}").status_code == 422
    assert session.scalar(text("select count(*) from templates")) == 0


def test_a_template_is_previewed_changed_and_taken_away(client: Any, manager: Any, as_: Any) -> None:
    words = {"name": "Reminder", "subject": "On {{ day }}", "body": "Hi {{ recipient_name }}, see you.",
             "variables": ["day"]}  # fmt: skip
    url = f"{TEMPLATES}{client.post(TEMPLATES, json=words, headers=manager).json['id']}/"
    shown = client.post(f"{url}preview/", json={"variables": {"day": "Monday 😀"}}, headers=manager).json
    assert (shown["subject"], shown["text"]) == ("On Monday 😀", "Hi [recipient_name], see you.")
    assert client.post(f"{url}preview/", json={"variables": {"hour": "9"}}, headers=manager).status_code == 422
    changed = client.put(url, json={**words, "body": "Habari {{ recipient_name }}"}, headers=manager).json
    assert (changed["version"], changed["preview"]["text"]) == (2, "Habari [recipient_name]")
    kept = client.get(f"{url}versions/", headers=manager).json["items"]
    assert [(each["version"], each["body"]) for each in kept] == [
        (2, "Habari {{ recipient_name }}"),
        (1, "Hi {{ recipient_name }}, see you."),
    ]
    client.post(TEMPLATES, json={**words, "name": "Other"}, headers=manager)
    assert client.put(url, json={**words, "name": "Other"}, headers=manager).status_code == 409
    stranger = as_("messages.send", organization=new_id())
    for method, path in (("put", url), ("delete", url), ("get", f"{url}versions/"), ("post", f"{url}preview/")):
        body = words if method == "put" else {}
        call = getattr(client, method)
        answer = (
            call(path, headers=stranger) if method in ("get", "delete") else call(path, json=body, headers=stranger)
        )
        assert answer.status_code == 404, (method, path)
    assert client.delete(url, headers=manager).status_code == 204
    assert client.delete(url, headers=manager).status_code == 404
