"""``python -m identity create-admin``: the one way to become an administrator of the platform."""

import argparse
import io

import pytest
from sqlalchemy import text

from identity.commands import COMMANDS

SECRET = "a passphrase for operators 9"


@pytest.fixture
def create_admin(database, monkeypatch, capsys):
    def run(email, password=SECRET):
        _, add_arguments, command = COMMANDS["create-admin"]
        parser = argparse.ArgumentParser()
        add_arguments(parser)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        status = command(database, parser.parse_args(["--email", email]))
        return status, "".join(capsys.readouterr())

    return run


def test_an_administrator_is_made_and_may_do_everything(client, create_admin):
    assert create_admin("Ops@Example.org") == (0, "ops@example.org is now an administrator of the platform.\n")

    login = client.post("/api/v1/auth/login", json={"email": "ops@example.org", "password": SECRET})

    assert login.status_code == 200
    assert login.json["user"]["role"] == "platform_admin"
    assert login.json["user"]["permissions"] == ["platform"]
    assert login.json["user"]["customer_id"] is None


def test_made_twice_nothing_changes(create_admin, session):
    create_admin("ops@example.org")

    assert create_admin("ops@example.org") == (0, "ops@example.org was an administrator before.\n")
    assert session.scalar(text("select count(*) from roles")) == 1
    assert session.scalars(text("select action from rights_audit")).all() == ["platform_admin_made"]


def test_somebody_with_an_account_becomes_one_by_their_own_password(create_admin, sign_up):
    amina = sign_up("amina@example.org", "sponsor")

    status, said = create_admin("amina@example.org", "not her password at all")
    assert status == 1
    assert "not its password" in said

    assert create_admin("amina@example.org", amina.password)[0] == 0


@pytest.mark.parametrize("password", ["short", "passwordpassword", ""])
def test_a_weak_password_makes_nobody(create_admin, session, password):
    status, said = create_admin("ops@example.org", password)

    assert status == 1
    assert said.strip()
    assert session.scalar(text("select count(*) from users")) == 0


def test_what_is_no_address_is_refused_by_the_command_line(create_admin):
    with pytest.raises(SystemExit):
        create_admin("no address")


def test_an_administrator_enters_any_organization(client, create_admin, sign_up):
    amina = sign_up("amina@example.org", "sponsor")
    create_admin("ops@example.org")
    login = client.post("/api/v1/auth/login", json={"email": "ops@example.org", "password": SECRET}).json

    answer = client.post(
        "/api/v1/auth/switch/",
        headers={"Authorization": f"Bearer {login['access_token']}"},
        json={"organization_id": amina.organization["id"]},
    )

    assert answer.status_code == 200
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    path = f"/api/v1/auth/orgs/{amina.organization['id']}"
    assert client.get(f"{path}/members/", headers=headers).json["total"] == 1
    assert client.get(f"{path}/audit/", headers=headers).json["items"][0]["action"] == "platform_admin_entered"
