"""A seed says everything about a run."""

from itertools import pairwise

import pytest

from faults.plan import KILLS, NOT_OVER, OTHERS, make_plan


def test_the_same_seed_has_the_same_victims_and_moments():
    assert make_plan("amqp", 20, 60, seed=5) == make_plan("amqp", 20, 60, seed=5)
    assert make_plan("amqp", 20, 60, seed=5) != make_plan("amqp", 20, 60, seed=6)


@pytest.mark.parametrize("transport", NOT_OVER)
@pytest.mark.parametrize("seed", range(20))
def test_every_kind_happens_and_nothing_the_transport_has_not(transport, seed):
    plan = make_plan(transport, 10, 60, seed)
    killed = [fault.kind for fault in plan if fault.kind in KILLS]
    assert len(killed) == 10
    assert set(killed) == KILLS.keys() - NOT_OVER[transport]
    assert {fault.kind for fault in plan} == (KILLS | OTHERS).keys() - NOT_OVER[transport]
    assert [fault.moment for fault in plan] == sorted(fault.moment for fault in plan)
    assert all(0 < fault.moment < 60 for fault in plan)


def test_both_workers_of_a_service_are_killed_in_turn():
    slots = [fault.slot for fault in make_plan("amqp", 40, 60, seed=1) if fault.kind.startswith("consumer")]
    assert len(slots) > 5
    assert all(before != after for before, after in pairwise(slots))
