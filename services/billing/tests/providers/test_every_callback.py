"""Each callback of each provider: twenty times at once, in every order, forged and stale. One effect; none forged."""

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic, sleep

import pytest
from tellers import TELLERS
from tellers.teller import REFUNDED

pytestmark = pytest.mark.long
AT_ONCE = 20
EMULATED = {"stripe": "stripe", "daraja": "mpesa", "paypal": "paypal"}
KINDS = [pytest.param((name, kind), id=f"{name}: {kind}") for name, one in TELLERS.items() for kind in one.kinds]
TAKEN = {200, 204}


@pytest.fixture
def teller(request, shop):
    """The provider that the test's parameter begins with."""
    [parameter] = request.node.callspec.params.values()
    name = parameter if isinstance(parameter, str) else parameter[0]
    provider = request.getfixturevalue(EMULATED[name]) if name in EMULATED else None
    return TELLERS[name](shop, provider)


@pytest.fixture
def effects(shop):
    """What was said, posted and decided so far, each kind counted."""

    def count():
        found = Counter()
        for said, number in shop.rows("select split_part(type, '.', 3), count(*) from outbox group by 1"):
            found[said] = number
        for table in ("payments", "refunds", "checkouts"):
            states = shop.rows(f"select state, count(*) from {table} group by 1")  # noqa: S608
            found.update({f"{table} {state}": number for state, number in states})
        posted = shop.rows("select kind, count(*) from ledger_transactions group by 1")
        found.update({f"posted {kind}": number for kind, number in posted})
        return found

    return count


def grown(before, after):
    return {name: after[name] - before[name] for name in before | after if after[name] != before[name]}


def tell(record_property, found, wanted):
    """How many effects are missing, and how many are too many."""
    names = found.keys() | wanted.keys()
    off = [found.get(name, 0) - wanted.get(name, 0) for name in names]
    record_property("effects_lost", -sum(min(0, one) for one in off))
    record_property("effects_twice", sum(max(0, one) for one in off))
    assert found == wanted


def settled(message):
    """Sent again while we say that we are busy, as every provider does."""
    ends = monotonic() + 60
    while (status := message.send()) == 503:
        assert monotonic() < ends
        sleep(0.05)
    return status


@pytest.mark.parametrize("told", KINDS)
def test_twenty_at_once_have_the_effect_of_one(teller, effects, told, record_property):
    _, kind = told
    once = teller.bring_about(kind)
    before = effects()
    assert settled(once) in TAKEN
    wanted = grown(before, effects())
    message, gate = teller.bring_about(kind), Barrier(AT_ONCE)

    def send(_):
        gate.wait()
        return message.send()

    before = effects()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = Counter(pool.map(send, range(AT_ONCE)))
    assert statuses.keys() <= TAKEN | {503}
    again = [settled(message) for _ in range(1 + statuses[503])]
    assert set(again) <= TAKEN
    record_property("kinds_of_callback", 1)
    record_property("callbacks", AT_ONCE + len(again))
    record_property("at_once", gate.parties)
    assert not teller.kinds[kind] or wanted[teller.kinds[kind]] > 0
    tell(record_property, grown(before, effects()), wanted)


@pytest.mark.parametrize("told", KINDS)
def test_what_is_forged_or_stale_is_refused_and_changes_nothing(teller, effects, told, record_property):
    _, kind = told
    message = teller.bring_about(kind)
    before = effects()
    accepted = []
    for wrong, send in message.forged.items():
        status = send()
        if not 400 <= status < 500 or effects() != before:
            accepted.append((wrong, status))
    record_property("forged", len(message.forged))
    record_property("forged_accepted", len(accepted))
    assert accepted == []
    # Nor did any of it spoil the true one.
    assert settled(message) in TAKEN
    assert not teller.kinds[kind] or grown(before, effects())[teller.kinds[kind]] > 0


@pytest.mark.parametrize("name", TELLERS)
def test_every_order_of_a_payments_messages_comes_to_the_same(teller, effects, name, record_property):
    in_every_order(teller.story, teller.ends, effects, record_property)


@pytest.mark.parametrize("name", TELLERS)
def test_every_order_of_a_payments_and_its_refunds_messages_comes_to_the_same(teller, effects, name, record_property):
    def paid_and_refunded():
        messages = teller.story()
        assert settled(messages[-1]) in TAKEN
        return messages + teller.refund()

    in_every_order(paid_and_refunded, (*teller.ends, REFUNDED), effects, record_property)


def in_every_order(story, ends, effects, record_property):
    """The same story as often as its messages have orders, told in another each time: each end comes about once."""
    found = []

    def play(order=None):
        before = effects()
        messages = story()
        statuses = [settled(messages[place]) for place in order or range(len(messages))]
        assert set(statuses) <= TAKEN, (order, statuses)
        found.append(grown(before, effects()))
        return len(messages)

    for order in list(itertools.permutations(range(play())))[1:]:
        play(order)
    record_property("orders", len(found))
    wanted = found[0]
    assert [wanted.get(end) for end in ends] == [1] * len(ends), wanted
    names = {name for one in found for name in one}
    off = [one.get(name, 0) - wanted.get(name, 0) for one in found for name in names]
    record_property("effects_lost", -sum(min(0, one) for one in off))
    record_property("effects_twice", sum(max(0, one) for one in off))
    assert not any(off), found
