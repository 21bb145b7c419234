"""Refresh tokens: good once, replayed for ten seconds, deadly after."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

AT_ONCE = 20


@pytest.fixture
def refresh(client):
    def exchange(token):
        return client.post("/api/v1/auth/refresh", json={"refresh_token": token})

    return exchange


def test_a_refresh_token_is_exchanged_for_the_next(sign_up, refresh):
    amina = sign_up("amina@example.org", "sponsor")

    first = refresh(amina.refresh_token)
    second = refresh(first.json["refresh_token"])

    assert first.status_code == second.status_code == 200
    assert set(first.json) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert len({amina.refresh_token, first.json["refresh_token"], second.json["refresh_token"]}) == 3
    amina.use(second.json)
    assert amina.get("/me/").json["organization"]["id"] == amina.organization["id"]


def test_a_lost_answer_is_given_again_for_ten_seconds(sign_up, refresh, later):
    amina = sign_up("amina@example.org")
    lost = refresh(amina.refresh_token).json

    later(9)
    again = refresh(amina.refresh_token)

    assert again.status_code == 200
    assert again.json["refresh_token"] == lost["refresh_token"]
    assert refresh(again.json["refresh_token"]).status_code == 200


def test_inside_the_grace_even_a_late_copy_logs_nobody_out(sign_up, refresh):
    amina = sign_up("amina@example.org")
    first = refresh(amina.refresh_token).json["refresh_token"]
    second = refresh(first).json["refresh_token"]

    assert refresh(amina.refresh_token).json["refresh_token"] == first
    assert refresh(second).status_code == 200


@pytest.mark.parametrize("generation", range(4))
def test_a_used_token_after_the_grace_ends_the_whole_session_at_once(
    sign_up, refresh, later, generation, record_property
):
    amina = sign_up("amina@example.org")
    other_device = sign_up("amina.too@example.org")
    chain = [amina.refresh_token]
    for _ in range(4):
        chain.append(refresh(chain[-1]).json["refresh_token"])

    later(11)
    replay = refresh(chain[generation])

    assert (replay.status_code, replay.json["code"]) == (401, "refresh_refused")
    after = [*(refresh(token).status_code for token in chain), amina.get("/me/").status_code]
    record_property("replays", 1)
    record_property("alive_after_a_replay", len(after) - after.count(401))
    assert set(after) == {401}
    assert refresh(other_device.refresh_token).status_code == 200


def test_the_chain_slides_but_ends_after_ninety_days(sign_up, refresh, later):
    token = sign_up("amina@example.org").refresh_token
    for _ in range(4):
        later(20 * 86_400)
        answer = refresh(token)
        assert answer.status_code == 200
        token = answer.json["refresh_token"]

    later(11 * 86_400)

    assert refresh(token).status_code == 401


def test_a_token_left_alone_for_thirty_days_is_over(sign_up, refresh, later):
    amina = sign_up("amina@example.org")

    later(30 * 86_400 + 1)

    assert refresh(amina.refresh_token).status_code == 401


@pytest.mark.parametrize("token", ["never issued", "é", "x" * 512])
def test_an_unknown_token_is_refused(refresh, token):
    answer = refresh(token)

    assert (answer.status_code, answer.json["code"]) == (401, "refresh_refused")


@pytest.mark.parametrize("token", ["", "x" * 513, None, 7, ["a"]])
def test_what_is_no_token_is_not_valid(refresh, token):
    assert refresh(token).status_code == 422


def test_an_access_token_does_not_refresh(sign_up, refresh):
    assert refresh(sign_up("amina@example.org").access_token[:512]).status_code == 401


def test_no_refresh_token_is_kept(sign_up, refresh, session):
    amina = sign_up("amina@example.org")
    successor = refresh(amina.refresh_token).json["refresh_token"]

    kept = session.execute(text("select t::text from refresh_tokens t")).scalars().all()

    assert len(kept) == 2
    assert not any(amina.refresh_token in row or successor in row for row in kept)


@pytest.fixture
def at_once(committing):
    """Twenty refresh with the same token at the same moment: their statuses and the tokens they got."""

    def race(token):
        gate = Barrier(AT_ONCE)

        def refresh(_):
            client = committing.app.test_client()
            gate.wait()
            answer = client.post("/api/v1/auth/refresh", json={"refresh_token": token})
            return answer.status_code, answer.json.get("refresh_token")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(refresh, range(AT_ONCE)))

    return race


def live(committing):
    """Sessions that go on, and tokens that nobody has used."""
    with committing.database.transaction("system") as session:
        sessions = session.scalar(text("select count(*) from sessions where revoked_at is null"))
        return sessions, session.scalar(text("select count(*) from refresh_tokens where used_at is null"))


def test_twenty_at_the_same_moment_get_one_successor(committing, sign_up, at_once, record_property):
    token, answers, families = sign_up("amina@example.org", through=committing.client).refresh_token, [], []
    for _ in range(5):
        raced = at_once(token)
        answers += raced
        families.append(max(live(committing)))
        successors = {successor for status, successor in raced if status == 200}
        assert len(successors) == 1
        [token] = successors
    record_property("refreshes", len(answers))
    record_property("at_once", AT_ONCE)
    record_property("families_too_many", sum(families) - len(families))
    record_property("logged_out", sum(status != 200 for status, _ in answers))
    assert {status for status, _ in answers} == {200}
    assert families == [1] * 5
    last = committing.client.post("/api/v1/auth/refresh", json={"refresh_token": token})
    assert last.status_code == 200


def test_a_copy_used_by_twenty_at_once_ends_the_family_and_no_other(
    committing, sign_up, at_once, later, record_property
):
    amina = sign_up("amina@example.org", through=committing.client)
    sign_up("amina.too@example.org", through=committing.client)
    [(_, successor), *_] = at_once(amina.refresh_token)
    later(11)
    answers = at_once(amina.refresh_token) + at_once(successor)
    record_property("replays", len(answers))
    record_property("at_once", AT_ONCE)
    record_property("alive_after_a_replay", sum(status != 401 for status, _ in answers))
    record_property("families_too_many", live(committing)[0] - 1)
    assert {status for status, _ in answers} == {401}
    assert live(committing)[0] == 1


def test_a_family_ended_by_reuse_stays_ended_though_the_request_was_refused(committing, sign_up, later):
    amina = sign_up("amina@example.org", through=committing.client)
    successor = committing.client.post("/api/v1/auth/refresh", json={"refresh_token": amina.refresh_token})
    later(11)

    replay = committing.client.post("/api/v1/auth/refresh", json={"refresh_token": amina.refresh_token})
    after = committing.client.post("/api/v1/auth/refresh", json={"refresh_token": successor.json["refresh_token"]})

    assert (replay.status_code, after.status_code) == (401, 401)
