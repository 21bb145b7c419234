"""What an installation is told and keeps: keys, environment, ports, logs."""

import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from local import dotenv, keys, logfiles, ports
from local.__main__ import main
from local.errors import Refused
from local.home import Home
from local.names import CLIENTS, SERVICES
from local.postgres import Server
from local.system import System, choose_ports


@pytest.fixture
def system(tmp_path: Path) -> System:
    home = Home(tmp_path)
    home.make()
    return System(home, keys.make(home.keys), Server(home.root), choose_ports(18_000))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_and_are_nobody_elses(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    first = keys.make(home.keys)
    files = sorted(path for path in home.keys.rglob("*") if path.is_file())
    before = [path.read_bytes() for path in files]

    assert keys.make(home.keys) == first == keys.read(home.keys)
    assert [path.read_bytes() for path in files] == before
    assert all(mode(path) == 0o600 for path in files)
    assert mode(home.keys) == mode(first.signing) == mode(home.mail) == 0o700


def test_a_client_added_later_gets_its_secret_beside_the_old_ones(tmp_path: Path) -> None:
    first = keys.make(tmp_path)
    file = tmp_path / "secrets.json"
    kept = json.loads(file.read_text())
    del kept["clients"]["gateway"]
    file.write_text(json.dumps(kept))

    again = keys.make(tmp_path)

    assert set(again.clients) == set(CLIENTS)
    assert again.clients["gateway"] != first.clients["gateway"]
    assert again.clients["billing"] == first.clients["billing"]


def test_the_signing_key_is_rsa_2048(tmp_path: Path) -> None:
    [pem] = keys.make(tmp_path).signing.glob("*.pem")
    assert load_pem_private_key(pem.read_bytes(), None).key_size == 2048  # type: ignore[union-attr]


def test_a_process_is_told_its_own_secrets_only(system: System) -> None:
    told = {process.name: process.environment for process in system.processes()}
    assert list(told) == ["renderer", *SERVICES, "gateway"]
    for name in SERVICES:
        text = json.dumps({key: value for key, value in told[name].items() if key not in os.environ})
        others = [secret for other, secret in system.keys.clients.items() if other != name]
        assert system.keys.databases[name]["app"] in text
        assert "DATABASE_OWNER_URL" not in told[name]
        assert name == "identity" or not any(secret in text for secret in others)
    assert "DATABASE_URL" not in told["gateway"]
    assert "EVENTS_SECRET" not in told["renderer"]


def test_only_commands_that_end_act_as_the_owner(system: System) -> None:
    migration = system.migration("billing")
    assert "billing_owner" in migration.environment["DATABASE_OWNER_URL"]
    assert migration.command[-2:] == ("billing", "migrate")


def test_everyone_is_told_where_everyone_is(system: System) -> None:
    environment = system.service("analytics").environment
    assert environment["PRIVACY_URL"] == f"http://127.0.0.1:{system.ports['privacy']}"
    assert environment["RENDERER_URL"] == f"http://127.0.0.1:{system.ports['renderer']}"
    assert environment["PUBLIC_URL"] == "http://localhost:18000"
    assert len(set(system.ports.values())) == len(system.ports)


def test_a_taken_port_is_refused_in_a_sentence_that_helps() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=f"Port {port} is taken; .*PORT={port + 1} make up"):
            ports.require_free("127.0.0.1", port)


@pytest.mark.parametrize(
    ("given", "used"), [("10.1.2.3", "10.1.2.3"), ("x86_64-linux", "127.0.0.1"), ("", "127.0.0.1")]
)
def test_host_counts_only_where_it_is_an_address(monkeypatch: pytest.MonkeyPatch, given: str, used: str) -> None:
    monkeypatch.setenv("HOST", given)
    assert ports.public_host() == used


@pytest.mark.parametrize("text", ["http", "0", "65536", "80 80"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(Refused, match="not a port number"):
        ports.public_port()


def test_dotenv_adds_what_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"SET": "already"})
    file = tmp_path / ".env"
    file.write_text('# a comment\nSET=anew\nPLAIN=one two # why\nexport QUOTED="a # b"\nEMPTY=\n\nno assignment\n')
    dotenv.load(file)
    dotenv.load(tmp_path / "none")
    assert os.environ == {"SET": "already", "PLAIN": "one two", "QUOTED": "a # b", "EMPTY": ""}


def test_a_log_that_grows_too_long_is_begun_anew_under_its_writer(tmp_path: Path) -> None:
    log = tmp_path / "billing.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * (logfiles.LONGEST_BYTES + 1))
        logfiles.trim(tmp_path)
        writer.write(b"after\n")
    assert log.read_bytes() == b"after\n"
    assert log.with_suffix(".log.1").stat().st_size == logfiles.LONGEST_BYTES + 1


def test_reset_asks_first_and_removes_only_what_it_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UFADHILI_HOME", str(tmp_path))
    home = Home(tmp_path.resolve())
    home.make()
    keys.make(home.keys)
    (tmp_path / "thesis.txt").touch()

    monkeypatch.setattr("builtins.input", lambda _: "no")
    assert main(["reset"]) == 1
    assert home.keys.exists()
    assert main(["reset", "--yes"]) == 0
    assert not home.keys.exists()
    assert (tmp_path / "thesis.txt").exists()
    assert "Removed" in capsys.readouterr().out


def test_status_says_that_nothing_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UFADHILI_HOME", str(tmp_path))
    assert main(["status"]) == 3
    assert "Nothing runs" in capsys.readouterr().out
