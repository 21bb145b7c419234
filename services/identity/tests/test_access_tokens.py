"""Access tokens: what they say, which keys sign them, and what does not pass for one."""

import base64
import json
import time
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from environs import Env, EnvError
from jwt.algorithms import RSAAlgorithm

from chassis.auth import AUDIENCE, TokenVerifier
from identity.clients.signer import Signer
from identity.settings import token_lives


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.fixture
def signer(database):
    return database.provided[Signer]


@pytest.fixture
def me(client):
    def ask(token):
        return client.get("/api/v1/auth/me/", headers={"Authorization": f"Bearer {token}"}).status_code

    return ask


@pytest.fixture
def claims(sign_up):
    return jwt.decode(
        sign_up("amina@example.org", "sponsor").access_token, options={"verify_signature": False}, audience=AUDIENCE
    )


def test_a_token_says_what_was_agreed_and_nothing_else(sign_up):
    amina = sign_up("amina@example.org", "sponsor")

    header = jwt.get_unverified_header(amina.access_token)
    claims = jwt.decode(amina.access_token, options={"verify_signature": False})

    assert set(header) == {"alg", "typ", "kid"}
    assert (header["alg"], header["typ"]) == ("RS256", "at+jwt")
    library = {"fresh", "type"}
    assert set(claims) - library == {"iss", "aud", "sub", "sid", "iat", "exp", "jti", "org", "org_kind", "perms"}
    assert (claims["iss"], claims["aud"], claims["sub"]) == ("ufadhili", "ufadhili", amina.id)
    assert (claims["org"], claims["org_kind"]) == (amina.organization["id"], "sponsor")
    assert claims["exp"] - claims["iat"] == 900


def test_rights_in_one_cohort_are_told_apart(sign_up, join):
    cohort = str(uuid4())
    baraka = join(sign_up("amina@example.org", "sponsor"), "baraka@example.org", "sponsor_staff", cohort)

    claims = jwt.decode(baraka.access_token, options={"verify_signature": False})

    assert claims["perms"] == []
    assert claims["narrow"] == {cohort: ["cohorts.read", "consents.check", "dashboard.view", "messages.send"]}


def test_who_acts_for_nobody_has_no_organization_in_the_token(sign_up):
    claims = jwt.decode(sign_up("student@example.org").access_token, options={"verify_signature": False})

    assert "org" not in claims
    assert "org_kind" not in claims


@pytest.mark.env(ACCESS_TOKEN_MINUTES="5")
def test_how_long_it_holds_is_a_setting(sign_up, later):
    amina = sign_up("amina@example.org")
    assert amina.get("/me/").status_code == 200

    later(301)

    assert amina.get("/me/").status_code == 401


def test_the_published_keys_verify_what_is_issued(client, sign_up):
    amina = sign_up("amina@example.org")

    answer = client.get("/.well-known/jwks.json")

    assert answer.headers["Cache-Control"] == "public, max-age=300"
    [key] = answer.json["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
    verifier = TokenVerifier(lambda: answer.json, (AUDIENCE,))
    assert verifier.claims(amina.access_token)["sub"] == amina.id


def test_an_unsigned_token_is_nobodys(me, claims):
    header = {"alg": "none", "typ": "at+jwt", "kid": "any"}

    assert me(f"{part(header)}.{part(claims)}.") == 401
    assert me(f"{part(header)}.{part(claims)}.AAAA") == 401


def test_the_public_key_is_no_shared_secret(me, claims, signer):
    import hashlib
    import hmac

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = signer.keys.signer()
    pem = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': key.kid})}.{part(claims)}"
    signature = base64.urlsafe_b64encode(hmac.digest(pem, signed.encode(), hashlib.sha256)).rstrip(b"=").decode()

    assert me(f"{signed}.{signature}") == 401


@pytest.mark.parametrize("typ", ["JWT", "jwt", "application/at+jwt", "refresh", None])
def test_a_token_of_another_type_is_none(me, claims, signer, typ):
    assert me(signer.keys.sign(claims, typ)) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "billing"},
        {"aud": None},
        {"iss": "somebody"},
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"sub": None},
        {"sub": "not an id"},
        {"org": "not an id"},
    ],
)
def test_claims_that_are_not_ours_are_refused(me, claims, signer, change):
    changed = {name: value for name, value in {**claims, **change}.items() if value is not None}

    assert me(signer.keys.sign(changed, "at+jwt")) == 401


def test_a_token_without_a_living_session_is_dead(me, claims, signer):
    assert me(signer.keys.sign({**claims, "sid": str(uuid4())}, "at+jwt")) == 401
    assert me(signer.keys.sign({**claims, "sub": str(uuid4())}, "at+jwt")) == 401


def test_a_key_nobody_published_signs_nothing(me, claims, signer):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    for kid in (signer.keys.signer().kid, "unknown"):
        token = jwt.encode(claims, other, "RS256", headers={"typ": "at+jwt", "kid": kid})
        assert me(token) == 401


def test_a_key_brought_along_is_not_used(me, claims):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = RSAAlgorithm.to_jwk(other.public_key(), as_dict=True)
    headers = {"typ": "at+jwt", "kid": "mine", "jwk": jwk, "jku": "https://evil.example.org/jwks.json"}

    assert me(jwt.encode(claims, other, "RS256", headers=headers)) == 401


def test_one_token_has_one_spelling(me, sign_up):
    token = sign_up("amina@example.org").access_token
    header, payload, signature = token.split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = signature[:-1] + last[last.index(signature[-1]) + 1]

    assert me(token) == 200
    assert me(f"{header}.{payload}.{twin}") == 401
    assert me(f"{token}=") == 401
    assert me(f"{header}.{payload}.{signature}.") == 401


def test_a_services_token_is_no_persons(client, as_service, sign_up):
    sign_up("amina@example.org")

    assert client.get("/api/v1/auth/me/", headers=as_service("billing")).status_code == 403


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b", "Bearer a.b.c", "Bearer " + "x" * 20_000]
)
def test_what_is_no_token_at_all_is_refused(client, header):
    assert client.get("/api/v1/auth/me/", headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize("minutes", ["0", "61"])
def test_no_token_outlives_what_the_gateway_remembers_of_ended_sessions(monkeypatch, minutes):
    monkeypatch.setenv("ACCESS_TOKEN_MINUTES", minutes)
    with pytest.raises(EnvError):
        token_lives(Env())
