"""The folder of signing keys: the newest signs, all verify, and what is no key is left out."""

import time

import jwt
import pytest

from chassis.auth import AUDIENCE, TokenVerifier
from chassis.errors import Unauthenticated
from identity.clients.signing_keys import LOOK_SECONDS, SigningKeys
from identity.errors import NoSigningKey


def test_a_key_dropped_in_signs_within_a_minute_and_the_old_one_still_verifies(tmp_path, new_key, later):
    new_key(tmp_path, "2026-10")
    keys = SigningKeys(tmp_path)
    before = keys.signer()
    assert LOOK_SECONDS <= 60

    new_key(tmp_path, "2026-11")
    keys.look_again()

    assert keys.signer().kid != before.kid
    assert {key["kid"] for key in keys.jwks()["keys"]} == {before.kid, keys.signer().kid}
    verifier = TokenVerifier(keys.jwks, (AUDIENCE,))
    old = jwt.encode(
        {"iss": "ufadhili", "aud": AUDIENCE, "sub": "x", "client_id": "x", "iat": 1, "exp": int(time.time()) + 60},
        before.private,
        "RS256",
        headers={"typ": "at+jwt", "kid": before.kid},
    )
    assert verifier.claims(old)["sub"] == "x"


def test_a_key_taken_away_verifies_nothing_new(tmp_path, new_key):
    path = new_key(tmp_path, "2026-10")
    keys = SigningKeys(tmp_path)
    token = keys.sign(
        {"iss": "ufadhili", "aud": AUDIENCE, "sub": "x", "client_id": "x", "iat": 1, "exp": 2**33}, "at+jwt"
    )
    new_key(tmp_path, "2026-11")
    path.unlink()
    keys.look_again()

    with pytest.raises(Unauthenticated):
        TokenVerifier(keys.jwks, (AUDIENCE,)).claims(token)


def test_files_that_hold_no_key_are_left_out(tmp_path, new_key):
    good = new_key(tmp_path, "good")
    (tmp_path / "broken.pem").write_text("no key at all")
    (tmp_path / "notes.txt").write_text(good.read_text())

    assert len(SigningKeys(tmp_path).jwks()["keys"]) == 1


def test_without_a_key_nothing_is_signed(tmp_path):
    keys = SigningKeys(tmp_path / "missing")

    assert keys.jwks() == {"keys": []}
    with pytest.raises(NoSigningKey):
        keys.sign({}, "at+jwt")
