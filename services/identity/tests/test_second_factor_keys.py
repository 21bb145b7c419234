"""What seals second factors can change: what was sealed opens until it is sealed anew, and then the old key can go."""

import argparse

import pyotp
import pytest
from sqlalchemy import text

from chassis.check.points import Situation
from chassis.clock import now
from contracts.events.identity import CredentialsChanged
from identity.checks import second_factors
from identity.clients.vault import Vault
from identity.commands import second_factor

LOGIN = "/api/v1/auth/login"


@pytest.fixture
def amina(sign_up, verify):
    """Somebody with an authenticator app."""
    person = verify(sign_up("amina@example.org"))
    person.app = pyotp.TOTP(person.post("/totp/enrol/", password=person.password).json["secret"])
    confirmed = person.post("/totp/confirm/", code=person.app.at(now(), counter_offset=-1))
    person.recovery_codes = confirmed.json["recovery_codes"]
    return person


@pytest.fixture
def run(database, capsys):
    """Run ``second-factor``: its exit status and what it says."""

    def command(*arguments):
        parser = argparse.ArgumentParser()
        second_factor.add_arguments(parser)
        capsys.readouterr()
        status = second_factor.run(database, parser.parse_args(arguments))
        said = capsys.readouterr()
        return status, said.out + said.err

    return command


def enter(client, person, code):
    return client.post(LOGIN, json={"email": person.email, "password": person.password, "code": code})


def test_with_a_new_key_in_front_everything_opens_and_is_sealed_anew(client, amina, database, settings, run):
    database.provided[Vault] = Vault(["a new one", settings.client_secret])
    assert enter(client, amina, amina.recovery_codes[0]).status_code == 200
    status, said = run("reseal")
    assert (status, said) == (0, "Sealed with the newest key: 1.\n")

    database.provided[Vault] = Vault(["a new one"])

    assert enter(client, amina, amina.app.at(now())).status_code == 200
    assert enter(client, amina, amina.recovery_codes[1]).status_code == 401, "they end with the key of their time"


def test_without_the_key_nothing_is_lost_and_nobody_comes_in(client, amina, database, settings, run):
    database.provided[Vault] = Vault(["another one"])
    code = amina.app.at(now())
    assert enter(client, amina, code).json["code"] == "factor_unreadable"
    assert run("reseal")[0] == 1

    database.provided[Vault] = Vault([settings.client_secret])

    assert enter(client, amina, code).status_code == 200


def test_an_operator_takes_away_what_was_lost(client, amina, run, published, session):
    assert run("drop", "--email", "Amina@Example.org")[0] == 0

    assert client.post(LOGIN, json={"email": amina.email, "password": amina.password}).status_code == 200
    assert published(CredentialsChanged)[-1].what == "totp_disabled"
    latest = "select action, actor_id from rights_audit order by sequence desc limit 1"
    assert session.execute(text(latest)).one() == ("totp_disabled", None)
    assert run("drop", "--email", amina.email)[0] == 1
    assert run("drop", "--email", "nobody@example.org") == (1, "Nobody has this address.\n")


@pytest.mark.env(SECOND_FACTOR_SECRETS="a-newer-secret,an-older-secret")
def test_the_checklist_tells_of_keys_still_changing(settings):
    [point] = second_factors(Situation("identity", settings, {}))

    assert (point.state, point.why) == ("warn", "2 keys open what was sealed")
