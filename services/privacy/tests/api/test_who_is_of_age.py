"""Notifications asks who is of age before it notes that somebody opened a mail."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from chassis.ids import new_id

URL = "/internal/adults"


@pytest.mark.parametrize(
    ("facts", "adult"),
    [
        ({"birth_date": date(2000, 5, 17)}, True),
        ({"birth_date": date(2015, 5, 17)}, False),
        ({"birth_date": None}, False),
        ({"birth_date": date(2008, 11, 22), "country": "KE"}, True),
        ({"birth_date": date(2008, 11, 23), "country": "KE"}, False),
        ({"birth_date": date(2006, 11, 22), "country": "EG"}, False),
    ],
)
def test_only_who_is_known_to_be_of_age_is(
    client: Any, as_service: Any, world: Any, facts: dict[str, Any], adult: bool
) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC)):
        world.student(world.organization(), email="amina@example.org", **facts)
        user = world.account("amina@example.org")
        body = {"user_ids": [str(user), str(new_id())]}
        told = client.post(URL, json=body, headers=as_service("notifications"))
    assert told.status_code == 200, told.json
    assert told.json["adults"] == ([str(user)] if adult else [])


def test_only_notifications_may_ask(client: Any, as_: Any, as_service: Any) -> None:
    body = {"user_ids": [str(new_id())]}
    assert client.post(URL, json=body, headers=as_service("programs")).status_code == 403
    assert client.post(URL, json=body, headers=as_()).status_code == 403
    assert client.post(URL, json={"user_ids": []}, headers=as_service("notifications")).status_code == 422
