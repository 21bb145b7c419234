"""Signing keys from first to last: made, published, signing, verifying, gone; by the command, seen over HTTP."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from chassis.auth import AUDIENCE, TokenVerifier
from chassis.check.points import Point, Situation
from chassis.errors import Unauthenticated
from identity.checks import client_secrets, signing_keys
from identity.clients.key_files import PUBLISHED_FIRST, key_files
from identity.clients.signer import Signer
from identity.clients.signing_keys import SigningKeys
from identity.settings import Settings


def keys(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m identity keys …`` with nothing but the folder in its environment, as compose runs it."""
    environment = {"PATH": os.environ["PATH"], "SIGNING_KEYS_DIR": str(folder)}
    command = [sys.executable, "-m", "identity", "keys", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def made(folder: Path, age: timedelta) -> Path:
    """A key that has signed for so long."""
    keys(folder, "add", "--now")
    path = max(folder.glob("*.pem"), key=lambda path: path.stat().st_mtime_ns)
    return path.rename(folder / f"{datetime.now(UTC) - age:%Y%m%dT%H%M%SZ}.pem")


def test_the_first_key_is_made_once_and_signs_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    assert keys(folder, "ensure").returncode == 0
    assert keys(folder, "ensure").stdout == "There is a key already.\n"
    [path] = folder.iterdir()
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert SigningKeys(folder).sign({"sub": "x"}, "at+jwt")


def test_a_new_key_is_published_first_and_signs_when_every_verifier_can_know_it(
    client: Any, settings: Settings, app: Any, ask: Callable[[], str], later: Callable[[float], None]
) -> None:
    before = {path.name for path in settings.signing_keys_dir.iterdir()}
    signer = app.extensions["database"].provided[Signer].keys
    old = kid(ask())
    try:
        assert "It signs from" in keys(settings.signing_keys_dir, "add").stdout
        signer.look_again()
        published = [key["kid"] for key in client.get("/.well-known/jwks.json").json["keys"]]
        assert len(published) == 2
        assert kid(ask()) == old
        later(PUBLISHED_FIRST.total_seconds() + 1)
        assert kid(ask()) in set(published) - {old}
    finally:
        for path in settings.signing_keys_dir.iterdir():
            if path.name not in before:
                path.unlink()
        signer.look_again()


@pytest.mark.long  # each command is a process
def test_a_key_goes_when_its_last_token_has_ended_and_not_before(tmp_path: Path) -> None:
    made(tmp_path, timedelta(hours=2))
    made(tmp_path, timedelta(minutes=5))
    assert "verifies until" in keys(tmp_path, "list").stdout
    assert keys(tmp_path, "retire").stdout == "No key may be dropped yet. See: keys list\n"
    newest, _ = key_files(tmp_path)
    newest.path.rename(tmp_path / f"{datetime.now(UTC) - timedelta(minutes=20):%Y%m%dT%H%M%SZ}.pem")
    assert "may be retired" in keys(tmp_path, "list").stdout
    assert keys(tmp_path, "retire").stdout.startswith("Dropped ")
    assert len(key_files(tmp_path)) == 1


@pytest.mark.long  # each command is a process
def test_a_leaked_key_is_dropped_by_force_and_the_one_that_signs_never(tmp_path: Path) -> None:
    made(tmp_path, timedelta(hours=2))
    leaked = SigningKeys(tmp_path).signer()
    refused = keys(tmp_path, "retire", leaked.kid, "--force")
    assert (refused.returncode, "Make its successor first" in refused.stderr) == (1, True)
    keys(tmp_path, "add", "--now")
    refused = keys(tmp_path, "retire", leaked.kid)
    assert (refused.returncode, "--force ends them now" in refused.stderr) == (1, True)
    assert keys(tmp_path, "retire", leaked.kid[:10], "--force").returncode == 0
    assert [key["kid"] for key in SigningKeys(tmp_path).jwks()["keys"]] != [leaked.kid]
    assert len(key_files(tmp_path)) == 1


def test_a_key_taken_back_verifies_nothing_after_five_minutes(
    tmp_path: Path, new_key: Callable[[Path, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    leaked = new_key(tmp_path, "20200101T000000Z")
    folder = SigningKeys(tmp_path)
    verifier = TokenVerifier(folder.jwks, (AUDIENCE,))
    claims = {"iss": "ufadhili", "aud": AUDIENCE, "sub": "x", "client_id": "x", "iat": 1, "exp": 2**33}
    token = folder.sign(claims, "at+jwt")
    assert verifier.claims(token)["sub"] == "x"
    new_key(tmp_path, "20200102T000000Z")
    leaked.unlink()
    folder.look_again()
    assert verifier.claims(token)["sub"] == "x"
    monkeypatch.setattr("chassis.auth._KEEP_SECONDS", 0.0)
    with pytest.raises(Unauthenticated):
        verifier.claims(token)


def test_while_identity_does_not_answer_known_keys_go_on(
    tmp_path: Path, new_key: Callable[[Path, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = new_key(tmp_path, "20200101T000000Z")
    folder = SigningKeys(tmp_path)
    verifier = TokenVerifier(folder.jwks, (AUDIENCE,))
    claims = {"iss": "ufadhili", "aud": AUDIENCE, "sub": "x", "client_id": "x", "iat": 1, "exp": 2**33}
    token = folder.sign(claims, "at+jwt")
    assert verifier.claims(token)["sub"] == "x"
    path.unlink()
    folder.look_again()
    monkeypatch.setattr("chassis.auth._KEEP_SECONDS", 0.0)
    assert verifier.claims(token)["sub"] == "x"


@pytest.mark.env(CLIENT_SECRETS="billing:an-older-secret,billing:a-newer-secret,gateway:gateway:secret")
@pytest.mark.parametrize(("secret", "status"), [("an-older-secret", 200), ("a-newer-secret", 200), ("neither", 401)])
def test_while_a_secret_changes_the_old_and_the_new_one_hold(client: Any, secret: str, status: int) -> None:
    answer = client.post(
        "/internal/token", auth=("billing", secret), data={"grant_type": "client_credentials", "audience": "privacy"}
    )
    assert answer.status_code == status


def test_the_checklist_tells_of_keys_that_are_missing_open_weak_or_old(tmp_path: Path, settings: Settings) -> None:
    from dataclasses import replace

    situation = Situation("identity", replace(settings, signing_keys_dir=tmp_path), {})

    def told() -> list[tuple[str, str]]:
        return [(point.state, point.why) for point in signing_keys(situation)]

    assert told() == [("FAIL", "SIGNING_KEYS_DIR holds none: nobody can sign in")]
    worker = Situation("identity", replace(settings, signing_keys_dir=tmp_path / "nowhere"), {})
    assert [point.state for point in signing_keys(worker)] == ["warn"]
    keys(tmp_path, "ensure")
    assert [state for state, _ in told()] == ["ok", "ok"]
    [path] = tmp_path.glob("*.pem")
    path.chmod(0o644)
    assert told()[0] == ("FAIL", f"others may read {path.name}")
    path.chmod(0o600)
    path = path.rename(tmp_path / "20200101T000000Z.pem")
    assert told()[1][0] == "warn"
    path.write_text("no key")
    assert told()[0] == ("FAIL", "20200101T000000Z.pem holds no RSA key in PEM")


@pytest.mark.env(CLIENT_SECRETS="billing:an-older-secret,billing:a-newer-secret,gateway:gateway:secret")
def test_the_checklist_tells_of_secrets_still_changing(settings: Settings) -> None:
    [point] = client_secrets(Situation("identity", settings, {}))
    assert point == Point("client secrets", "warn", "two are accepted of billing", point.do)


def kid(token: str) -> str:
    """Which key signed it."""
    return str(jwt.get_unverified_header(token)["kid"])


@pytest.fixture
def ask(client: Any) -> Callable[[], str]:
    """A token, as a service asks for it."""

    def call() -> str:
        form = {"grant_type": "client_credentials", "audience": "privacy"}
        answer = client.post("/internal/token", auth=("billing", "billing-secret"), data=form)
        assert answer.status_code == 200, answer.text
        return str(answer.json["access_token"])

    return call
