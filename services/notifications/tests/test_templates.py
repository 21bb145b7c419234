"""Prepared words with variables, which can do no harm."""

from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id

URL = "/api/v1/notifications/templates/"
REMINDER = {
    "name": "Reminder",
    "subject": "We meet on {{ day }}",
    "body": "<p>Dear {{ recipient_name | upper }},</p><p>see you on <b>{{ day }}</b>.</p>",
    "format": "html",
    "variables": ["day"],
}


@pytest.fixture
def save(client: Any, as_: Any, organization: UUID) -> Any:
    """``save(**changes)`` posts the reminder."""

    def post(**changes: Any) -> Any:
        return client.post(URL, json=REMINDER | changes, headers=as_("messages.send", organization=organization))

    return post


def test_saving_shows_how_it_reads(save: Any, client: Any, as_: Any, organization: UUID) -> None:
    saved = save()
    assert saved.status_code == 201
    assert saved.json["preview"] == {
        "subject": "We meet on [day]",
        "text": "Dear [RECIPIENT_NAME],\n\nsee you on [day].",
        "html": "<p>Dear [RECIPIENT_NAME],</p><p>see you on <b>[day]</b>.</p>",
        # The brackets are of the extension table: two septets each.
        "sms": {"encoding": "GSM-7", "characters": 45, "segments": 1},
    }
    listed = client.get(URL, headers=as_("messages.send", organization=organization)).json["items"]
    assert [(item["name"], item["variables"]) for item in listed] == [("Reminder", ["day"])]
    assert client.get(URL, headers=as_("messages.send", organization=new_id())).json["total"] == 0
    assert save().status_code == 409, "told apart by name"


def test_each_recipient_is_addressed_and_values_are_only_text(
    save: Any, elsewhere: Any, mailbox: Any, send: Any, run_job: Any
) -> None:
    elsewhere.student(name="Amina <3")
    template = save().json["id"]
    answer = send(template_id=template, variables={"day": "<b>{{ 7*7 }}</b>"}, channels=["email"])
    assert answer.status_code == 202
    run_job("deliver_due")
    html = mailbox.mails[0].get_body(("html",)).get_content()
    assert "AMINA &lt;3" in html
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;" in html


def test_values_are_checked_when_sending(save: Any, elsewhere: Any, send: Any) -> None:
    template = save().json["id"]
    missing = send(template_id=template)
    assert (missing.status_code, missing.json["errors"][0]["field"]) == (422, "variables.day")
    assert send(template_id=template, variables={"day": "x", "hour": "y"}).status_code == 422
    assert send(template_id=template, variables={"day": "x" * 1_001}).status_code == 422
    assert send(template_id=template, subject="mine", variables={"day": "x"}).status_code == 422
    assert send(template_id=str(new_id()), variables={}).status_code == 404


def test_another_organizations_template_does_not_exist(save: Any, elsewhere: Any, send: Any, as_: Any) -> None:
    template = save().json["id"]
    stranger = as_("messages.send", organization=new_id())
    assert send(headers=stranger, template_id=template, variables={"day": "x"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        "{{ undeclared }}",
        "{% for i in range(10) %}x{% endfor %}",
        "{{ 'a' * 1000000000 }}",
        "{{ day.__class__.__mro__ }}",
        "{{ day['__class__'] }}",
        "{{ day() }}",
        "{{ day | attr('x') }}",
        "{{ day | center(1000000000) }}",
        "{{ 9 ** 9 ** 9 }}",
        "{% set x = day %}{{ x }}",
        "{% include 'page.html' %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{{ day",
        "{% if day %}" * 400 + "x" + "{% endif %}" * 400,
    ],
)
def test_a_template_that_could_do_more_than_speak_is_refused(save: Any, body: str) -> None:
    refused = save(body=body)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "body")


def test_if_and_comparisons_are_fine(save: Any) -> None:
    saved = save(body="{% if day == 'Monday' and recipient_name %}A{% else %}B{% endif %}", format="text")
    assert saved.json["preview"]["text"] == "B"


def test_variables_have_plain_names(save: Any) -> None:
    for name in ("", "Day", "1day", "day-time", "__class__"):
        assert save(variables=[name]).status_code == 422, name
