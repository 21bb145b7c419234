"""Sessions opened at the very moment in which the right to them ends."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic

import pytest
from sqlalchemy import text

from chassis.database import SYSTEM

BLOCKED = text("select exists (select from pg_stat_activity where datname = current_database() "
               "and wait_event_type = 'Lock')")  # fmt: skip


@pytest.fixture
def meanwhile(committing) -> Iterator[Callable[..., Future]]:
    """Start a request that has to wait for the open transaction; come back when it does, or has ended."""
    with ThreadPoolExecutor(1) as pool:

        def start(request):
            sent, patience = pool.submit(request), monotonic() + 10
            with committing.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
                while not (sent.done() or looking.scalar(BLOCKED)):
                    assert monotonic() < patience
            return sent

        yield start


def entering(committing, person, organization):
    def switch():
        body = {"organization_id": organization}
        return committing.client.post("/api/v1/auth/switch/", headers=person.headers, json=body)

    return switch


def test_who_is_removed_while_they_switch_stays_out(committing, sign_up, meanwhile):
    amina = sign_up("amina@example.org", "sponsor", through=committing.client)
    baraka = sign_up("baraka@example.org", through=committing.client)
    own = {"organization": amina.organization["id"], "user": baraka.id}
    with committing.database.transaction(SYSTEM) as session:
        session.execute(text("update users set email_verified_at = now()"))
    amina.post(f"/orgs/{own['organization']}/members/", email=baraka.email, role="sponsor_staff")

    with committing.database.transaction(SYSTEM) as session:
        session.execute(text("select 1 from organizations where id = :organization for update"), own)
        session.execute(text("delete from memberships where user_id = :user"), own)
        switched = meanwhile(entering(committing, baraka, own["organization"]))

    assert switched.result().status_code == 401
    assert [one["organization_id"] for one in baraka.get("/sessions/").json["items"]] == [None]


def test_a_session_that_ends_while_it_switches_leaves_no_other_behind(committing, sign_up, meanwhile):
    baraka = sign_up("baraka@example.org", through=committing.client)

    with committing.database.transaction(SYSTEM) as session:
        session.execute(text("select 1 from users for update"))
        session.execute(text("update sessions set revoked_at = now(), revoked_in = pg_current_xact_id()"))
        switched = meanwhile(entering(committing, baraka, None))

    assert switched.result().status_code == 401


def test_a_password_that_changes_while_it_opens_a_session_opens_none(committing, sign_up, meanwhile):
    baraka = sign_up("baraka@example.org", through=committing.client)
    credentials = {"email": baraka.email, "password": baraka.password}

    with committing.database.transaction(SYSTEM) as session:
        session.execute(text("select 1 from users for update"))
        session.execute(text("update users set password_hash = 'another'"))
        entered = meanwhile(lambda: committing.client.post("/api/v1/auth/login", json=credentials))

    assert (entered.result().status_code, entered.result().json["code"]) == (401, "bad_credentials")


def test_who_signs_in_while_a_second_factor_is_demanded_acts_for_nobody(committing, sign_up, meanwhile):
    amina = sign_up("amina@example.org", "sponsor", through=committing.client)
    credentials = {"email": amina.email, "password": amina.password}

    with committing.database.transaction(SYSTEM) as session:
        session.execute(text("update organizations set second_factor_since = now()"))
        session.execute(text("update sessions set revoked_at = now()"))
        entered = meanwhile(lambda: committing.client.post("/api/v1/auth/login", json=credentials))
        assert not entered.done(), "it waits for what is decided"

    assert entered.result().json["second_factor_required"]
