"""Every state of a sponsorship meets everything that may happen to it: it moves where it may, and says so once."""

import pytest

from contracts.events.programs import SponsorshipActivated, SponsorshipEnded

from .conftest import funds, taken_back

MOVES = {
    "pending": {"pay": "active", "cancel": "cancelled", "pass": "cancelled"},
    "active": {"cancel": "cancelled", "refund": "cancelled", "pass": "completed"},
    "completed": {},
    "cancelled": {},
}
REASONS = {
    ("pending", "cancel"): "cancelled",
    ("active", "cancel"): "cancelled",
    ("active", "refund"): "refunded",
    ("pending", "pass"): "unfunded",
    ("active", "pass"): "ended",
}
WAYS = {"pending": (), "active": ("pay",), "completed": ("pay", "pass"), "cancelled": ("cancel",)}


@pytest.fixture
def happen(partner, deliver, run_job):
    """Something happens to a sponsorship; of what is asked for, the answer's status."""

    def make(what, id):
        if what == "cancel":
            return partner.post(f"sponsorships/{id}/cancel").status_code
        if what == "pay":
            deliver(funds(partner, 1, sponsorship=id))
        elif what == "refund":
            deliver(taken_back(partner, 0, sponsorship=id))
        else:
            run_job("end_funding")
        return None

    return make


@pytest.mark.parametrize("what", ["pay", "cancel", "refund", "pass"])
@pytest.mark.parametrize("state", MOVES)
def test_it_moves_where_it_may_and_nowhere_else(partner, pupils, happen, published, state, what):
    (made,) = partner.sponsored(*pupils("Amani"), start_date="2020-01-01", end_date="2020-12-31")
    for step in WAYS[state]:
        happen(step, made)
    assert partner.sponsorship(made)["status"] == state
    started, ended = len(published(SponsorshipActivated)), len(published(SponsorshipEnded))
    answered = happen(what, made)
    moved = MOVES[state].get(what)
    if what == "cancel":
        assert answered == (200 if moved else 409)
    assert partner.sponsorship(made)["status"] == (moved or state)
    assert len(published(SponsorshipActivated)) - started == (moved == "active")
    told = [(event.state, event.reason) for event in published(SponsorshipEnded)[ended:]]
    assert told == ([(moved, REASONS[state, what])] if (state, what) in REASONS else [])
