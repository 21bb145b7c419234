"""Closing a month may be cut off anywhere, or run by several at once: what comes out is the same."""

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import event

from billing.rules import Month
from chassis.ids import new_id
from chassis.testing import ENVIRONMENT
from contracts.events.billing import CreditNoteIssued, InvoiceIssued
from contracts.events.identity import OrganizationCreated
from contracts.events.programs import CohortCreated, LabUsed

AT = datetime(2026, 10, 3, 9, tzinfo=UTC)


class Down(Exception):
    """The machine goes down."""


@contextmanager
def going_down_at(database, step):
    """The database is lost before the step-th statement or commit from now; whether it came to that."""
    left = [step]

    def count(*_):
        left[0] -= 1
        if left[0] == 0:
            raise Down

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
    try:
        yield left
    except Down:
        pass
    finally:
        event.remove(database.engine, "before_cursor_execute", count)
        event.remove(database.engine, "commit", count)


def organization_with_usage(desk):
    """Another organization: two cohorts, a session in each, an hour of lab use, a seat."""
    id, cohorts = new_id(), (new_id(), new_id())
    known = {"kind": "sponsor", "currency": "KES", "time_zone": "Africa/Nairobi", "country": "KE"}
    desk.shop.hear(OrganizationCreated(organization_id=id, name="Another", slug=str(id), contact_email=None, **known))
    here = replace(desk, organization=id, cohort=cohorts[0])
    for cohort in cohorts:
        facts = {"name": "Another cohort", "kind": "sponsor", "seats": 5}
        days = {"start_date": AT.date(), "end_date": AT.date()}
        desk.shop.hear(CohortCreated(cohort_id=cohort, organization_id=id, **facts, **days))
        here.session(AT, cohort_id=cohort)
    here.lab(AT, 60)
    here.seat(new_id(), AT)
    return id


def outcome(desk, organization):
    """What the closing made of it."""
    count = "select count(*) from {} where organization_id = :id"
    return {
        "statements": desk.shop.rows(count.format("statements"), id=organization),
        "invoices": desk.shop.rows(
            "select total_minor from invoices where organization_id = :id order by total_minor", id=organization
        ),
        "billed": desk.shop.rows(count.format("billed_usage"), id=organization),
        "owed": desk.shop.rows(
            "select sum(amount_minor) from ledger_entries join ledger_accounts on id = account_id "
            "where ledger_entries.organization_id = :id and code = 'receivable'",
            id=organization,
        ),
        "left": desk.shop.rows(f"{count.format('metered_usage')} and to_bill", id=organization),
        "scratch": desk.shop.rows(count.format("closing_usage"), id=organization),
    }


WHOLE = {
    "statements": [(2,)],
    "invoices": [(700_000,), (720_000,)],
    "billed": [(3,)],
    "owed": [(1_420_000,)],
    "left": [(0,)],
    "scratch": [(0,)],
}


def assert_told_once(desk):
    """Numbers without a gap, and each invoice announced exactly once."""
    numbers = [row.sequence for row in desk.shop.rows("select sequence from invoices order by sequence")]
    assert numbers == list(range(1, len(numbers) + 1))
    told = Counter(said.number for said in desk.shop.said(InvoiceIssued))
    assert (len(told), set(told.values())) == (len(numbers), {1})


def test_cut_off_between_any_two_steps_it_goes_on_to_the_same_end(busy_desk):
    step, cut = 0, True
    while cut:
        step += 1
        organization = organization_with_usage(busy_desk)
        with going_down_at(busy_desk.shop.database, step) as left:
            busy_desk.close()
        cut = left[0] <= 0
        busy_desk.close()
        assert outcome(busy_desk, organization) == WHOLE, f"cut off before step {step}"
    assert step > 20
    assert_told_once(busy_desk)


def corrected_organization(desk):
    """An organization that was billed for October, and of which all of one invoice and a third of another goes back."""
    organization = organization_with_usage(desk)
    mine = [told for told in desk.told.values() if told.organization_id == organization]
    desk.close()
    [lab] = [told for told in mine if isinstance(told, LabUsed)]
    desk.correct(lab.usage_id, minutes=20)
    for told in mine:
        if told.cohort_id != lab.cohort_id:
            desk.correct(told.session_id, minutes=0)
    return organization


def taken_back(desk, organization):
    """What the closing made of the corrections."""
    of = "from {} where organization_id = :id"
    return {
        "notes": desk.shop.rows(f"select total_minor {of.format('credit_notes')} order by 1", id=organization),
        "invoices": desk.shop.rows(
            f"select total_minor, credited_minor, state {of.format('invoices')} order by 1", id=organization
        ),
        "billed": desk.shop.rows(f"select sum(quantity)::bigint {of.format('billed_usage')}", id=organization),
        **{name: outcome(desk, organization)[name] for name in ("owed", "left", "scratch")},
    }


CORRECTED = {
    "notes": [(13_333,), (700_000,)],
    "invoices": [(700_000, 700_000, "credited"), (720_000, 13_333, "issued")],
    "billed": [(21,)],
    "owed": [(706_667,)],
    "left": [(0,)],
    "scratch": [(0,)],
}


def test_cut_off_anywhere_what_was_taken_back_is_given_back_once(busy_desk):
    step, cut, month = 0, True, Month.parse("2026-10")
    while cut:
        step += 1
        organization = corrected_organization(busy_desk)
        month = month.next
        when = (str(month), month.next.ends(UTC))
        with going_down_at(busy_desk.shop.database, step) as left:
            busy_desk.close(*when)
        cut = left[0] <= 0
        busy_desk.close(*when)
        assert taken_back(busy_desk, organization) == CORRECTED, f"cut off before step {step}"
    assert step > 25
    numbers = [row.sequence for row in busy_desk.shop.rows("select sequence from credit_notes order by year, sequence")]
    told = Counter(said.number for said in busy_desk.shop.said(CreditNoteIssued))
    assert (len(told), set(told.values())) == (len(numbers), {1})


def test_the_job_goes_on_where_it_was_cut_off_and_closes_the_months_that_are_due(busy_desk):
    organization = organization_with_usage(busy_desk)
    with time_machine.travel(datetime(2026, 11, 3, 20, tzinfo=UTC)):
        busy_desk.shop.run("close_due_months")
    assert outcome(busy_desk, organization)["invoices"] == []
    with time_machine.travel(datetime(2026, 11, 3, 21, tzinfo=UTC)):  # three days after October, in Nairobi
        with going_down_at(busy_desk.shop.database, 12):
            busy_desk.shop.run("close_due_months")
        busy_desk.shop.run("close_due_months")
    assert outcome(busy_desk, organization) == WHOLE


def test_after_a_long_pause_the_job_closes_every_month_in_between(busy_desk):
    busy_desk.close()
    busy_desk.session(datetime(2026, 11, 3, 9, tzinfo=UTC))
    busy_desk.session(datetime(2026, 12, 3, 9, tzinfo=UTC))
    with time_machine.travel(datetime(2027, 1, 5, 9, tzinfo=UTC)):
        busy_desk.shop.run("close_due_months")
    assert [one["month"] for one in busy_desk.invoices()] == ["2026-11-01", "2026-12-01"]


def test_several_who_close_at_once_close_each_organization_once(busy_desk, monkeypatch):
    monkeypatch.setattr("billing.usecases.close_month.close.BATCH", 2)
    organizations = [organization_with_usage(busy_desk) for _ in range(9)]
    with time_machine.travel(datetime(2026, 11, 2, 9, tzinfo=UTC)), ThreadPoolExecutor(3) as pool:
        from billing.usecases.close_month import close_month

        list(pool.map(lambda _: close_month(busy_desk.shop.database, Month.parse("2026-10")), range(3)))
    for organization in organizations:
        assert outcome(busy_desk, organization) == WHOLE
    assert_told_once(busy_desk)


@pytest.mark.long
def test_a_process_that_is_killed_leaves_nothing_half_done(busy_desk):
    organizations = [organization_with_usage(busy_desk) for _ in range(150)]
    url = busy_desk.shop.database.url
    command = [sys.executable, "-m", "billing", "close-month", "--month", "2026-10"]
    environment = {**os.environ, **ENVIRONMENT, "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = next(line for line in process.stdout if "organizations" in line)
        os.kill(process.pid, signal.SIGKILL)
    assert "50 of 151" in first
    assert process.wait() == -signal.SIGKILL
    closed = busy_desk.shop.rows("select count(*) from month_closings")[0][0]
    assert 50 <= closed < 151, "it was killed on the way"
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "2026-10: 151 organizations closed, 300 statements" in done.stdout
    for organization in organizations:
        assert outcome(busy_desk, organization) == WHOLE
    assert_told_once(busy_desk)
