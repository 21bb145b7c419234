"""The embedded server: it comes back from anything, with what was committed."""

import os
from pathlib import Path

import psutil
import psycopg
import pytest

from local.postgres import Server, ServerFailed

pytestmark = pytest.mark.xdist_group("local")


def remember(server: Server) -> None:
    with psycopg.connect(server.superuser_dsn()) as connection:
        connection.execute("drop table if exists kept")
        connection.execute("create table kept as select 42 as n")


def remembered(server: Server) -> int:
    with psycopg.connect(server.superuser_dsn()) as connection:
        row = connection.execute("select n from kept").fetchone()
    assert row is not None
    return int(row[0])


def kill(server: Server) -> None:
    assert server.pid is not None
    process = psutil.Process(server.pid)
    process.kill()
    process.wait(10)


def test_it_is_postgresql_18_with_durable_commits(own_server: Server) -> None:
    with psycopg.connect(own_server.superuser_dsn()) as connection:
        assert connection.info.server_version // 10_000 == 18
        assert connection.execute("show fsync").fetchone() == ("on",)
        assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_a_stop_and_a_start_keep_the_data(own_server: Server) -> None:
    remember(own_server)
    own_server.stop()
    assert not own_server.is_alive()
    own_server.start()
    assert remembered(own_server) == 42


def test_kill_9_keeps_the_data_though_clients_hold_on(own_server: Server) -> None:
    remember(own_server)
    with psycopg.connect(own_server.superuser_dsn()):
        kill(own_server)
        own_server.start()
    assert remembered(own_server) == 42


def test_a_stale_pid_file_that_names_a_living_stranger_is_seen_through(own_server: Server) -> None:
    remember(own_server)
    pid_file = own_server.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    kill(own_server)
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")

    successor = Server(own_server.home)
    assert not successor.is_alive()
    successor.start()

    assert remembered(successor) == 42
    successor.stop()


def test_a_second_server_object_takes_the_running_one_over(own_server: Server) -> None:
    other = Server(own_server.home)
    other.start()
    assert other.pid == own_server.pid
    other.stop()
    assert not own_server.is_alive()


def test_a_path_too_long_for_a_socket_gets_a_short_socket_folder(folder: Path) -> None:
    server = Server(folder / ("long" * 30))
    server.start()
    remember(server)
    assert remembered(server) == 42
    server.stop()


def test_an_interrupted_first_start_is_begun_anew(folder: Path) -> None:
    half_made = folder / "postgres.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    server = Server(folder)
    server.start()
    server.stop()
    assert not half_made.exists()


def test_a_folder_with_something_else_in_it_is_left_alone(folder: Path) -> None:
    (folder / "postgres").mkdir()
    (folder / "postgres" / "thesis.txt").write_text("years of work")
    with pytest.raises(ServerFailed, match="holds something else"):
        Server(folder).start()
    assert (folder / "postgres" / "thesis.txt").read_text() == "years of work"


def test_waiting_for_it_can_be_given_up(folder: Path) -> None:
    def give_up() -> None:
        raise InterruptedError

    server = Server(folder)
    with pytest.raises(InterruptedError):
        server.start(give_up)
    server.stop()
    assert not server.is_alive()
