"""A run can be taken up from its file; the mailbox gives each letter once to whom it is for."""

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from star.errors import Stopped
from star.mailbox import Mailbox
from star.run import Run, open_run


def test_a_run_taken_up_has_the_same_keys_and_passwords(tmp_path: Path) -> None:
    run = Run.new("http://localhost:8000", 3)
    run.write(tmp_path / "demo" / "run.json")
    resumed = Run.read(tmp_path / "demo" / "run.json")
    assert resumed == run
    assert resumed.key("cohort", 5) == run.key("cohort", 5)
    assert resumed.password("a@example.org") == run.password("a@example.org")


def test_every_run_is_another(tmp_path: Path) -> None:
    one, other = Run.new("http://localhost:8000", 3), Run.new("http://localhost:8000", 3)
    assert one.id != other.id
    assert one.password("a@example.org") != other.password("a@example.org")


def test_nobody_else_may_read_a_run(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    Run.new("http://localhost:8000", 3).write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": 1, "surplus": 2}'])
def test_a_file_that_holds_no_run_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    with pytest.raises(Stopped, match="does not hold a run"):
        Run.read(path)


def test_nothing_to_resume_is_said(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="no run to resume"):
        Run.read(tmp_path / "run.json")


def test_a_run_that_was_kept_goes_on_wherever_the_system_now_is(tmp_path: Path) -> None:
    kept = Run.new("http://localhost:8000", 3)
    kept.write(tmp_path / "run.json")
    assert open_run(Run.new("http://localhost:9000", 3), tmp_path / "run.json") == replace(
        kept, base_url="http://localhost:9000"
    )


def test_another_run_begins_when_there_is_none_or_it_is_of_another_kind(tmp_path: Path) -> None:
    kept, wanted = Run.new("http://localhost:8000", 3), Run.new("http://localhost:8000", 4)
    assert open_run(wanted, tmp_path / "run.json") == wanted
    kept.write(tmp_path / "run.json")
    assert open_run(wanted, tmp_path / "run.json") == wanted
    wanted = Run.new("http://localhost:8000", 3, imported=5)
    assert open_run(wanted, tmp_path / "run.json") == wanted


def test_a_run_that_is_too_old_to_go_on_with_is_only_looked_at_once_it_is_finished(tmp_path: Path) -> None:
    days_ago = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    old, wanted = replace(Run.new("http://localhost:8000", 3), began_at=days_ago), Run.new("http://localhost:8000", 3)
    old.write(tmp_path / "run.json")
    assert open_run(wanted, tmp_path / "run.json") == wanted
    replace(old, finished=True).write(tmp_path / "run.json")
    assert open_run(wanted, tmp_path / "run.json") == replace(old, finished=True)


def put(folder: Path, name: str, to: str, text: str) -> None:
    letter = EmailMessage()
    letter["To"], letter["Subject"] = to, "An invitation"
    letter.set_content(text)
    (folder / f"{name}.eml").write_bytes(letter.as_bytes())


def test_the_newest_invitation_of_an_address_is_found(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    put(tmp_path, "1", "Mother <mother@example.org>", "http://localhost:8000/api/v1/auth/invitations/first/accept/")
    put(tmp_path, "2", "other@example.org", "http://localhost:8000/api/v1/auth/invitations/no/accept/")
    assert mailbox.invitation_to("mother@example.org") == "first"
    put(tmp_path, "3", "MOTHER@example.org", "Please open http://localhost/api/v1/auth/invitations/second/accept/.")
    assert mailbox.invitation_to("mother@example.org") == "second"
    assert mailbox.invitation_to("father@example.org") is None


def test_a_mailbox_that_is_not_here_says_so(tmp_path: Path) -> None:
    assert Mailbox(tmp_path).is_readable()
    assert not Mailbox(tmp_path / "nowhere").is_readable()
