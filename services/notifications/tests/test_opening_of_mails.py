"""That a mail was opened is noted only of adults who allow it: one moment, and nothing of where."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
import responses
from sqlalchemy import text

from contracts.events.notifications import MessageOpened

WISHES = "/api/v1/notifications/preferences/"
PICTURE = re.compile(r'src="http://localhost:8000(/o/[A-Za-z0-9_.-]+\.gif)"')


class PrivacyAnswers:
    """Privacy, knowing some adults."""

    def __init__(self) -> None:
        self.adults: list[str] = []
        self.status = 200
        self.asked: list[list[str]] = []

    def __call__(self, request: Any) -> tuple[int, dict[str, str], str]:
        self.asked.append(json.loads(request.body)["user_ids"])
        known = [user for user in self.asked[-1] if user in self.adults]
        return self.status, {}, json.dumps({"adults": known})


@pytest.fixture
def privacy(elsewhere: Any, stub: responses.RequestsMock) -> PrivacyAnswers:
    found = PrivacyAnswers()
    stub.add_callback("POST", "http://privacy.test/internal/adults", found)
    return found


@pytest.fixture
def reader(elsewhere: Any, privacy: PrivacyAnswers, client: Any, as_: Any) -> UUID:
    """An adult with an account who allows it."""
    user: UUID = elsewhere.user_of(elsewhere.student())
    privacy.adults = [str(user)]
    assert client.put(WISHES, json={"open_tracking": True}, headers=as_(user=user)).json["open_tracking"] is True
    return user


@pytest.fixture
def picture(send: Any, mailbox: Any, run_job: Any) -> Any:
    """``picture()`` writes by mail; the path of the last mail's picture, or None."""

    def write() -> str | None:
        send(channels=["email"])
        run_job("deliver_due")
        html = mailbox.mails[-1].get_body(("html",)).get_content()
        found = PICTURE.search(html)
        assert html.count("<img") == bool(found)
        return found[1] if found else None

    return write


def test_an_adult_who_allows_it_is_seen_to_open_once(
    reader: UUID, picture: Any, client: Any, published: Any, session: Any
) -> None:
    path = picture()
    for _ in range(3):
        answer = client.get(path, headers={"User-Agent": "Reader 1.0"}, environ_base={"REMOTE_ADDR": "203.0.113.7"})
        assert (answer.status_code, answer.content_type) == (200, "image/gif")
        assert answer.data[:6] == b"GIF89a"
        assert "no-store" in answer.headers["Cache-Control"]
    assert session.scalar(text("select state from deliveries")) == "opened"
    assert [event.channel for event in published(MessageOpened)] == ["email"]
    kept = str(session.execute(text("select d.*, o.data from deliveries d, outbox o")).all())
    assert "203.0.113.7" not in kept
    assert "Reader" not in kept


@pytest.mark.parametrize("why", ["minor", "never asked", "no account", "privacy is down", "privacy talks nonsense"])
def test_of_nobody_else_anything_is_noted(
    *, reader: UUID, privacy: PrivacyAnswers, elsewhere: Any, client: Any, as_: Any, picture: Any, why: str
) -> None:
    if why == "minor":
        privacy.adults = []
    elif why == "never asked":
        client.put(WISHES, json={"open_tracking": False}, headers=as_(user=reader))
    elif why == "no account":
        elsewhere.recipients[0]["user_id"] = None
    else:
        privacy.status = 503 if why == "privacy is down" else 418
    assert picture() is None
    asked = why in ("minor", "privacy is down", "privacy talks nonsense")
    assert bool(privacy.asked) is asked, "who does not allow it is not even asked about"


def test_a_change_of_mind_holds_for_mails_that_have_left(
    *, reader: UUID, picture: Any, client: Any, as_: Any, published: Any
) -> None:
    path = picture()
    client.put(WISHES, json={"open_tracking": False}, headers=as_(user=reader))
    assert client.get(path).status_code == 200
    assert published(MessageOpened) == []


def test_a_forged_token_gets_the_same_picture_and_changes_nothing(
    reader: UUID, picture: Any, client: Any, session: Any
) -> None:
    path = picture()
    real = client.get(path + "x").status_code, client.get("/o/x.gif").data
    assert real == (404, client.get(path.replace("/o/", "/o/A")).data)
    assert session.scalar(text("select state from deliveries")) == "sent"


def test_a_link_for_one_thing_is_none_for_another(
    reader: UUID, picture: Any, client: Any, mailbox: Any, session: Any
) -> None:
    token = picture().removeprefix("/o/").removesuffix(".gif")
    assert client.post(f"/unsubscribe/{token}").status_code == 404
    stop = mailbox.mails[-1]["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    client.get(f"/o/{stop}.gif")
    assert session.scalar(text("select state from deliveries")) == "sent"
