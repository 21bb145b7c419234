"""The record of rights is a chain: what is changed, taken out, put in or cut off is found."""

import argparse
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.database import Database
from chassis.testing import cluster
from identity.commands import audit
from identity.usecases.watch_audit import RecordBroken, watch_audit

ZERO = "0" * 64


@pytest.fixture
def verified(capsys):
    """Run ``audit verify``: its exit status and what it says."""

    def verify(database, *arguments):
        parser = argparse.ArgumentParser()
        audit.add_arguments(parser)
        capsys.readouterr()
        status = audit.run(database, parser.parse_args(["verify", *arguments]))
        said = capsys.readouterr()
        return status, said.out + said.err

    return verify


@pytest.fixture
def amina(committing, sign_up):
    """Somebody whose organization has a record of four entries."""
    found = sign_up("amina@example.org", "academy", through=committing.client)
    for name in ("first", "second", "third"):
        assert found.post("/api-keys/", name=name, permissions=["records.write"]).status_code == 201
    return found


@pytest.fixture
def as_owner(committing):
    """What only who owns the tables can do, with the triggers off; taken back at the end of the block."""
    owner = Database(cluster().url(committing.database.engine.url.database, "identity_owner"))

    @contextmanager
    def tampering(*statements):
        with owner.engine.connect() as connection, owner.bound_to(connection):
            outer = connection.begin()
            connection.execute(text("select set_config('app.scope', 'system', true)"))
            for table in ("rights_audit", "rights_audit_heads"):
                connection.execute(text(f"alter table {table} disable trigger user"))
            for statement in statements:
                assert connection.execute(text(statement)).rowcount
            for table in ("rights_audit", "rights_audit_heads"):
                connection.execute(text(f"alter table {table} enable trigger user"))
            yield owner
            outer.rollback()

    yield tampering
    owner.engine.dispose()


def record(person):
    return person.get(f"/orgs/{person.organization['id']}/audit/").json["items"]


def test_a_reader_can_check_the_chain_without_us(amina):
    entries = list(reversed(record(amina)))

    before = ZERO
    for place, entry in enumerate(entries, 1):
        facts = {name: value for name, value in entry.items() if name != "hash"}
        facts["organization_id"] = amina.organization["id"]
        moment, _, fraction = entry["at"].removesuffix("Z").partition(".")
        facts["at"] = f"{moment}.{fraction:0<6}Z"
        canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert (entry["sequence"], entry["prev_hash"]) == (place, before)
        assert hashlib.sha256(canonical.encode()).hexdigest() == entry["hash"]
        before = entry["hash"]
    assert len(entries) == 4


def test_an_untouched_record_holds(amina, committing, verified):
    latest = record(amina)[0]["hash"]

    assert verified(committing.database) == (0, "4 entries of 1 records, 0 broken.\n")
    status, said = verified(committing.database, "--organization", amina.organization["id"])
    assert (status, latest in said) == (0, True)


TAMPERINGS = {
    'update rights_audit set details = details || \'{"name": "x"}\' where sequence = 2': "entry 2 was changed",
    "update rights_audit set actor_id = id where sequence = 3": "entry 3 was changed",
    "update rights_audit set at = at - interval '1 day' where sequence = 1": "entry 1 was changed",
    "update rights_audit set hash = prev_hash where sequence = 4": "entry 4 was changed",
    "update rights_audit set prev_hash = hash where sequence = 4": "entry 4 does not follow the one before it",
    "delete from rights_audit where sequence = 2": "entry 2 is missing",
    "delete from rights_audit where sequence = 4": "it ends at entry 3, but entry 4 was written",
    "delete from rights_audit": "all 4 entries are missing",
    "delete from rights_audit_heads": "it ends at entry 4, but entry 0 was written",
}


def test_tampering_is_found(amina, as_owner, verified):
    for tampering, fault in TAMPERINGS.items():
        with as_owner(tampering) as database:
            status, said = verified(database)
        assert (status, f"{amina.organization['id']}: {fault}." in said) == (1, True), (tampering, said)


def test_a_daily_job_fails_when_a_record_does_not_hold(amina, committing, as_owner):
    watch_audit(committing.database)

    with (
        as_owner("delete from rights_audit where sequence = 2") as database,
        pytest.raises(RecordBroken, match="1"),
    ):
        watch_audit(database)


def test_a_record_written_anew_as_a_whole_is_found_by_a_hash_that_was_kept(amina, committing, verified, as_owner):
    kept = record(amina)[1]["hash"]
    whose = ("--organization", amina.organization["id"], "--known", kept)
    assert verified(committing.database, *whose)[0] == 0
    # Somebody with the owner's rights leaves out what they did, and has all hashes made anew.
    left_out = "delete from rights_audit where sequence > 2"
    moved = "update rights_audit_heads set (sequence, hash) = (select 2, hash from rights_audit where sequence = 2)"
    with as_owner(left_out, moved) as database:
        assert verified(database)[0] == 0

        status, said = verified(database, *whose)

    assert (status, "the hash that was kept is not in it" in said) == (1, True)


def test_each_organization_has_a_chain_of_its_own(amina, committing, sign_up, verified):
    baraka = sign_up("baraka@example.org", "sponsor", through=committing.client)

    [first] = record(baraka)

    assert (first["sequence"], first["prev_hash"]) == (1, ZERO)
    assert verified(committing.database) == (0, "5 entries of 2 records, 0 broken.\n")
    assert len(record(amina)) == 4


def test_changes_at_the_same_moment_do_not_fork_the_chain(amina, committing, verified):
    def make(number):
        body = {"email": f"member{number}@example.org", "role": "academy_admin"}
        path = f"/api/v1/auth/orgs/{amina.organization['id']}/members/"
        return committing.client.post(path, json=body, headers=amina.headers).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(make, range(16))) == {201}

    assert [entry["sequence"] for entry in record(amina)] == list(range(20, 0, -1))
    assert verified(committing.database)[0] == 0


@pytest.mark.parametrize(
    "change",
    [
        "delete from rights_audit_heads",
        "update rights_audit_heads set sequence = sequence - 1",
        "update rights_audit_heads set hash = ''",
        "update rights_audit set hash = prev_hash",
        "truncate rights_audit_heads",
    ],
)
def test_the_database_refuses_to_turn_the_chain_back(sign_up, session, change):
    sign_up("amina@example.org", "sponsor")

    with pytest.raises(DBAPIError, match=r"append-only|only move forward|permission denied"), session.begin_nested():
        session.execute(text(change))


def test_an_older_version_that_knows_no_chain_writes_into_it_all_the_same(sign_up, session, database, verified):
    amina = sign_up("amina@example.org", "sponsor")
    session.execute(
        text(
            "insert into rights_audit (id, organization_id, actor_id, user_id, action, details, at, hash) values ("
            "gen_random_uuid(), :own, null, gen_random_uuid(), 'x', '{\"é\": [1, {\"b\": null}]}', now(), 'x')"
        ),
        {"own": amina.organization["id"]},
    )
    session.flush()

    assert record(amina)[0]["sequence"] == 2
    assert verified(database)[0] == 0


def test_what_concerns_nobodys_organization_is_in_the_platforms_own_record(sign_up, verified, database, session):
    amina = sign_up("amina@example.org")
    body = {"current_password": amina.password, "new_password": "quite another passphrase 8"}
    assert amina.client.post("/api/v1/auth/password/change/", json=body, headers=amina.headers).status_code == 200

    assert session.execute(text("select organization_id, action, sequence from rights_audit")).all() == [
        (None, "password_changed", 1)
    ]
    assert verified(database) == (0, "1 entries of 1 records, 0 broken.\n")


def test_a_hash_is_of_one_record(verified, database):
    assert verified(database, "--known", ZERO)[0] == 1
