"""Two billing workers and two webs of programs at once, under load: the figures of one."""

import pytest
from world.books import all_delivered, check_ledger, rows
from world.production import Production
from world.sponsors import Sponsor, all_agree, all_do, arrive

pytestmark = [pytest.mark.long, pytest.mark.production]

SPONSORS = 20


def buy_and_enrol(sponsor: Sponsor) -> None:
    sponsor.buy(3)
    sponsor.enrol(2)
    sponsor.buy(1)
    sponsor.enrol(1)


def test_twenty_sponsors_at_once_end_with_exactly_the_figures_of_one(production: Production) -> None:
    assert len(production.engine.of("billing-worker")) == 2
    assert len(production.engine.of("programs")) == 2
    sponsors = arrive(production, SPONSORS)
    all_do(sponsors, buy_and_enrol)
    all_agree(sponsors)
    all_delivered(production)
    check_ledger(production)
    for sponsor in sponsors:
        assert sponsor.expected() == (4, 3, 3, 75.0, ["paid", "paid"])
        letters = [str(mail["Subject"]) for mail in production.mails(sponsor.account.email)]
        assert letters == ["Please confirm your address"], "one letter, once"


def test_both_webs_and_no_more_than_one_worker_at_a_time_did_the_work(production: Production) -> None:
    sponsors = arrive(production, 2)
    all_do(sponsors, buy_and_enrol)
    all_agree(sponsors)
    for web in production.engine.of("programs"):
        assert '"event": "request"' in production.log(web.name), f"{web.name} was asked"
    query = "select count(*), count(distinct (job, due_at)) from scheduled_runs"
    assert len(set(*rows(production, "billing", query))) == 1, "each periodic job ran once"
