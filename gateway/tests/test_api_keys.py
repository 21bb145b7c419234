"""API keys at the door: exchanged once, in either dress, and gone when they are revoked."""

import base64
import logging
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.ids import new_id
from chassis.testing import token

COHORTS = "/api/v1/programs/cohorts/"
KEY = "ufa_" + "A" * 43
ID = str(new_id())


def bearer(key=KEY):
    return {"Authorization": f"Bearer {key}"}


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


@pytest.fixture
def exchanged(behind):
    """The token that the key is exchanged for."""
    behind.keys[KEY] = token(sub=ID, sid=ID, org=str(new_id()), perms=["records.write"])
    return behind.keys[KEY]


def seen(behind):
    return [{name.lower(): value for name, value in one["headers"].items()}["authorization"] for one in behind.seen]


@pytest.mark.parametrize(
    "header", [bearer(), basic("moodle", KEY), basic(ID, KEY), basic("", KEY), basic(KEY, ""), basic("\u00e9", KEY)]
)
def test_the_service_gets_a_token_and_never_the_key(client, behind, exchanged, header):
    assert client.get(COHORTS, headers=header).status_code == 200

    assert seen(behind) == [f"Bearer {exchanged}"]
    assert KEY not in str(behind.seen)


def test_a_key_is_exchanged_once(client, behind, exchanged):
    for header in (bearer(), basic("a", KEY), bearer()):
        assert client.get(COHORTS, headers=header).status_code == 200
    assert client.get("/api/v1/xapi/about", headers=bearer()).status_code == 200

    assert len(behind.exchanges) == 1


def test_those_who_come_at_once_wait_for_one_exchange(gateway, behind, exchanged):
    behind.exchange_seconds = 0.05

    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(lambda: gateway.test_client().get(COHORTS, headers=bearer()).status_code) for _ in range(8)
        ]

    assert [one.result() for one in asked] == [200] * 8
    assert len(behind.exchanges) == 1


def test_a_token_about_to_end_is_exchanged_anew(client, behind, exchanged):
    behind.key_seconds = 4

    client.get(COHORTS, headers=bearer())
    client.get(COHORTS, headers=bearer())

    assert len(behind.exchanges) == 2


def test_a_revoked_key_is_refused_once_identity_has_said_so(gateway, client, behind, exchanged):
    assert client.get(COHORTS, headers=bearer()).status_code == 200
    behind.revoked.append(ID)
    behind.keys.clear()
    gateway.extensions["revocations"].poll()

    assert [client.get(COHORTS, headers=bearer()).status_code for _ in range(2)] == [401, 401]
    # The token was forgotten with the first refusal, so the second asked again and heard no.
    assert (len(behind.seen), len(behind.exchanges)) == (1, 2)


@pytest.mark.parametrize(
    "header",
    [
        bearer(KEY[:-1]), bearer(KEY + "A"), bearer(KEY[:-1] + "="), bearer("ufa_"), bearer("UFA_" + "A" * 43),
        basic("ufa_", ""), basic("a", KEY + ":"), basic("a", "password"), {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + base64.b64encode(b"\xff\xfe").decode()}, {"Authorization": f"Token {KEY}"},
    ],
)  # fmt: skip
def test_what_is_no_key_is_not_even_asked_for(client, behind, exchanged, header):
    answer = client.get(COHORTS, headers=header)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert (behind.exchanges, behind.seen) == ([], [])


def test_guessing_is_limited_by_address(make_gateway, behind, exchanged):
    client = make_gateway(sign_in_limit="3/minute").test_client()
    guesses = [bearer("ufa_" + f"{number:043}") for number in range(5)]

    answers = [client.get(COHORTS, headers=guess) for guess in guesses]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert len(behind.exchanges) == 3


def test_a_key_in_use_is_no_guess(make_gateway, behind, exchanged):
    client = make_gateway(sign_in_limit="1/minute").test_client()

    assert [client.get(COHORTS, headers=bearer()).status_code for _ in range(5)] == [200] * 5


def test_identity_away_is_said_and_not_taken_for_a_wrong_key(client, behind, exchanged):
    behind.exchange_status = 500
    assert client.get(COHORTS, headers=bearer()).status_code == 503

    behind.exchange_status = 401
    assert client.get(COHORTS, headers=bearer()).status_code == 503

    behind.exchange_status = 0
    assert client.get(COHORTS, headers=bearer()).status_code == 200


def test_a_key_is_in_no_answer_and_no_log(client, behind, exchanged, caplog, capsys):
    with caplog.at_level(logging.DEBUG):
        answers = [client.get(COHORTS, headers=one) for one in (bearer(), bearer(KEY[:-1] + "B"), bearer(KEY + "x"))]

    told = caplog.text + "".join(capsys.readouterr()) + "".join(answer.text + str(answer.headers) for answer in answers)
    assert KEY[:-1] not in told


def test_what_is_kept_is_bounded(monkeypatch):
    from gateway import api_keys

    monkeypatch.setattr(api_keys, "_KEPT", 3)
    keys = api_keys.ApiKeys(lambda key: {"access_token": key, "expires_in": 900})
    for number in range(10):
        keys.bearer_for(f"Bearer ufa_{number:043}", lambda: None)
    assert len(keys._held) == 3
    assert not any(b"ufa_" in digest for digest in keys._held)
    assert time.monotonic() < next(iter(keys._held.values())).until


def test_a_key_reads_no_student_whoever_consented_to_its_organization(client, behind, exchanged):
    student = str(new_id())
    behind.granted.add(student)

    answer = client.get(f"/api/v1/programs/students/{student}/progress/", headers=bearer())

    assert (answer.status_code, answer.json["code"]) == (403, "consent_required")
    assert (behind.questions, behind.seen) == ([], [])
