"""`databases.sh` makes what the local installation makes, on any PostgreSQL, as often as it is run."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from chassis.testing.cluster import cluster
from local.postgres import create_database
from local.postgres.cluster import program

SCRIPT = Path(__file__).parents[1] / "postgres" / "databases.sh"
PASSWORD = "c0ffee-of-the-owner"

RIGHTS = """
select jsonb_build_object(
    'roles', (select jsonb_agg(array[rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication, rolcanlogin]
        order by rolname) from pg_roles where rolname like current_database() || '\\_%%'),
    'database', (select datacl::text from pg_database where datname = current_database()),
    'database owner', (select datdba::regrole::text from pg_database where datname = current_database()),
    'schema', (select nspacl::text from pg_namespace where nspname = 'public'),
    'schema owner', (select nspowner::regrole::text from pg_namespace where nspname = 'public'),
    'defaults', (select jsonb_agg(defaclobjtype::text || defaclacl::text order by defaclobjtype) from pg_default_acl)
)
"""


def run(
    name: str, user: str = "postgres", maintenance: str = "postgres", **more: str
) -> subprocess.CompletedProcess[str]:
    socket = psycopg.conninfo.conninfo_to_dict(cluster().server.superuser_dsn())["host"]
    passwords = {f"{name.upper()}_OWNER_PASSWORD": PASSWORD, f"{name.upper()}_APP_PASSWORD": f"{PASSWORD}-not"}
    told = {"PGHOST": str(socket), "PGUSER": user, "PGDATABASE": maintenance, **passwords, **more}
    path = f"{program('psql').parent}:{os.environ['PATH']}"
    return subprocess.run([str(SCRIPT), name], env={"PATH": path, **told}, capture_output=True, text=True, check=False)


def rights(name: str) -> Any:
    with psycopg.connect(cluster().server.superuser_dsn(), dbname=name) as inside:
        found = inside.execute(RIGHTS).fetchone()
    assert found
    return {key: str(value).replace(name, "NAME") for key, value in found[0].items()}


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as server:
        for name in ("farm", "twin"):
            server.execute(f"drop database if exists {name} with (force)")
            for role in ("owner", "app"):
                server.execute(f"drop role if exists {name}_{role}")
        server.execute("drop database if exists lobby with (force)")
        server.execute("drop role if exists clerk")


def test_rights_are_those_of_the_local_installation() -> None:
    assert run("farm").stderr == ""
    create_database(cluster().server.superuser_dsn(), "twin", PASSWORD, PASSWORD)
    assert rights("farm") == rights("twin")


def test_the_owner_makes_tables_and_the_other_role_only_uses_them() -> None:
    run("farm")
    with psycopg.connect(cluster().server.url("farm", "farm_owner", PASSWORD).replace("+psycopg", "")) as owner:
        owner.execute("create table notes (id int)")
    with psycopg.connect(cluster().server.url("farm", "farm_app", f"{PASSWORD}-not").replace("+psycopg", "")) as app:
        app.execute("insert into notes values (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("drop table notes")


def test_run_again_it_changes_the_passwords_and_keeps_the_data() -> None:
    run("farm")
    with psycopg.connect(cluster().server.url("farm", "farm_owner", PASSWORD).replace("+psycopg", "")) as owner:
        owner.execute("create table notes (id int)")
    before = rights("farm")
    assert run("farm", FARM_OWNER_PASSWORD="another, with 'quotes'").stderr == ""
    assert rights("farm") == before
    with psycopg.connect(
        cluster().server.url("farm", "farm_owner", "another, with 'quotes'").replace("+psycopg", "")
    ) as owner:
        assert owner.execute("select count(*) from notes").fetchone() == (0,)


def test_on_a_managed_postgresql_an_administrator_who_is_no_superuser_suffices() -> None:
    with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as server:
        server.execute(f"create role clerk login createdb createrole password '{PASSWORD}'")
        server.execute("create database lobby")
    for _ in range(2):
        outcome = run("farm", user="clerk", maintenance="lobby", PGPASSWORD=PASSWORD)
        assert (outcome.returncode, outcome.stderr) == (0, "")
    create_database(cluster().server.superuser_dsn(), "twin", PASSWORD, PASSWORD)
    assert rights("farm") == rights("twin")


def test_a_role_that_may_more_than_it_should_is_refused() -> None:
    with psycopg.connect(cluster().server.superuser_dsn(), autocommit=True) as server:
        server.execute("create role farm_app bypassrls")
    outcome = run("farm")
    assert outcome.returncode != 0
    assert "may do more than it should" in outcome.stderr


def test_without_a_password_nothing_is_made() -> None:
    outcome = run("farm", FARM_APP_PASSWORD="")
    assert outcome.returncode != 0
    assert "FARM_APP_PASSWORD" in outcome.stderr
