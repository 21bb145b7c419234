"""Guessing passwords: an address is locked after five failures, ever longer, whether anybody has it or not."""

from concurrent.futures import ThreadPoolExecutor

import pytest

WRONG = "a wrong but long passphrase"


@pytest.fixture
def guess(client):
    def attempt(email, password=WRONG):
        return client.post("/api/v1/auth/login", json={"email": email, "password": password})

    return attempt


@pytest.mark.parametrize("address", ["amina@example.org", "nobody@example.org"])
def test_the_sixth_guess_is_not_looked_at(sign_up, guess, address):
    sign_up("amina@example.org")

    statuses = [guess(address).status_code for _ in range(6)]
    locked = guess(address)

    assert statuses == [401] * 5 + [429]
    assert locked.json["code"] == "too_many_attempts"
    assert 1 <= int(locked.headers["Retry-After"]) <= 31


def test_not_even_the_right_password_opens_a_locked_address(sign_up, guess):
    amina = sign_up("amina@example.org")
    for _ in range(5):
        guess(amina.email)

    assert guess(amina.email, amina.password).status_code == 429


def test_the_lock_opens_by_itself_and_the_next_one_is_longer(sign_up, guess, later):
    amina = sign_up("amina@example.org")
    for _ in range(5):
        guess(amina.email)

    later(31)
    assert guess(amina.email).status_code == 401
    assert 31 <= int(guess(amina.email).headers["Retry-After"]) <= 61

    later(61)
    assert guess(amina.email, amina.password).status_code == 200


def test_the_lock_is_never_longer_than_a_quarter_of_an_hour(sign_up, guess, later):
    amina = sign_up("amina@example.org")
    for _ in range(20):
        guess(amina.email)
        later(901)
    guess(amina.email)

    assert int(guess(amina.email).headers["Retry-After"]) <= 901


def test_the_right_password_forgets_what_failed_before(sign_up, guess):
    amina = sign_up("amina@example.org")
    for _ in range(4):
        guess(amina.email)
    guess(amina.email, amina.password)

    assert [guess(amina.email).status_code for _ in range(4)] == [401] * 4


def test_one_address_locked_leaves_the_others_open(sign_up, guess):
    amina, baraka = sign_up("amina@example.org"), sign_up("baraka@example.org")
    for _ in range(6):
        guess(amina.email)

    assert guess(baraka.email, baraka.password).status_code == 200


@pytest.mark.env(LOCKOUT_FAILURES="2")
def test_how_many_are_allowed_is_a_setting(guess):
    assert [guess("nobody@example.org").status_code for _ in range(3)] == [401, 401, 429]


def test_guesses_at_the_same_moment_are_counted_one_by_one(committing):
    def attempt(_):
        body = {"email": "nobody@example.org", "password": WRONG}
        return committing.client.post("/api/v1/auth/login", json=body).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(attempt, range(32)))

    assert statuses.count(401) == 5
    assert statuses.count(429) == 27


def test_many_right_passwords_at_the_same_moment_lock_nobody(committing, sign_up):
    amina = sign_up("amina@example.org", through=committing.client)

    def enter(_):
        body = {"email": amina.email, "password": amina.password}
        return committing.client.post("/api/v1/auth/login", json=body).status_code

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(enter, range(32))) == {200}


def test_a_right_guess_among_too_many_wrong_ones_at_once_does_not_open(committing, sign_up, monkeypatch):
    """The right password was being looked at while others locked the address: the door is closed all the same."""
    amina = sign_up("amina@example.org", through=committing.client)

    def guess(password):
        return committing.client.post("/api/v1/auth/login", json={"email": amina.email, "password": password})

    def slowly(password, kept):
        monkeypatch.undo()
        for _ in range(5):
            assert guess(WRONG).status_code == 401
        return True

    monkeypatch.setattr("identity.usecases.log_in.matches", slowly)

    assert guess(amina.password).status_code == 429
