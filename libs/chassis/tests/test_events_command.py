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
    events_command.add_arguments(parser, "identity")
    return events_command.run(database, parser.parse_args(arguments))


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


def test_resend_owes_again_what_was_paid_in_that_time(
    publisher: Database, street: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    said = [EmailVerified(user_id=new_id(), email="a@example.org") for _ in range(3)]
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, *said)
        session.execute(text("update outbox set occurred_at = now() - interval '2 hours' where position = 1"))
    relay = Relay(publisher, "identity", street)
    assert relay.drain() == 6
    assert events(publisher, "resend", "--since", "1h") == 0
    assert capsys.readouterr().out.startswith("2 events will be delivered again now.")
    assert relay.drain() == 4
    assert events(publisher, "resend", "--since", "7d", "--to", "privacy") == 0
    assert capsys.readouterr().out.startswith("3 events")
    assert relay.drain() == 3
    assert {name for name, _ in street.batches[-1:]} == {"privacy"}


def test_resend_to_those_who_have_it_already_has_no_second_effect(
    publisher: Database, subscriber: Database, street: Any, registered: Build, effects: Callable[[Database], list[str]]
) -> None:
    def handle(session: Any, event: UserRegistered) -> None:
        session.execute(text("insert into effects (name) values (:name)"), {"name": event.name})

    street.homes = {"notifications": subscriber}
    processor = Processor(subscriber, "notifications", {UserRegistered: handle}, strict=False)
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, registered("once"))
    relay = Relay(publisher, "identity", street)
    for _ in range(2):
        assert relay.drain() == 1
        processor.drain()
        events(publisher, "resend", "--since", "1h")
    assert effects(subscriber) == ["once"]


def test_resend_to_who_does_not_listen_sends_nothing(publisher: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with publisher.transaction(SYSTEM) as session:
        outbox.publish(session, EmailVerified(user_id=new_id(), email="a@example.org"))
    assert events(publisher, "resend", "--since", "1h", "--to", "billing") == 0
    assert capsys.readouterr().out.startswith("0 events")


@pytest.mark.parametrize("age", ["soon", "0h", "-1h", "1y", "1h30m", ""])
def test_an_age_that_is_none_is_refused(publisher: Database, age: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        events(publisher, "resend", f"--since={age}")
    assert "write 90s, 30m, 1h or 7d" in capsys.readouterr().err
