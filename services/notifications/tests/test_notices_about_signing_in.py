"""A new password is a link by mail; whatever changes how somebody signs in is told to them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.ids import new_id
from contracts.events.identity import CredentialsChanged, PasswordResetRequested

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def asked() -> PasswordResetRequested:
    return PasswordResetRequested(
        reset_id=new_id(), user_id=new_id(), email="amina@example.org", name="Amina", expires_at=NOON
    )


def test_a_new_password_is_mailed_as_a_link_made_at_that_moment(
    elsewhere: Any, mailbox: Any, deliver: Any, run_job: Any
) -> None:
    event = asked()
    deliver(event, event)
    assert elsewhere.asked == [], "no link waits in a queue"
    run_job("deliver_due")
    assert elsewhere.asked == [{"purpose": "password_reset", "id": str(event.reset_id)}]
    [mail] = mailbox.mails
    assert (mail["To"], mail["Subject"]) == ("Amina <amina@example.org>", "Choose a new password")
    words = mail.get_body(("plain",)).get_content()
    assert "http://localhost:8000/accept?token=abc" in words
    assert "22 November 2026, 12:00 UTC" in words


@pytest.mark.parametrize("status", [404, 409])
def test_a_link_that_is_over_drops_the_mail(
    elsewhere: Any, mailbox: Any, deliver: Any, run_job: Any, status: int
) -> None:
    elsewhere.link = (status, {})
    deliver(asked())
    run_job("deliver_due")
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("what", "subject"),
    [
        ("password_reset", "Your password was changed"),
        ("password_changed", "Your password was changed"),
        ("account_taken_over", "Your password was changed"),
        ("totp_enabled", "An authenticator app was added to your account"),
        ("totp_disabled", "The authenticator app was removed from your account"),
        ("recovery_codes_made", "Your recovery codes were replaced"),
        ("recovery_code_used", "A recovery code was used to sign in"),
    ],
)
def test_who_signs_in_otherwise_from_now_on_is_told(
    *, mailbox: Any, deliver: Any, run_job: Any, what: str, subject: str
) -> None:
    user = new_id()
    deliver(CredentialsChanged(user_id=user, email="amina@example.org", name="Amina", what=what, changed_at=NOON))
    run_job("deliver_due")
    [mail] = mailbox.mails
    assert (mail["To"], mail["Subject"]) == ("Amina <amina@example.org>", subject)
    assert "If it was not" in mail.get_body(("plain",)).get_content()
