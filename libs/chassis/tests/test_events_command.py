"""A person sees what is stuck, tries again or sets aside, and is told what happened."""

import argparse
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from chassis import events_command, outbox
from chassis.database import SYSTEM, Database
from chassis.ids import new_id
from chassis.processor import Handler, Processor
from chassis.relay import Relay
from contracts.event import Event
from contracts.events.identity import EmailVerified, UserRegistered

Build = Callable[..., Event]


def events(database: Database, *arguments: str) -> int:
    """``python -m <service> events <arguments>``."""
    parser = argparse.ArgumentParser()
    events_command.add_arguments(parser)
    return events_command.run(database, parser.parse_args(arguments), "identity")


@pytest.fixture
def stuck(publisher: Database, subscriber: Database, street: Any, registered: Build) -> str:
    """The id of an event that failed and holds up another one."""
    street.homes = {"notifications": subscriber}
    subject = new_id()
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, registered("poison", subject), registered("after", subject))
    Relay(publisher, "identity", street).drain()

    def refuse(_session: Any, _event: UserRegistered) -> None:
        raise RuntimeError

    Processor(subscriber, "notifications", {UserRegistered: refuse}, strict=False).drain()
    with subscriber.transaction(SYSTEM) as session:
        session.execute(text("update inbox set state = 'dead' where attempts > 0"))
        return str(session.scalar(text("select id from inbox where attempts > 0")))


def test_the_list_names_what_is_dead_and_what_it_holds_up(
    subscriber: Database, stuck: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert events(subscriber, "list") == 0
    header, row, *rest = capsys.readouterr().out.splitlines()
    assert header.split("  ")[0] == "id"
    assert row.startswith(f"{stuck}  dead")
    assert "RuntimeError at" in row
    assert row[header.index("holds up") :].startswith("1 ")
    assert "events replay ID" in "".join(rest)


def test_an_empty_list_says_so(subscriber: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert events(subscriber, "list") == 0
    assert capsys.readouterr().out == "No event has failed.\n"


def test_show_keeps_the_data_back_unless_it_is_asked_for(
    subscriber: Database, stuck: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert events(subscriber, "show", stuck) == 0
    shown = capsys.readouterr().out
    assert "ufadhili.identity.user_registered.v1" in shown
    assert "a@example.org" not in shown
    assert events(subscriber, "show", stuck, "--data") == 0
    assert "a@example.org" in capsys.readouterr().out


@pytest.mark.parametrize("which", ["one", "all"])
def test_replay_gives_a_fresh_set_of_attempts(
    subscriber: Database, stuck: str, which: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert events(subscriber, "replay", stuck if which == "one" else "--all") == 0
    assert capsys.readouterr().out == "1 event will be tried again now.\n"
    handled: list[str] = []
    consumers: dict[type[Event], Handler] = {UserRegistered: lambda _session, event: handled.append(event.name)}
    assert Processor(subscriber, "notifications", consumers, strict=False).drain() == 2
    assert handled == ["poison", "after"]


def test_skip_lets_the_subject_go_on(subscriber: Database, stuck: str) -> None:
    assert events(subscriber, "skip", stuck, "--reason", "a test order") == 0
    handled: list[str] = []
    consumers: dict[type[Event], Handler] = {UserRegistered: lambda _session, event: handled.append(event.name)}
    assert Processor(subscriber, "notifications", consumers, strict=False).drain() == 1
    assert handled == ["after"]


@pytest.mark.parametrize(
    "arguments", [("show",), ("replay",), ("skip", "--reason", "none")], ids=lambda arguments: arguments[0]
)
def test_an_id_that_is_not_there_is_told_on_standard_error(
    subscriber: Database, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    stranger = str(new_id())
    assert events(subscriber, arguments[0], stranger, *arguments[1:]) == 1
    said = capsys.readouterr()
    assert stranger in said.err
    assert said.out == ""


def test_lag_shows_what_is_owed_and_what_waits(
    publisher: Database, subscriber: Database, stuck: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, EmailVerified(user_id=new_id(), email="a@example.org"))
    assert events(publisher, "lag") == 0
    assert "owed to programs  1" in capsys.readouterr().out
    assert events(subscriber, "lag") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].split() == ["inbox,", "dead", "1"]
    assert lines[-2].split()[:3] == ["inbox,", "pending", "1"]


def test_without_a_database_there_is_a_sentence_not_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    assert events(nowhere, "lag") == 1
    assert "Is it up and migrated?" in capsys.readouterr().err
