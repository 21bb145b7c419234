"""Whoever refreshes and is cut off at any step refreshes again, and stays signed in."""

import pytest
from cryptography.hazmat.primitives import serialization
from sqlalchemy import text

from chassis.database import SYSTEM
from chassis.testing import KEY
from faults.kills import killed
from identity.app import SERVICE

LIVE = (
    text("select count(*) from sessions where revoked_at is null"),
    text("select count(*) from refresh_tokens where used_at is null"),
)


@pytest.fixture
def service(tmp_path, monkeypatch):
    plain = serialization.NoEncryption()
    pem = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "first.pem").write_bytes(pem)
    (keys / "first.pem").chmod(0o600)
    monkeypatch.setenv("SIGNING_KEYS_DIR", str(keys))
    monkeypatch.setenv("CLIENT_SECRETS", "gateway:gateway-secret")
    return SERVICE


def test_killed_before_any_step_of_a_refresh_nobody_is_logged_out(committing, record_property):
    def post(path, **body):
        return committing.app.test_client().post(f"/api/v1/auth/{path}", json=body)

    person = {"email": "amina@example.org", "name": "Amina", "password": "a long enough passphrase 7"}
    answer = post("signup/", **person)
    assert answer.status_code == 201, answer.text
    token, step, logged_out, too_many = answer.json["tokens"]["refresh_token"], 1, 0, 0
    while killed(committing.database, step, lambda _, token=token: post("refresh", refresh_token=token)):
        again = post("refresh", refresh_token=token)
        logged_out += again.status_code != 200
        with committing.database.transaction(SYSTEM) as session:
            too_many += max(session.scalar(count) for count in LIVE) - 1
        assert again.status_code == 200, (step, again.text)
        token, step = again.json["refresh_token"], step + 1
    assert step > 5, "no refresh has so few steps"
    record_property("kills", step - 1)
    record_property("logged_out", logged_out)
    record_property("families_too_many", too_many)
    assert too_many == 0
